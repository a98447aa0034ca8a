// Looking at drawings that stand side by side or over each other: they pan and zoom as one.

/** Binds pointer and keys of a host to the viewports of its sides. */
export function pictureView(host, sides, signal) {
  const stop = new AbortController();
  signal.addEventListener('abort', () => stop.abort(), { signal: stop.signal });
  const on = (type, handler, options) => host.addEventListener(type, handler, { signal: stop.signal, ...options });
  let drag = null, isFitted = true;

  function set(x, y, scale) { for (const { viewport } of sides) viewport.set(x, y, scale); }

  /** Shows the larger of the pages as a whole. */
  function fit() {
    const { width, height } = sides[0].viewport.bounds;
    if (!width || !height) return;
    const page = { width: Math.max(...sides.map(side => side.viewport.size.width)), height: Math.max(...sides.map(side => side.viewport.size.height)) };
    const scale = Math.max(0.02, Math.min((width - 48) / page.width, (height - 80) / page.height, 4));
    isFitted = true;
    set((width - page.width * scale) / 2, (height - page.height * scale) / 2, scale);
  }

  function zoom(clientX, clientY, factor) {
    const frame = sides.find(({ frame }) => { const box = frame.getBoundingClientRect(); return clientX >= box.left && clientX < box.right && clientY >= box.top && clientY < box.bottom; }) ?? sides[0];
    isFitted = false;
    frame.viewport.zoomAt(clientX, clientY, factor);
    set(frame.viewport.x, frame.viewport.y, frame.viewport.scale);
  }

  on('wheel', event => {
    event.preventDefault();
    zoom(event.clientX, event.clientY, Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) * 0.005));
  }, { passive: false });
  on('pointerdown', event => {
    if (event.button !== 0 || event.target.closest('input, button')) return;
    drag = { id: event.pointerId, x: event.clientX, y: event.clientY };
    host.setPointerCapture(event.pointerId);
  });
  on('pointermove', event => {
    if (drag?.id !== event.pointerId) return;
    const { viewport } = sides[0];
    isFitted = false;
    set(viewport.x + event.clientX - drag.x, viewport.y + event.clientY - drag.y, viewport.scale);
    drag = { ...drag, x: event.clientX, y: event.clientY };
  });
  const end = event => { if (drag?.id === event.pointerId) drag = null; };
  on('pointerup', end);
  on('pointercancel', end);
  on('dblclick', fit);

  const resized = new ResizeObserver(() => { if (isFitted) fit(); });
  resized.observe(host);
  stop.signal.addEventListener('abort', () => resized.disconnect());

  return {
    fit,
    /** Zooms by a factor, about the middle. */
    zoomBy(factor) {
      const { left, top, width, height } = sides[0].viewport.bounds;
      zoom(left + width / 2, top + height / 2, factor);
    },
    /** Brings a box on a side's stage into the middle, no smaller than it is now. */
    reveal({ viewport }, box) {
      const { width, height } = viewport.bounds;
      const [left, top, w, h] = ['left', 'top', 'width', 'height'].map(name => parseFloat(box.style[name]));
      const scale = Math.max(0.02, Math.min(Math.max(viewport.scale, Math.min(width, height) / 4 / Math.max(w, h, 1)), width / Math.max(w, 1) * 0.8, height / Math.max(h, 1) * 0.8, 8));
      isFitted = false;
      set(width / 2 - (left + w / 2) * scale, height / 2 - (top + h / 2) * scale, scale);
    },
    dispose() { stop.abort(); },
  };
}
