// Runs in the page of the time slider's tests: moves it as a hand would, and compares what it shows with what the server has.
window.timeSlider = (() => {
  const bar = () => document.querySelector('.time-slider');
  const range = () => bar().querySelector('[data-time=range]');
  const shown = () => document.querySelector('.canvas-past:not([style*="opacity"])')?.shadowRoot.querySelector('svg');
  const frame = () => new Promise(requestAnimationFrame);

  function drag(revision) {
    range().value = String(revision);
    range().dispatchEvent(new Event('input', { bubbles: true }));
  }

  async function until(holds, what) {
    for (const end = performance.now() + 20_000; performance.now() < end;) { if (holds()) return; await frame(); }
    throw new Error(`It did not come: ${what}; ${bar()?.outerHTML}`);
  }

  async function goTo(revision) {
    drag(revision);
    await until(() => bar().dataset.revision === String(revision) && 'there' in bar().dataset, `revision ${revision}`);
  }

  const WITHOUT_WORDS = ['svg', 'g', 'defs', 'linearGradient']; // what stands there is never drawn

  /** The tree as text: what is drawn, in order, whatever order attributes are in. */
  function lines(node, { ids }, depth = 0) {
    const attributes = [...node.attributes].filter(({ name }) => !name.startsWith('xmlns') && name !== 'style' && (ids || name !== 'id'));
    const own = `${'  '.repeat(depth)}${node.localName} ${attributes.map(({ name, value }) => `${name}=${JSON.stringify(value)}`).sort().join(' ')}`;
    const inner = [];
    let words = '';
    const say = () => { if (words.trim()) inner.push(`${'  '.repeat(depth + 1)}"${words}"`); words = ''; };
    for (const child of node.childNodes) {
      if (child.nodeType === Node.ELEMENT_NODE) { say(); inner.push(...lines(child, { ids }, depth + 1)); }
      else if (child.nodeType !== Node.COMMENT_NODE && !WITHOUT_WORDS.includes(node.localName)) words += child.nodeValue;
    }
    say();
    return [own, ...inner];
  }

  function same(is, should, what) {
    const at = should.findIndex((line, index) => line !== is[index]);
    if (at >= 0 || is.length !== should.length) throw new Error(`${what}, line ${at}: ${is[at < 0 ? should.length : at]} and not ${should[at]}`);
  }

  /** What is on the canvas now against the drawing that the server has of that revision: as content, and as SVG. */
  async function compare(documentId, branch, revision) {
    const { DocumentModel } = await import('/client/svgx-client.js');
    const { Surface } = await import('/canvas/surface.js');
    const query = `branch=${encodeURIComponent(branch)}&revision=${revision}`;
    const surface = new Surface(document.createElement('div'));
    surface.show(DocumentModel.from(await (await fetch(`/api/documents/${documentId}/content?${query}`)).json()));
    same(lines(shown(), { ids: true }), lines(surface.root, { ids: true }), `content of revision ${revision}`);
    const svg = new DOMParser().parseFromString(await (await fetch(`/api/documents/${documentId}/svg?${query}`)).text(), 'image/svg+xml').documentElement;
    same(lines(shown(), { ids: false }), lines(svg, { ids: false }), `SVG of revision ${revision}`);
  }

  async function check(documentId, branch, revisions) {
    for (const revision of revisions) {
      await goTo(revision);
      await compare(documentId, branch, revision);
    }
  }

  /** Drags over the whole width and back, a frame a step; gives what it saw, and how long frames and tasks took. */
  async function scrub(end, steps) {
    const seen = new Set(), frames = [], tasks = [];
    const observer = new PerformanceObserver(list => tasks.push(...list.getEntries().map(({ duration }) => duration)));
    observer.observe({ type: 'longtask' });
    performance.clearResourceTimings();
    let last = await frame();
    for (let i = 0; i <= 2 * steps; i++) {
      drag(Math.round(end * (i <= steps ? i : 2 * steps - i) / steps));
      const now = await frame();
      frames.push(now - last);
      last = now;
      seen.add(bar().dataset.revision);
    }
    await until(() => bar().dataset.revision === '0', 'the end of the drag');
    await frame();
    observer.disconnect();
    frames.sort((a, b) => a - b);
    return {
      pictures: seen.size, requests: performance.getEntriesByType('resource').filter(({ name }) => name.includes('/api/')).length,
      median: frames[frames.length >> 1], p95: frames[Math.floor(frames.length * 0.95)], worst: frames.at(-1), longest: Math.max(0, ...tasks),
    };
  }

  /** From one end to the other in one go: how many pictures were seen on the way, and how long it took. */
  async function leap(from, to) {
    await goTo(from);
    const start = performance.now();
    const seen = new Set();
    drag(to);
    for (; bar().dataset.revision !== String(to); await frame()) seen.add(bar().dataset.revision);
    return { pictures: seen.size, milliseconds: performance.now() - start };
  }

  return { goTo, compare, check, scrub, leap, drag, count: () => shown().querySelectorAll('*').length, loaded: () => until(() => !bar().querySelector('[data-time-text=loading]').textContent, 'all of the journal') };
})();
