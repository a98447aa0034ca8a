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
    const said = [], previews = [];
    const client = {
      model, joined: { role: 'editor', document_id: documentId }, status: 'live', pendingCount: 0, select() {}, activity() {}, endPreview() {},
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
      client, surface, overlay, picking: new Picking(surface, () => model), viewport: { bounds: { left: 0, top: 0, width: 600, height: 400 }, scale: 1 },
      frame: document.createElement('div'), glass: document.createElement('div'), host, changed() {}, notice() {}, announce() {},
    });
    editor.previews = { isShown: () => false };
    return Object.assign(editor, {
      said, shown: previews, model,
      element: id => surface.get(id),
      names: id => model.get(id).children.filter(child => child.id !== undefined).map(child => child.id).join(' '),
    });
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
    },
  };
  return checks;
})();
