// Where the others point: an arrow each with a name that is read once and then fades. In screen pixels.
import { SVG_NAMESPACE } from '../client/svgx-client.js';
import { apply, intersects } from './space.js';

/** A name is read once; then the arrow alone is less in the way. */
const NAME_FADES_AFTER = 3_000;
const CURSOR_FADES_AFTER = 15_000;

/** Where a name stands beside the tip of its arrow, and how far from the edge of the canvas it is kept. */
const NAME_RIGHT = 14, NAME_BELOW = 14, EDGE = 4;

export class Cursors {
  #layer;
  #all = new Map(); // session id -> { element, name, size, color, x, y, at, shift, timers }
  #width = 0;

  constructor(layer) { this.#layer = layer; }

  /** Draws the cursors of `people`. `matrix` leads from the drawing to the screen, `frame` is the canvas there. With the view they move at once: gliding after it they would swim. */
  draw(people, matrix, frame, viewMoved) {
    this.#layer.classList.toggle('canvas-cursors-fixed', viewMoved);
    const seen = new Set();
    for (const person of people) {
      for (const session of person.sessions) {
        if (!session.cursor_position) continue;
        seen.add(session.session_id);
        const { x, y } = session.cursor_position;
        const at = apply(matrix, x, y);
        const cursor = this.#cursorOf(session.session_id, person);
        cursor.at = { x: at.x - frame.left, y: at.y - frame.top };
        cursor.element.style.transform = `translate(${cursor.at.x.toFixed(1)}px, ${cursor.at.y.toFixed(1)}px)`;
        if (cursor.x !== x || cursor.y !== y) this.#wake(cursor, x, y);
      }
    }
    for (const [id, cursor] of this.#all) {
      if (seen.has(id)) continue;
      for (const timer of cursor.timers) clearTimeout(timer);
      cursor.element.remove();
      this.#all.delete(id);
    }
    this.#arrange(frame);
  }

  /**
   * Names that would lie on one another are read by nobody: of two, the one that came first keeps its name and the other is an arrow for as long. Who comes first does not
   * change while they move, so that no name flickers. At the right and lower edge a name moves to the other side of its arrow.
   */
  #arrange({ width, height }) {
    if (this.#width !== width) {
      this.#width = width; // on a phone names are smaller
      for (const cursor of this.#all.values()) cursor.size = null;
    }
    const taken = [];
    for (const cursor of this.#all.values()) {
      if (cursor.isStill) continue;
      cursor.size ??= { width: cursor.name.offsetWidth, height: cursor.name.offsetHeight };
      const size = cursor.size, { x, y } = cursor.at;
      const isInside = x >= 0 && y >= 0 && x <= width && y <= height;
      const left = isInside ? Math.min(x + NAME_RIGHT, width - EDGE - size.width) : x + NAME_RIGHT;
      const top = isInside && y + NAME_BELOW + size.height > height - EDGE ? y - EDGE - size.height : y + NAME_BELOW;
      const shift = `${Math.round(left - x - NAME_RIGHT)}px ${Math.round(top - y - NAME_BELOW)}px`;
      if (cursor.shift !== shift) { cursor.shift = shift; cursor.name.style.translate = shift; }
      const box = { x: left, y: top, ...size };
      const isCrowded = taken.some(other => intersects(other, box));
      if (!isCrowded) taken.push(box);
      cursor.element.classList.toggle('canvas-cursor-crowded', isCrowded);
    }
  }

  #cursorOf(id, person) {
    let cursor = this.#all.get(id);
    if (!cursor) {
      const element = document.createElement('div');
      element.className = 'canvas-cursor';
      const pointer = svg('svg', { viewBox: '0 0 16 16', width: 18, height: 18 });
      pointer.append(svg('path', { d: 'M2 1.5 13.5 8 8.2 9.2 5.4 14.2z', 'stroke-width': 1.2, 'stroke-linejoin': 'round' }));
      const name = document.createElement('span');
      element.append(pointer, name);
      this.#layer.append(element);
      cursor = { element, name, size: null, color: null, x: NaN, y: NaN, at: null, shift: '', isStill: false, timers: [] };
      this.#all.set(id, cursor);
    }
    if (cursor.color !== person.color) { cursor.color = person.color; cursor.element.style.setProperty('--peer', person.color); }
    const words = person.tool ? `${person.username} · tool` : person.username;
    if (cursor.name.textContent !== words) { cursor.name.textContent = words; cursor.size = null; }
    return cursor;
  }

  #wake(cursor, x, y) {
    cursor.x = x;
    cursor.y = y;
    cursor.isStill = false;
    for (const timer of cursor.timers) clearTimeout(timer);
    cursor.element.classList.remove('canvas-cursor-still', 'canvas-cursor-idle');
    cursor.timers = [
      setTimeout(() => { cursor.isStill = true; cursor.element.classList.add('canvas-cursor-still'); }, NAME_FADES_AFTER),
      setTimeout(() => cursor.element.classList.add('canvas-cursor-idle'), CURSOR_FADES_AFTER),
    ];
  }
}

function svg(name, attributes) {
  const element = document.createElementNS(SVG_NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
