// How the canvas draws a drawing's style sheets. Run in a page of the app by DrawingModuleTests; each function is a test of its name.
window.checks = (() => {
  const same = (is, should, what) => { if (JSON.stringify(is) !== JSON.stringify(should)) throw new Error(`${what}: ${JSON.stringify(is)} and not ${JSON.stringify(should)}`); };

  const element = (element_id, name, attributes, ...children) => ({ element_id, name, key: 'V', attributes, children });
  const text = value => ({ key: 'V', text: value });

  /** A drawing on the page; `font` is the rule that brings the font Inter along. */
  async function draw(...children) {
    const [{ Surface }, { DocumentModel, Touched }] = await Promise.all([import('/canvas/surface.js'), import('/client/svgx-client.js')]);
    const host = document.createElement('div');
    document.body.append(host);
    const model = DocumentModel.from({ root: element('root', 'svg', { width: '400', height: '100' }, ...children.map((child, index) => ({ ...child, key: `V${index + 1}` }))), prolog: [], epilog: [] });
    const surface = new Surface(host);
    surface.show(model);
    return {
      surface, model,
      change(changes) { const touched = new Touched(); model.apply(changes, touched); surface.update(touched); },
      computed: (id, name) => getComputedStyle(surface.get(id)).getPropertyValue(name),
      width: id => surface.get(id).getComputedTextLength(),
      end() { surface.dispose(); host.remove(); },
    };
  }

  const word = (id, attributes = { 'font-family': 'Inter' }) => element(id, 'text', { 'font-size': '100', y: '80', ...attributes }, text('AB'));
  const BLOCKS = 160; // of the font's A and B at that size

  async function the_fonts_of_a_drawing_are_its_own_and_leave_with_it() {
    const sheets = document.adoptedStyleSheets.length;
    const drawing = await draw(element('s', 'style', {}, text(checks.font)), word('a'), word('b', { style: 'font: bold 100px inter' }));
    let reshaped = 0;
    drawing.surface.reshaped = () => reshaped++;
    const other = await draw(word('a'));
    drawing.width('a'); // asks for the font
    await document.fonts.ready;
    await new Promise(requestAnimationFrame);
    same([drawing.width('a'), drawing.width('b'), other.width('a') === BLOCKS], [BLOCKS, BLOCKS, false], 'widths');
    same([reshaped > 0, drawing.surface.isOutdated('a'), drawing.model.get('a').attributes.get('font-family')], [true, false, 'Inter'], 'reshaped, outdated, in the model');
    same([...document.fonts].filter(({ family }) => /inter/i.test(family)).length, 0, 'fonts of that name on the page');
    const twin = await draw(element('s', 'style', {}, text(checks.font)), word('a'));
    same(twin.computed('a', 'font-family') !== drawing.computed('a', 'font-family'), true, 'names of two drawings');
    for (const each of [drawing, other, twin]) each.end();
    same([document.adoptedStyleSheets.length, document.fonts.size], [sheets, 0], 'sheets and fonts left on the page');
  }

  async function a_font_that_comes_or_goes_with_a_change_counts_from_then_on() {
    const drawing = await draw(word('a'), element('s', 'style', {}, text('')));
    const family = () => drawing.computed('a', 'font-family');
    same(family(), 'Inter', 'before');
    drawing.change([{ change: 'content', element_id: 's', nodes: [text(checks.font)] }]);
    same(family() !== 'Inter', true, 'with the font');
    drawing.surface.freeze(['a']);
    drawing.change([{ change: 'content', element_id: 's', nodes: [text('rect{fill:red}')] }]);
    same([family() !== 'Inter', document.fonts.size], [true, 0], 'gone while it is held');
    drawing.surface.thaw(['a']);
    same(family(), 'Inter', 'put down');
    drawing.change([{ change: 'content', element_id: 's', nodes: [text(checks.font)] }]);
    drawing.change([{ change: 'remove', element_id: 's' }]);
    same([family(), document.fonts.size], ['Inter', 0], 'without its sheet');
    drawing.end();
  }

  async function nothing_but_fonts_reaches_the_page() {
    const before = getComputedStyle(document.body).outlineStyle;
    const drawing = await draw(element('s', 'style', {}, text(`${checks.font} @font-face{font-family:Roboto;src:local(Arial)} body{outline-style:dotted} :root{--mine:1}`)));
    same([getComputedStyle(document.body).outlineStyle, getComputedStyle(document.documentElement).getPropertyValue('--mine')], [before, ''], 'the page');
    same(document.adoptedStyleSheets.flatMap(({ cssRules }) => [...cssRules]).every(rule => rule instanceof CSSFontFaceRule), true, 'rules');
    drawing.end();
  }

  async function root_is_the_drawing() {
    const sheet = ':root{--c:rgb(1, 2, 3);color:rgb(9, 9, 9)} .none,svg:ROOT>#a{fill:var(--c)} @media all{:is(:root) #b{fill:rgb(4, 5, 6)}} #c{animation-name:root;font-family:":root";content:":root"} #c[data-x=":root"]{fill:rgb(7, 8, 9)} '
      + '#d{fill:red;:root &{fill:rgb(3, 2, 1)}} :not(:root)#e{fill:rgb(6, 5, 4)} /* :root */ g:root{fill:red}';
    const drawing = await draw(element('s', 'style', {}, text(sheet)), ...['a', 'b', 'c', 'd', 'e'].map(id => element(id, 'rect', { 'data-x': ':root' })));
    same(['a', 'b', 'c', 'd', 'e', 'root'].map(id => drawing.computed(id, 'fill')), ['rgb(1, 2, 3)', 'rgb(4, 5, 6)', 'rgb(7, 8, 9)', 'rgb(3, 2, 1)', 'rgb(6, 5, 4)', 'rgb(0, 0, 0)'], 'fills');
    same([drawing.computed('root', 'color'), drawing.computed('c', 'animation-name'), drawing.computed('c', 'font-family')], ['rgb(9, 9, 9)', 'root', '":root"'], 'values');
    const { attributesFor } = await import('/canvas/look.js');
    same(['a', 'd'].map(id => Object.keys(attributesFor(drawing.model.get(id), drawing.surface.get(id), 'fill', 'red'))[0]), ['style', 'style'], 'where a new colour goes');
    drawing.end();
    const weighed = await draw(element('s', 'style', {}, text(':root{fill:rgb(1, 1, 1)} .x{fill:rgb(2, 2, 2)} svg:root{stroke:rgb(1, 1, 1)} .x{stroke:rgb(2, 2, 2)}')));
    weighed.change([{ change: 'set', element_id: 'root', attributes: { class: 'x' } }]);
    same([weighed.computed('root', 'fill'), weighed.computed('root', 'stroke')], ['rgb(2, 2, 2)', 'rgb(1, 1, 1)'], 'what weighs more');
    weighed.end();
  }

  async function what_must_not_stand_goes_alone_as_on_the_server() {
    const { attributeNamespace, isSafeCss, safeSheet } = await import('/canvas/safety.js');
    for (const vector of checks.vectors) {
      if (vector.sheet !== undefined) same(safeSheet(vector.sheet), vector.kept, vector.name);
      else if (vector.value !== undefined) same([isSafeCss(vector.value), attributeNamespace('rect', 'fill', vector.value) === null], [vector.safe, vector.safe], vector.name);
      else same(attributeNamespace('image', 'href', vector.picture) === null, vector.safe, vector.name);
    }
  }

  return { the_fonts_of_a_drawing_are_its_own_and_leave_with_it, a_font_that_comes_or_goes_with_a_change_counts_from_then_on, nothing_but_fonts_reaches_the_page, root_is_the_drawing, what_must_not_stand_goes_alone_as_on_the_server };
})();
