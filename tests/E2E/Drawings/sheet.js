// Runs in the page of DrawingPixelTests: lays out the same drawings three times over each other and compares what was painted.
window.sheet = (() => {
  const LARGEST = 640; // of a drawing that is larger the top left part is compared
  const GAP = 8;
  const PAPER = [184, 196, 166]; // neither white nor black: drawings in either show
  const MOMENT = 0.5; // seconds into the animations
  // An export has to be the same to the last bit. Of two hundred files the canvas shows one otherwise, svg-loaders/spinning-circles.svg, in 29 of its 3,364 pixels. So does a bare page with
  // that file in it and nothing of Svgx, compared with a frame of the file (34 pixels; none where the page gives it a layer of its own): it is how Chromium smooths edges of what is partly
  // transparent, with and without a layer. What is missing, moved or of another colour is far above this.
  const EDGES = { share: 0.01, by: 24 };
  const cells = [];

  /** Imports the files as a tool would; answers the ids of their documents. */
  async function importAll(files) {
    const ids = [];
    for (const body of files) {
      const answer = await fetch('/api/documents', { method: 'POST', headers: { 'content-type': 'image/svg+xml' }, body });
      if (!answer.ok) throw new Error(await answer.text());
      ids.push((await answer.json()).id);
    }
    return ids;
  }

  /** `scope` is the attribute by which the canvas's style sheet knows it. */
  async function lay(ids, scope) {
    document.body.replaceChildren();
    document.body.style.margin = '0';
    const { mount } = await import('/Components/Canvas/SvgCanvas.razor.js');
    const page = { invokeMethodAsync: async () => {} };
    for (const [index, id] of ids.entries()) {
      const cell = document.createElement('div');
      cell.style.cssText = 'position:absolute;overflow:hidden';
      const canvas = document.createElement('div');
      canvas.className = 'svg-canvas';
      canvas.setAttribute(scope, '');
      cell.append(canvas);
      document.body.append(cell);
      cells.push({ cell, canvas });
      sessionStorage.setItem(`svgx-view:${id}:main`, '[0,0,1]'); // not fitted: pixel by pixel
      mount(canvas, id, 'main', page);
    }
    await Promise.all(cells.map(({ canvas }, index) => until(() => canvas.querySelector('.canvas-frame[data-ready]'), index)));
    for (const { canvas } of cells) canvas.querySelector('.canvas-paper').style.background = `rgb(${PAPER})`;
    let x = 0, y = 0, row = 0;
    for (const each of cells) {
      const { width, height } = each.canvas.querySelector('.canvas-stage').style;
      each.size = { width: parseFloat(width), height: parseFloat(height) };
      each.width = Math.floor(Math.min(each.size.width, LARGEST));
      each.height = Math.floor(Math.min(each.size.height, LARGEST));
      if (x + each.width > innerWidth) { x = 0; y += row + GAP; row = 0; }
      Object.assign(each, { x, y });
      each.cell.style.cssText += `;left:${x}px;top:${y}px;width:${each.width}px;height:${each.height}px`;
      x += each.width + GAP;
      row = Math.max(row, each.height);
    }
    await Promise.all(cells.flatMap((each, index) => ['original', 'export'].map(way => frame(each, way, index))));
    await Promise.all(cells.map(({ canvas, size }) => {
      const root = drawingOf(canvas).querySelector('svg');
      // The canvas shows what lies beyond the page; here the page ends where a file's does, or edges that reach across it are smoothed a shade differently.
      root.style.overflow = 'hidden';
      return settle(drawingOf(canvas), root, size);
    }));
  }

  const drawingOf = canvas => canvas.querySelector('.canvas-drawing').shadowRoot;

  function frame({ cell, size }, way, index) {
    const element = document.createElement('iframe');
    element.sandbox = 'allow-same-origin'; // a file's scripts do not run here
    element.dataset.way = way;
    element.style.cssText = `position:absolute;left:0;top:0;border:0;background:rgb(${PAPER});width:${Math.ceil(size.width)}px;height:${Math.ceil(size.height)}px`;
    element.src = `/sheet/${way}/${index}`;
    const loaded = new Promise(resolve => { element.onload = resolve; });
    cell.append(element);
    return loaded.then(() => settle(element.contentDocument, element.contentDocument.documentElement, size));
  }

  /** Everything at one moment of its animations, its pictures there, and a size in whole pixels: a frame has no other, and stretches what has. */
  async function settle(tree, root, { width, height }) {
    if (!Number.isInteger(width)) root.style.width = `${Math.ceil(width)}px`;
    if (!Number.isInteger(height)) root.style.height = `${Math.ceil(height)}px`;
    root.pauseAnimations();
    root.setCurrentTime(MOMENT);
    for (const animation of tree.getAnimations()) { animation.pause(); animation.currentTime = MOMENT * 1_000; }
    for (const image of tree.querySelectorAll('image, feImage')) {
      const href = image.getAttribute('href') ?? image.getAttributeNS('http://www.w3.org/1999/xlink', 'href');
      if (href?.startsWith('data:')) await Object.assign(new Image(), { src: href }).decode().catch(() => {});
    }
    await document.fonts.ready;
  }

  async function show(way) {
    for (const { cell } of cells) for (const layer of cell.children) layer.style.visibility = (layer.dataset.way ?? 'canvas') === way ? '' : 'hidden';
    await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  }

  /** One line for each drawing that an export or the canvas shows otherwise: its index and what differs. */
  async function compare(pictures) {
    const [original, ...others] = await Promise.all(pictures.map(pixels));
    const lines = [];
    for (const [index, { x, y, width, height }] of cells.entries()) {
      for (const [name, other] of [['export', others[0]], ['canvas', others[1]]]) {
        const a = original.getImageData(x, y, width, height).data, b = other.getImageData(x, y, width, height).data;
        let count = 0, most = 0;
        for (let at = 0; at < a.length; at += 4) {
          const by = Math.max(Math.abs(a[at] - b[at]), Math.abs(a[at + 1] - b[at + 1]), Math.abs(a[at + 2] - b[at + 2]));
          if (by) { count++; most = Math.max(most, by); }
        }
        if (name === 'canvas' && count <= width * height * EDGES.share && most <= EDGES.by) continue;
        if (count) lines.push(`${index} ${name} differs in ${count} of ${width * height} pixels, by up to ${most}`);
      }
      if (blank(original.getImageData(x, y, width, height).data)) lines.push(`${index} shows nothing, which compares with anything`);
    }
    return lines;
  }

  const blank = data => data.every((value, at) => at % 4 === 3 || value === PAPER[at % 4]);

  async function pixels(base64) {
    const picture = Object.assign(new Image(), { src: `data:image/png;base64,${base64}` });
    await picture.decode();
    const context = new OffscreenCanvas(picture.naturalWidth, picture.naturalHeight).getContext('2d');
    context.drawImage(picture, 0, 0);
    return context;
  }

  const failures = [];
  addEventListener('error', event => failures.push(`${event.message} (${event.filename}:${event.lineno})`));

  async function until(condition, index) {
    const end = performance.now() + 20_000;
    while (!condition()) {
      if (performance.now() > end) throw new Error(`The canvas of file ${index} did not draw in time. ${failures.join(' ')}`);
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  }

  return { importAll, lay, show, compare };
})();
