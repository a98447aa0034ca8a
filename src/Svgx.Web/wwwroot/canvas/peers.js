// The others on the canvas: their cursors with names, outlines around what they have selected, badges on what is locked. In screen pixels.
import { SVG_NAMESPACE } from '../client/svgx-client.js';
import { apply, mapCorners, measure, toScreen } from './space.js';

/** Outlines around so many elements of a session; more would say no more. */
const OUTLINES = 40;
/** A name is read once; then the arrow alone is less in the way. */
const NAME_FADES_AFTER = 3_000;
const CURSOR_FADES_AFTER = 15_000;

const svg = (name, attributes = {}) => {
  const element = document.createElementNS(SVG_NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

export class Peers {
  #surface;
  #outlines;
  #cursorLayer;
  #lockLayer;
  #cursors = new Map();   // session id -> { element, name, x, y, timers }
  #badges = new Map();    // element id -> { element, name }
  #people = [];
  #locks = [];
  #selections = '';

  constructor(frame, layer, surface) {
    this.#surface = surface;
    this.#outlines = svg('g');
    layer.prepend(this.#outlines);
    this.#lockLayer = layerOf(frame, 'canvas-locks');
    this.#cursorLayer = layerOf(frame, 'canvas-cursors');
  }

  /** Takes newer presence; answers whether more than cursors is different. */
  people(people) {
    this.#people = people;
    const selections = JSON.stringify(people.map(({ user_id, color, sessions }) => [user_id, color, ...sessions.map(session => session.selection)]));
    if (selections === this.#selections) return false;
    this.#selections = selections;
    return true;
  }

  locks(locks) { this.#locks = locks; }

  /** Where a person is, in the drawing's units: at their cursor, else in the middle of what they see. */
  static placeOf(person) {
    const session = person.sessions.find(each => each.session_id === person.active_session) ?? person.sessions[0];
    if (session?.cursor_position) return session.cursor_position;
    const area = session?.viewport;
    return area ? { x: area.x + area.width / 2, y: area.y + area.height / 2 } : null;
  }

  drawCursors(left, top, { viewMoved = false } = {}) {
    const root = this.#surface.root;
    const matrix = root && toScreen(root);
    if (!matrix) return;
    // With the view they move at once: gliding after it they would swim.
    this.#cursorLayer.classList.toggle('canvas-cursors-fixed', viewMoved);
    const seen = new Set();
    for (const person of this.#people) {
      for (const session of person.sessions) {
        if (!session.cursor_position) continue;
        seen.add(session.session_id);
        const { x, y } = session.cursor_position;
        const at = apply(matrix, x, y);
        const cursor = this.#cursorOf(session.session_id, person);
        cursor.element.style.transform = `translate(${(at.x - left).toFixed(1)}px, ${(at.y - top).toFixed(1)}px)`;
        if (cursor.x !== x || cursor.y !== y) this.#wake(cursor, x, y);
      }
    }
    for (const [id, cursor] of this.#cursors) {
      if (seen.has(id)) continue;
      for (const timer of cursor.timers) clearTimeout(timer);
      cursor.element.remove();
      this.#cursors.delete(id);
    }
  }

  drawMarks(left, top) {
    const root = this.#surface.root;
    const outlines = [];
    for (const { color, sessions } of this.#people) {
      for (const { selection } of sessions) {
        for (const id of selection.slice(0, OUTLINES)) {
          const element = this.#surface.get(id);
          const measured = element && element !== root ? measure(element) : null;
          if (!measured) continue;
          const points = mapCorners(measured.box, measured.matrix).map(({ x, y }) => `${(x - left).toFixed(1)},${(y - top).toFixed(1)}`).join(' ');
          const outline = svg('polygon', { class: 'canvas-peer-outline', points });
          outline.style.stroke = color;
          outlines.push(outline);
        }
      }
    }
    this.#outlines.replaceChildren(...outlines);
    this.#drawBadges(left, top);
  }

  #drawBadges(left, top) {
    const seen = new Set();
    for (const { element_id, user_id, username } of this.#locks) {
      const element = this.#surface.get(element_id);
      const measured = element && measure(element);
      if (!measured) continue;
      seen.add(element_id);
      let badge = this.#badges.get(element_id);
      if (!badge) {
        const body = document.createElement('div');
        body.className = 'canvas-lock';
        const icon = svg('svg', { viewBox: '0 0 24 24', width: 12, height: 12 });
        icon.append(svg('path', { fill: 'currentColor', d: 'M18 8h-1V6A5 5 0 0 0 7 6v2H6a2 2 0 0 0-2 2v10c0 1.1.9 2 2 2h12a2 2 0 0 0 2-2V10a2 2 0 0 0-2-2zM9 6a3 3 0 0 1 6 0v2H9z' }));
        const name = document.createElement('span');
        body.append(icon, name);
        this.#lockLayer.append(body);
        badge = { element: body, name };
        this.#badges.set(element_id, badge);
      }
      const holder = this.#people.find(person => person.user_id === user_id);
      badge.element.style.setProperty('--peer', holder?.color ?? '#475569');
      const words = holder ? username : 'You';
      if (badge.name.textContent !== words) badge.name.textContent = words;
      const corners = mapCorners(measured.box, measured.matrix);
      const x = Math.max(...corners.map(point => point.x)), y = Math.min(...corners.map(point => point.y));
      badge.element.style.transform = `translate(${(x - left).toFixed(1)}px, ${(y - top).toFixed(1)}px) translate(-100%, -100%)`;
    }
    for (const [id, badge] of this.#badges) if (!seen.has(id)) { badge.element.remove(); this.#badges.delete(id); }
  }

  #cursorOf(id, person) {
    let cursor = this.#cursors.get(id);
    if (!cursor) {
      const element = document.createElement('div');
      element.className = 'canvas-cursor';
      const pointer = svg('svg', { viewBox: '0 0 16 16', width: 18, height: 18 });
      pointer.append(svg('path', { d: 'M2 1.5 13.5 8 8.2 9.2 5.4 14.2z', 'stroke-width': 1.2, 'stroke-linejoin': 'round' }));
      const name = document.createElement('span');
      element.append(pointer, name);
      this.#cursorLayer.append(element);
      cursor = { element, name, color: null, x: NaN, y: NaN, timers: [] };
      this.#cursors.set(id, cursor);
    }
    if (cursor.color !== person.color) { cursor.color = person.color; cursor.element.style.setProperty('--peer', person.color); }
    const words = person.tool ? `${person.username} · tool` : person.username;
    if (cursor.name.textContent !== words) cursor.name.textContent = words;
    return cursor;
  }

  #wake(cursor, x, y) {
    cursor.x = x;
    cursor.y = y;
    for (const timer of cursor.timers) clearTimeout(timer);
    cursor.element.classList.remove('canvas-cursor-still', 'canvas-cursor-idle');
    cursor.timers = [
      setTimeout(() => cursor.element.classList.add('canvas-cursor-still'), NAME_FADES_AFTER),
      setTimeout(() => cursor.element.classList.add('canvas-cursor-idle'), CURSOR_FADES_AFTER),
    ];
  }
}

function layerOf(frame, className) {
  const layer = document.createElement('div');
  layer.className = className;
  layer.setAttribute('aria-hidden', 'true');
  frame.append(layer);
  return layer;
}
