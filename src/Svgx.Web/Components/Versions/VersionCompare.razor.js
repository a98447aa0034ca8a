// Two contents of a document beside or over each other, drawn as the canvas draws, with boxes around what differs. Nothing in them runs or can be pressed.
import { DocumentModel } from '../../client/svgx-client.js';
import { Surface } from '../../canvas/surface.js';
import { Viewport } from '../../canvas/viewport.js';
import { namesOf } from '../../canvas/names.js';
import { pictureView } from '../../canvas/picture-view.js';

export function mount(dialog, host) {
  const stop = new AbortController();
  const { signal } = stop;
  const before = document.activeElement;
  const asked = []; // the newest request counts
  let mode = 'side', sides = [], view = null, share = 50;

  dialog.focus();
  dialog.addEventListener('keydown', event => { if (event.key === 'Tab') keepFocus(event); }, { signal });

  const range = document.createElement('input');
  Object.assign(range, { type: 'range', min: '0', max: '100', value: '50', className: 'compare-range', hidden: true });
  range.addEventListener('input', () => { share = Number(range.value); arrange(); }, { signal });

  /** Loads and draws both; whether that went well. */
  async function show(fromUrl, toUrl, fromTitle, toTitle, marks) {
    asked.length = 0;
    asked.push(marks);
    host.dataset.loading = '';
    let models;
    try {
      models = await Promise.all([fromUrl, toUrl].map(url => load(url, signal)));
    } catch {
      return signal.aborted || asked[0] !== marks;
    } finally {
      if (asked[0] === marks) delete host.dataset.loading;
    }
    if (asked[0] !== marks || signal.aborted) return true;
    clear();
    host.replaceChildren();
    sides = [['from', fromTitle], ['to', toTitle]].map(([name, title], index) => draw(name, title, models[index]));
    host.append(range);
    view = pictureView(host, sides, signal);
    for (const side of sides) {
      mark(side, marks);
      side.surface.reshaped = () => { side.boxes.replaceChildren(); side.byId.clear(); mark(side, marks); };
    }
    arrange();
    view.fit();
    return true;
  }

  function clear() {
    view?.dispose();
    for (const { surface } of sides) surface.dispose();
  }

  function draw(name, title, model) {
    const frame = document.createElement('div'), stage = document.createElement('div'), drawing = document.createElement('div'), boxes = document.createElement('div'), label = document.createElement('span');
    frame.className = 'compare-frame';
    frame.dataset.side = name;
    stage.className = 'compare-paper';
    drawing.className = 'compare-drawing';
    boxes.className = 'compare-boxes';
    label.className = 'compare-label';
    label.textContent = title;
    frame.setAttribute('role', 'img');
    frame.setAttribute('aria-label', title);
    stage.append(drawing, boxes);
    frame.append(stage, label);
    host.append(frame);
    // Marks are as thick on the screen at any zoom, or they vanish where a drawing is large.
    const viewport = new Viewport(frame, stage, () => stage.style.setProperty('--pixel', `${1 / viewport.scale}px`));
    viewport.measure(model.root);
    const surface = new Surface(drawing);
    surface.show(model);
    return { name, frame, stage, boxes, surface, viewport, model, byId: new Map() };
  }

  /** Boxes in the stage's own coordinates, so that they move and grow with it. */
  function mark(side, marks) {
    const wanted = marks.filter(([, kind]) => kind === 'changed' || (side.name === 'from' ? kind === 'removed' : kind === 'added'));
    const origin = side.stage.getBoundingClientRect(), scale = side.viewport.scale;
    // All boxes are read before one is written: one layout, not thousands.
    const places = wanted.map(([id]) => { const box = side.surface.get(id)?.getBoundingClientRect(); return box && (box.width || box.height) ? box : null; });
    const made = document.createDocumentFragment();
    wanted.forEach(([id, kind], index) => {
      const place = places[index];
      if (!place || side.surface.root === side.surface.get(id)) return;
      const box = document.createElement('div');
      box.dataset.kind = kind;
      box.style.cssText = `left:${(place.left - origin.left) / scale}px;top:${(place.top - origin.top) / scale}px;width:${place.width / scale}px;height:${place.height / scale}px`;
      side.byId.set(id, box);
      made.append(box);
    });
    side.boxes.append(made);
  }

  function arrange() {
    host.dataset.mode = mode;
    range.hidden = mode === 'side';
    range.setAttribute('aria-label', mode === 'slider' ? 'Where the older drawing ends and the newer begins' : 'How much of the newer drawing is seen');
    const newer = sides[1];
    if (!newer) return;
    newer.frame.style.clipPath = mode === 'slider' ? `inset(0 0 0 ${share}%)` : '';
    newer.frame.style.opacity = mode === 'overlay' ? String(share / 100) : '';
  }

  function keepFocus(event) {
    const stops = Array.from(dialog.querySelectorAll('button:not([disabled]), input:not([hidden]):not([disabled]), a[href], [tabindex="0"]')).filter(element => element.getClientRects().length);
    if (!stops.length) { event.preventDefault(); return; }
    const first = stops[0], last = stops.at(-1), at = document.activeElement;
    if (event.shiftKey && (at === first || at === dialog)) { event.preventDefault(); last.focus(); } else if (!event.shiftKey && at === last) { event.preventDefault(); first.focus(); }
  }

  return {
    show,
    mode(name) { mode = name; arrange(); view?.fit(); },
    /** What people call elements: by the newer drawing where they are in it, else by the older. */
    names: ids => Object.assign({}, ...sides.map(side => namesOf(side.model, ids))),
    /** Marks it where it is not yet, and brings it into sight. */
    highlight(id, kind) {
      for (const side of sides) if (!side.byId.has(id)) mark(side, [[id, kind]]);
      for (const side of sides) for (const box of side.boxes.querySelectorAll('[data-chosen]')) delete box.dataset.chosen;
      const found = sides.filter(side => side.byId.has(id));
      for (const side of found) side.byId.get(id).dataset.chosen = '';
      if (found.length) view.reveal(found.at(-1), found.at(-1).byId.get(id));
    },
    dispose() {
      stop.abort();
      clear();
      if (before?.isConnected) before.focus?.();
    },
  };
}

async function load(url, signal) {
  const answer = await fetch(url, { signal });
  if (!answer.ok) throw new Error(String(answer.status));
  return DocumentModel.from(await answer.json());
}
