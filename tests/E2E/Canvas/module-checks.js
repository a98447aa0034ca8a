// What the editor makes of a drawing, without a server: its operations are foretold and drawn as a page does it. Run in a page of the app by CanvasModuleTests; each function is a test of its name.
window.checks = (() => {
  const same = (is, should, what) => { if (JSON.stringify(is) !== JSON.stringify(should)) throw new Error(`${what}: ${JSON.stringify(is)} and not ${JSON.stringify(should)}`); };
  const near = (is, should, what) => { if (!(Math.abs(is - should) < 0.05)) throw new Error(`${what}: ${is} and not ${should}`); };

  /** A drawing on the canvas and an editor for it, whose operations are kept in `said`. */
  async function stage(content, { documentId = 'here', attributes = '' } = {}) {
    const [{ DocumentModel, keySequence, predictChanges, Touched }, { Editor }, { Picking }, { Surface }] =
      await Promise.all(['/client/svgx-client.js', '/canvas/editor.js', '/canvas/picking.js', '/canvas/surface.js'].map(module => import(module)));
    let made = 0;
    const read = (node, key) => {
      if (node.nodeType !== Node.ELEMENT_NODE) return { key, text: node.nodeValue };
      const children = Array.from(node.childNodes), keys = keySequence(children.length);
      return { element_id: node.id || (node.parentElement ? `made${made++}` : `root${documentId}`), name: node.nodeName, key, attributes: Object.fromEntries(Array.from(node.attributes, ({ name, value }) => [name, value])), children: children.map((child, at) => read(child, keys[at])) };
    };
    const xml = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" width="600" height="400" ${attributes}>${content}</svg>`;
    const model = DocumentModel.from({ root: read(new DOMParser().parseFromString(xml, 'image/svg+xml').documentElement, 'V') });
    document.body.replaceChildren();
    const host = document.body.appendChild(document.createElement('div'));
    const surface = new Surface(host);
    surface.show(model);
    const said = [], previews = [], ended = [];
    const client = {
      model, joined: { role: 'editor', document_id: documentId }, status: 'live', pendingCount: 0, select() {}, activity() {}, endPreview: id => ended.push(id),
      preview: (id, ids, data) => previews.push({ id, ids, data }),
      submitMany(operations) {
        const touched = new Touched();
        for (const operation of operations) {
          const changes = predictChanges(model, operation);
          if (!changes) throw new Error(`It would be refused: ${JSON.stringify(operation)}`);
          model.apply(changes, touched);
        }
        said.push(...operations);
        surface.update(touched);
        return operations.map((_, at) => `o${at}`);
      },
    };
    const overlay = { select() {}, shift() {}, refresh() {}, hush() {}, frame: null };
    const editor = new Editor({
      client, surface, overlay, picking: new Picking(surface, () => model), viewport: { bounds: { left: 0, top: 0, width: 600, height: 400 }, scale: 1, unit: 1, step: 1 },
      frame: document.createElement('div'), glass: document.createElement('div'), host, changed() {}, notice() {}, announce() {},
    });
    editor.previews = { isShown: () => false };
    return Object.assign(editor, {
      said, shown: previews, ended, model,
      element: id => surface.get(id),
      names: id => model.get(id).children.filter(child => child.id !== undefined).map(child => child.id).join(' '),
    });
  }

  function copied(editor, ids) {
    editor.select(ids);
    return editor.copyText();
  }

  /** Pastes a text, or copies of elements; what came of it. */
  function pasted(editor, what) {
    editor.paste(typeof what === 'string' ? what : copied(editor, what));
    return editor.selection.map(id => editor.element(id));
  }

  /** How an element is drawn: its box, and what its look has come to. */
  function seen(element) {
    const { left, top, width, height } = element.getBoundingClientRect(), style = getComputedStyle(element);
    return { left, top, width, height, look: ['fill', 'stroke', 'stroke-width', 'font-size', 'stroke-dasharray'].map(name => style.getPropertyValue(name)).join() };
  }

  function expectCopy(copy, original, dx = 16, dy = 16) {
    same(copy.look, original.look, 'the look');
    near(copy.width, original.width, 'the width');
    near(copy.height, original.height, 'the height');
    near(copy.left - original.left, dx, 'moved in x');
    near(copy.top - original.top, dy, 'moved in y');
  }

  const checks = {
    async a_copy_gets_nothing_that_its_original_has_not() {
      const editor = await stage(`<g id="g" stroke="red" x="7" y="9"><line id="l" y2="6"/><circle id="c" cx="5"/><circle id="c2" cx="50" cy="50" r="9" x="3"/><ellipse id="e" ry="20"/><rect id="r" width="5"/>
        <path id="p" x="4" y="4" d="M0 0L9 9"/><polyline id="pl" x="1" y="2" points="5,5 8,9"/><polygon id="pg" x="1" y="2" points="5,5 8,9 0,3"/><path id="p0" d=""/><polygon id="pg0" points=" "/><path id="p1"/>
        <text id="t"/><text id="t2" x="3" y="50">Sill</text><text id="t3" index="0" before="t"><tspan id="ts">A</tspan></text><style id="s" type="text/css">.k{fill:red}</style></g>`);
      const original = editor.element('g');
      const [copy] = pasted(editor, ['g']);
      const drawn = element => Array.from(element.children).filter(each => !/^(p0|pg0|p1)$/.test(each.id));
      const pairs = drawn(original).map((each, at) => [each, copy.children[at]]);
      same(copy.children.length, pairs.length, 'children');
      for (const [each, other] of pairs) {
        same(other.localName, each.localName, 'kind');
        const a = each.getBBox?.(), b = other.getBBox?.();
        if (a) same([b.x, b.y, b.width, b.height], [a.x, a.y, a.width, a.height], `the box of ${each.id}`);
        same([getComputedStyle(other).stroke, getComputedStyle(other).fill, other.textContent], [getComputedStyle(each).stroke, getComputedStyle(each).fill, each.textContent], `the look of ${each.id}`);
      }
      same(copy.querySelector('path').getAttribute('d'), 'M0 0L9 9', 'a path with a stray place');
      same(copy.getAttribute('transform'), 'translate(16 16)', 'only the usual step aside');
    },

    async what_draws_nothing_pastes_nothing() {
      const editor = await stage('<path id="p" d=""/>');
      same(pasted(editor, ['p']), [editor.element('p')], 'still selected');
      same(editor.said, [], 'operations');
    },

    async a_copy_goes_where_its_original_stands() {
      const editor = await stage('<g id="layer" inkscape:groupmode="layer" transform="translate(0,-252)" fill="red"><rect id="a" y="300" width="20" height="10"/><rect id="b" width="5" height="5"/></g>');
      const before = seen(editor.element('a'));
      const text = copied(editor, ['a']);
      editor.delete();
      const [copy] = pasted(editor, text);
      same(copy.parentNode.id, 'layer', 'its layer');
      expectCopy(seen(copy), before);
    },

    async a_duplicate_stands_above_its_original_in_place_size_and_look() {
      const editor = await stage('<g id="g" transform="scale(3)" fill="red"><rect id="a" x="5" width="20" height="10"/><rect id="b" width="5" height="5"/></g><circle id="c" r="9" cx="100" cy="100"/><rect id="d" width="4" height="4"/>');
      const before = ['a', 'c'].map(id => seen(editor.element(id)));
      editor.select(['a', 'c']);
      editor.duplicate();
      const [a, c] = editor.selection;
      expectCopy(seen(editor.element(a)), before[0]);
      expectCopy(seen(editor.element(c)), before[1]);
      same(editor.names('g'), `a ${a} b`, 'in the group');
      same(editor.names('roothere'), `g c ${c} d`, 'in the drawing');
    },

    async where_the_parent_is_gone_or_another_drawing_is_place_size_and_look_stay() {
      const drawing = '<g id="outer" transform="translate(30,20)"><g id="g" transform="rotate(90) scale(2)" fill="red" stroke="blue" stroke-width="3"><rect id="a" x="5" y="-60" width="20" height="10" transform="translate(1,2)"/><line id="l" x2="9" stroke-dasharray="2"/></g></g>';
      const from = await stage(drawing);
      const before = ['a', 'l'].map(id => seen(from.element(id)));
      const text = copied(from, ['a', 'l']);
      from.select(['outer']);
      from.delete();
      pasted(from, text).forEach((copy, at) => {
        same(copy.parentNode.id, 'roothere', 'its parent');
        expectCopy(seen(copy), before[at]);
      });
      const to = await stage('<g id="g" inkscape:groupmode="layer"/>', { documentId: 'there', attributes: 'fill="green" stroke-width="5"' });
      pasted(to, text).forEach((copy, at) => {
        same(copy.parentNode.id, 'rootthere', 'no stranger of the same name');
        expectCopy(seen(copy), before[at]);
      });
      const plain = copied(await stage('<circle id="x" r="5"/>'), ['x']); // what nobody gave a look looks as it did
      const [circle] = pasted(await stage('', { documentId: 'there', attributes: 'fill="green"' }), plain);
      same(getComputedStyle(circle).fill, 'rgb(0, 0, 0)', 'the look of nothing');
    },

    async what_was_copied_elsewhere_goes_into_the_entered_group() {
      const editor = await stage('<g id="g" transform="scale(2)"><rect id="b" width="5" height="5"/></g><rect id="a" width="20" height="10"/>');
      const before = seen(editor.element('a'));
      const text = copied(editor, ['a']);
      editor.enter('g');
      const [copy] = pasted(editor, text);
      same(copy.parentNode.id, 'g', 'its parent');
      expectCopy(seen(copy), before);
    },

    async a_copy_brings_what_it_refers_to_once_and_takes_nothing_from_the_drawing() {
      const defs = `<defs><linearGradient id="base"><stop id="s" stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient>
        <linearGradient id="g" xlink:href="#base"/><clipPath id="c"><circle r="9"/></clipPath><symbol id="sym"><rect width="5" height="5" fill="url(#base)"/></symbol><filter id="idle"/></defs>`;
      const shapes = '<g id="a" fill="url(#g)"><rect id="r" width="20" height="10" style="clip-path:url(\'#c\')"/><use id="u" xlink:href="#sym"/></g><a id="link" href="#a"><rect id="r2" width="9" height="9"/></a>';
      const from = await stage(defs + shapes);
      const here = pasted(from, ['r', 'u', 'link']);
      same(from.said.filter(({ data }) => data.type === 'defs' || /Gradient|clipPath|symbol/.test(data.type)), [], 'in the same drawing nothing new');
      same(here[0].getAttribute('style'), "clip-path:url('#c')", 'the same clip');
      const text = copied(from, ['r', 'u']);

      const empty = await stage('', { documentId: 'there' });
      const [rect, use] = pasted(empty, text);
      same([rect.getAttribute('fill'), rect.getAttribute('style'), use.getAttribute('xlink:href')], ['url(#g)', "clip-path:url(#c)", '#sym'], 'what they refer to');
      same(['g', 'base', 'c', 'sym'].map(id => empty.element(id)?.parentNode.localName), ['defs', 'defs', 'defs', 'defs'], 'it is there');
      same([empty.element('idle'), empty.element('s')?.parentNode.id], [undefined, 'base'], 'nothing else is');
      const before = empty.said.length;
      pasted(empty, text);
      same(empty.said.slice(before).map(({ operation_type, data }) => data.type ?? operation_type), ['rect', 'use', 'move', 'move'], 'the second time');

      const other = await stage('<defs id="defs"><linearGradient id="base"><stop stop-color="green"/></linearGradient><rect id="c" width="3" height="3"/></defs><rect id="own" width="4" height="4" fill="url(#base)"/>', { documentId: 'there' });
      const [again, sym] = pasted(other, text);
      const id = again.getAttribute('fill').slice(5, -1), base = other.element(id).getAttribute('xlink:href').slice(1);
      same([id === 'g', base === 'base', other.element(base).children.length, other.element(base).parentNode.id], [true, false, 2, 'defs'], 'an own gradient of the same name stays');
      same(other.element(sym.getAttribute('xlink:href').slice(1)).firstElementChild.getAttribute('fill'), `url(#${base})`, 'what refers to it follows');
      same(other.element(again.getAttribute('style').slice(15, -1)).localName, 'clipPath', 'the clip');
    },

    async what_a_sheet_makes_of_a_shape_goes_with_it_into_another_drawing() {
      const sheet = '<style id="sheet">.cls-1{fill:url(#g);stroke:red}.cls-2{stop-color:rgb(0, 0, 255)}g rect{opacity:.5}</style>';
      const from = await stage(`${sheet}<linearGradient id="g"><stop id="s" class="cls-2"/></linearGradient><g id="grid"><rect id="r" class="cls-1" style="stroke:green" width="9" height="9"/></g>`);
      const text = copied(from, ['r']);
      const [here] = pasted(from, text);
      same([here.getAttribute('class'), here.getAttribute('style')], ['cls-1', 'stroke:green'], 'in its own drawing as it was');
      const to = await stage('<style id="sheet">.cls-1{fill:red;stroke-dasharray:3}</style>', { documentId: 'there' });
      const [rect] = pasted(to, text);
      const style = getComputedStyle(rect);
      same([style.fill, style.stroke, style.opacity, style.strokeDasharray], ['url("#g")', 'rgb(0, 128, 0)', '0.5', 'none'], 'elsewhere');
      same(getComputedStyle(to.element('s')).stopColor, 'rgb(0, 0, 255)', 'what it refers to');
      const before = to.said.length;
      pasted(to, text);
      same(to.said.length - before, 2, 'operations the second time');
    },

    async a_pasted_sheet_leaves_what_is_there_alone() {
      const editor = await stage('<style id="sheet">.cls-1{fill:rgb(255, 0, 0)}</style><rect id="own" class="cls-1" width="9" height="9"/>');
      const file = '<svg xmlns="http://www.w3.org/2000/svg" class="cls-1" viewBox="0 0 10 10"><style>.cls-1,.cls-2.cls-1{fill:rgb(0, 255, 0);opacity:.5} @media screen{.cls-1{stroke:#abc}}</style><rect class="cls-2 cls-1" width="9" height="9"/></svg>';
      const [group] = pasted(editor, file);
      same(getComputedStyle(editor.element('own')).fill, 'rgb(255, 0, 0)', 'what was there');
      const rect = group.querySelector('rect'), style = getComputedStyle(rect);
      same([style.fill, style.opacity, style.stroke, rect.classList[0]], ['rgb(0, 255, 0)', '0.5', 'rgb(170, 187, 204)', 'cls-2'], 'what came');
      same(getComputedStyle(group).fill, 'rgb(0, 255, 0)', 'what its root had');
      const [kinds] = pasted(editor, '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><style>/* a{b} */ svg{stroke:rgb(1, 2, 3)} rect, g > :is(circle, line){fill:rgb(0, 0, 255)} @keyframes k{from{opacity:0}}</style><rect width="9" height="9"/><g><circle r="4"/></g></svg>');
      same([getComputedStyle(editor.element('own')).fill, getComputedStyle(editor.element('own')).stroke], ['rgb(255, 0, 0)', 'none'], 'what was there, after kinds');
      same(['rect', 'circle'].map(kind => getComputedStyle(kinds.querySelector(kind))).map(({ fill, stroke }) => [fill, stroke]), Array(2).fill(['rgb(0, 0, 255)', 'rgb(1, 2, 3)']), 'what came with kinds');
      const font = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><style>@font-face{font-family:F;src:url(data:font/woff2;base64,${'A/'.repeat(150_000)})} .f{fill:red}</style><rect class="f" width="9" height="9"/></svg>`;
      const begun = performance.now();
      pasted(editor, font);
      same(performance.now() - begun < 5_000, true, 'a sheet with a font is read in one go'); // a fiftieth of a second; minutes where each character is looked at for each
      same(kinds.querySelector('style').textContent.includes('@keyframes k{from{opacity:0}}'), true, 'what is no selector');
    },

    async what_is_selected_twice_is_moved_once() {
      const { MoveGesture, NudgeGesture } = await import('/canvas/gestures.js');
      const editor = await stage('<g id="g"><rect id="a" width="20" height="10"/></g><rect id="b" width="20" height="10"/>');
      const before = ['a', 'b'].map(id => seen(editor.element(id)));
      const expectMoved = (dx, dy) => ['a', 'b'].forEach((id, at) => expectCopy(seen(editor.element(id)), before[at], dx, dy));
      editor.select(['a', 'g', 'b']);
      const drag = new MoveGesture(editor, { clientX: 5, clientY: 5 });
      drag.move({ clientX: 35, clientY: 45 });
      expectMoved(30, 40);
      drag.end();
      expectMoved(30, 40);
      const nudge = new NudgeGesture(editor);
      nudge.nudge(10, 0);
      nudge.end();
      expectMoved(40, 40);
      same(editor.said.map(({ operation_type, element_id }) => `${operation_type} ${element_id}`), ['move g', 'move b', 'move g', 'move b'], 'operations');
    },

    async several_go_up_and_down_and_keep_their_order() {
      const cases = [
        ['a b X Y', 'X a b Y', 'X Y a b', 'a b X Y', 'a b X Y'],
        ['a X b', 'X a b', 'X a b', 'a b X', 'a b X'],
        ['X a Y b Z', 'X Y a Z b', 'X Y Z a b', 'a X b Y Z', 'a b X Y Z'],
        ['X Y a b', 'X Y a b', 'X Y a b', 'X a b Y', 'a b X Y'],
        ['X a b c Y', 'X Y a b c', 'X Y a b c', 'a b c X Y', 'a b c X Y'],
        ['a', 'a', 'a', 'a', 'a'],
      ];
      for (const [order, ...results] of cases) {
        for (const [at, command] of ['forward', 'front', 'backward', 'back'].entries()) {
          const editor = await stage(`<title id="title">T</title><g id="g">${order.split(' ').map(id => `<rect id="${id}" width="9" height="9"/>`).join('')}</g><rect id="c2" width="9" height="9"/>`);
          editor.select(order.split(' ').filter(id => /[a-z]/.test(id)).reverse());
          editor.run(command);
          same(editor.names('g'), results[at], `${command} of ${order}`);
          if (results[at] === order) same(editor.said, [], `operations of ${command} of ${order}`);
        }
      }
      const both = await stage('<g id="g"><rect id="a" width="9" height="9"/><rect id="X" width="9" height="9"/></g><rect id="b" width="9" height="9"/><rect id="Y" width="9" height="9"/>');
      both.select(['a', 'b']);
      both.run('front');
      same([both.names('g'), both.names('roothere')], ['X a', 'g Y b'], 'each in its own parent');
    },

    async what_nests_deeply_is_pasted_in_parts_that_the_server_reads() {
      const deep = 100;
      const editor = await stage(`${Array.from({ length: deep }, (_, at) => `<g id="g${at}">`).join('')}<rect id="r" width="9" height="9"/>${'</g>'.repeat(deep)}`);
      const [copy] = pasted(editor, ['g0']);
      let levels = 0;
      for (let at = copy; at; at = at.firstElementChild) levels++;
      same(levels, deep + 1, 'levels');
      const depth = value => (value && typeof value === 'object' ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 0);
      const deepest = Math.max(...editor.said.map(depth));
      if (deepest + 2 > 64) throw new Error(`An operation of ${deepest} levels.`); // around it: the message and its list
    },

    async plain_text_is_pasted_as_a_drawing_can_hold_it() {
      const editor = await stage('');
      editor.paste(`a\u0000b\u001fc\ufffed\ud800e\n${'\u{1f600}'.repeat(2_500)}\nx\u{1f600}`);
      same(editor.said.map(({ data }) => data.text).map(text => (text.length > 20 ? [text.length, text.isWellFormed()] : text)), ['a b c d\ufffde', [4_000, true], 'x\u{1f600}'], 'lines');
    },

    async a_colour_reaches_all_of_a_large_group() {
      const editor = await stage(`<g id="g">${Array.from({ length: 700 }, (_, at) => `<rect id="r${at}" width="9" height="9"/>`).join('')}</g>`);
      editor.select(['g']);
      editor.setLook('fill', '#00ff00');
      same(Array.from(editor.element('g').children).filter(each => each.getAttribute('fill') === '#00ff00').length, 700, 'painted');
    },

    async a_sliding_colour_of_an_element_with_a_long_id_has_a_short_gesture() {
      const ids = ['a', 'b'].map(letter => letter.repeat(200));
      const editor = await stage(ids.map(id => `<rect id="${id}" width="9" height="9"/>`).join(''));
      editor.select(ids);
      editor.slide('fill', '#ff0000');
      editor.slide('fill', '#00ff00');
      editor.setLook('fill', '#00ff00');
      const gestures = editor.said.map(operation => operation.gesture_id);
      same(gestures.every(id => id.length > 0 && id.length <= 128), true, 'bounded');
      same(new Set(gestures).size, 2, 'one each');
      same(editor.shown.map(({ id }) => id), [...gestures, ...gestures], 'what others were shown ends with it');
      same(editor.ended, [], 'and is not ended a second time');
    },

    async what_was_slid_and_comes_to_nothing_is_as_it_was_here_and_for_others() {
      const editor = await stage('<rect id="a" fill="red" width="9" height="9"/>');
      editor.select(['a']);
      editor.slide('fill', '#00ff00');
      editor.cancelSlide();
      same(editor.element('a').getAttribute('fill'), 'red', 'here');
      same(editor.ended, editor.shown.map(({ id }) => id), 'for others');
      same(editor.said, [], 'operations');
    },

    async a_field_that_is_emptied_or_says_nothing_changes_nothing() {
      const { Board } = await import('/canvas/board.js');
      const editor = await stage('<text id="t" y="50" font-size="24">Door</text>');
      const controls = document.createElement('div');
      controls.innerHTML = '<input type="number" min="1" max="500" step="1" data-canvas-style="font-size">';
      new Board(controls, editor, new AbortController().signal);
      const field = controls.firstChild, put = (value, type) => { field.value = value; field.dispatchEvent(new Event(type, { bubbles: true })); };
      editor.select(['t']);
      for (const nothing of ['', '0', '-3']) {
        put('3', 'input');
        same(editor.element('t').getAttribute('font-size'), '3', 'what is typed shows');
        put(nothing, 'input');
        same(editor.element('t').getAttribute('font-size'), '24', `while the field says "${nothing}"`);
        put(nothing, 'change');
        same([editor.element('t').getAttribute('font-size'), editor.said.length], ['24', 0], `after it said "${nothing}"`);
      }
      put('30', 'change');
      same(editor.element('t').getAttribute('font-size'), '30', 'a number');
    },

    async a_gradient_is_not_shown_as_some_colour() {
      const { Board } = await import('/canvas/board.js');
      const editor = await stage('<linearGradient id="g"/><rect id="a" width="9" height="9" fill="url(#g)"/><rect id="b" width="9" height="9" fill="none"/><rect id="c" width="9" height="9" fill="#00ff00"/>');
      const controls = document.createElement('div');
      controls.innerHTML = '<label class="color-well"><input type="color" data-canvas-style="fill"></label>';
      const board = new Board(controls, editor, new AbortController().signal), well = controls.firstChild;
      const shown = id => {
        editor.select([id]);
        board.show({ selection: { count: 1 }, zoom: 1, unit: 1, building: [] }, editor.shownLook());
        return [well.className.replace('color-well', '').trim(), well.title];
      };
      same(['a', 'b', 'a', 'c'].map(shown), [['color-well-other', 'A gradient or pattern'], ['color-well-none', ''], ['color-well-other', 'A gradient or pattern'], ['', '']], 'the wells');
      same(well.firstChild.value, '#00ff00', 'the colour');
    },

    async a_dot_of_the_pen_is_selected_by_a_frame_and_is_seen_to_be() {
      const { Overlay } = await import('/canvas/overlay.js');
      const editor = await stage('<path id="dot" d="M50 60l0 0" stroke="red" stroke-width="4" stroke-linecap="round"/><g id="empty"/><path id="nothing" d=""/>');
      same(editor.picking.within({ x: 40, y: 50, width: 20, height: 20 }), ['dot'], 'in the frame');
      same(editor.picking.within({ x: 0, y: 0, width: 20, height: 20 }), [], 'beside it');
      const glass = document.body.appendChild(document.createElement('div')), overlay = new Overlay(glass, { get: editor.element, root: editor.element('roothere') });
      overlay.select(['dot'], true);
      overlay.draw();
      const { width, height } = glass.querySelector('.canvas-outline').getBoundingClientRect();
      same([width > 8, height > 8, glass.querySelectorAll('[data-handle]').length], [true, true, 0], 'outline and handles');
    },

    async what_takes_no_pointer_in_a_file_is_selected_all_the_same() {
      const editor = await stage('<style>.label{pointer-events:none}</style><rect id="under" width="100" height="40" fill="red"/><rect id="over" width="100" height="40" fill="blue" pointer-events="none"/><rect id="label" class="label" x="200" width="50" height="40"/><rect id="inline" x="300" width="50" height="40" style="pointer-events: none"/>');
      same([[50, 20], [220, 20], [320, 20], [450, 20]].map(([x, y]) => editor.picking.at(x, y)), ['under', 'label', 'inline', null], 'at these points');
    },

    async a_finger_is_not_still_when_it_taps() {
      const { MoveGesture } = await import('/canvas/gestures.js');
      const editor = await stage('<rect id="a" width="90" height="90"/>');
      editor.select(['a']);
      for (const [pointerType, moved] of [['touch', false], ['mouse', true]]) {
        const gesture = new MoveGesture(editor, { clientX: 5, clientY: 5 });
        gesture.move({ clientX: 12, clientY: 8, pointerType });
        same(gesture.lift !== null, moved, pointerType);
        gesture.cancel();
      }
    },

    async a_key_counts_by_its_place_where_the_layout_has_other_letters() {
      const { letterOf } = await import('/canvas/keys.js');
      const keys = [['я', 'KeyZ', 'z'], ['ζ', 'KeyZ', 'z'], ['Я', 'KeyZ', 'z'], ['z', 'KeyY', 'z'], ['Z', 'KeyW', 'z'], ['ö', 'Semicolon', 'ö'], ['?', 'Slash', '?'], ['Delete', 'Delete', 'delete'], ['ж', 'Semicolon', 'ж']];
      same(keys.map(([key, code]) => letterOf({ key, code })), keys.map(([, , letter]) => letter), 'letters');
    },

    async a_drawing_of_any_size_is_seen_whole_and_in_detail() {
      const { Viewport } = await import('/canvas/viewport.js');
      const frame = { getBoundingClientRect: () => ({ left: 0, top: 0, width: 1000, height: 800 }) };
      for (const [attributes, unit] of [
        [{ viewBox: '0 0 1 1' }, 0.01], [{ viewBox: '0 0 24 24' }, 0.1], [{ viewBox: '0 0 1200 800' }, 1], [{ width: '210mm', height: '297mm', viewBox: '0 0 210 297' }, 1], [{ width: '100%', height: '100%', viewBox: '0 0 300000 200000' }, 100],
        [{ viewBox: '0 0 4e8 2e8' }, 100_000], [{ width: '2', height: '1' }, 0.01], [{ width: '90000px', height: '4in' }, 100], [{}, 1],
        [{ width: '1e300mm', height: '1e12' }, 1], [{ viewBox: '0 0 1e300 1e300' }, 1], // what no drawing can be (rule O13) counts as nothing said
      ]) {
        const said = JSON.stringify(attributes);
        const viewport = new Viewport(frame, document.createElement('div'), () => {});
        viewport.measure({ attributes: new Map(Object.entries(attributes)) });
        same(viewport.unit, unit, `the unit of ${said}`);
        const longer = () => Math.max(viewport.size.width, viewport.size.height) * viewport.scale;
        same(longer() > 0 && Math.max(viewport.size.width, viewport.size.height) <= 1e5, true, `the page of ${said}`);
        viewport.fit();
        same(longer() >= 390 && viewport.size.width * viewport.scale <= 1000 && viewport.size.height * viewport.scale <= 800, true, `${said} fitted`);
        viewport.zoomTo(1e9);
        same(longer() >= 12_000, true, `${said} in detail`);
        viewport.zoomTo(1e-12);
        same(longer() <= 110, true, `${said} from afar`);
      }
    },
  };
  return checks;
})();
