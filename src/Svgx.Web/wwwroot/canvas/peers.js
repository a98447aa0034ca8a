// The others on the canvas: their cursors with names, outlines around what they have selected, badges on what is locked. In screen pixels.
import { SVG_NAMESPACE } from '../client/svgx-client.js';
import { Cursors } from './cursors.js';
import { mapCorners, measure, toScreen } from './space.js';

/** Outlines around so many elements of a session; more would say no more. */
const OUTLINES = 40;
/** Of those who have selected the same element, so many outlines lie around each other, one for so many pixels of its shorter side; more would hide what is beside it. */
const RINGS = 4, RING_FOR = 24;
/** The innermost one lies outside one's own outline, and each further one outside the one before. In pixels. */
const RING_FROM = 2, RING_STEP = 2.5;

const svg = (name, attributes = {}) => {
  const element = document.createElementNS(SVG_NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

export class Peers {
  #surface;
  #outlines;
  #lockLayer;
  #cursors;
  #badges = new Map();    // element id -> { element, name }
  #people = [];
  #locks = [];
  #selections = '';

  constructor(frame, layer, surface) {
    this.#surface = surface;
    this.#outlines = svg('g', { class: 'canvas-peers' });
    layer.prepend(this.#outlines);
    this.#lockLayer = layerOf(frame, 'canvas-locks');
    this.#cursors = new Cursors(layerOf(frame, 'canvas-cursors'));
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

  /** `frame` is the canvas on the screen. */
  drawCursors(frame, { viewMoved = false } = {}) {
    const root = this.#surface.root;
    const matrix = root && toScreen(root);
    if (matrix) this.#cursors.draw(this.#people, matrix, frame, viewMoved);
  }

  drawMarks(left, top) {
    const root = this.#surface.root;
    const outlines = [];
    const rings = new Map(); // element id -> how many outlines it has
    for (const { color, sessions } of this.#people) {
      for (const { selection } of sessions) {
        for (const id of selection.slice(0, OUTLINES)) {
          const ring = rings.get(id) ?? 0;
          const element = ring < RINGS ? this.#surface.get(id) : null;
          const measured = element && element !== root ? measure(element) : null;
          if (!measured) continue;
          const corners = mapCorners(measured.box, measured.matrix);
          if (ring * RING_FOR > shorterSide(corners)) continue;
          rings.set(id, ring + 1);
          const points = around(corners, RING_FROM + ring * RING_STEP).map(({ x, y }) => `${(x - left).toFixed(1)},${(y - top).toFixed(1)}`).join(' ');
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
}

const shorterSide = ([topLeft, topRight, , bottomLeft]) => Math.min(Math.hypot(topRight.x - topLeft.x, topRight.y - topLeft.y), Math.hypot(bottomLeft.x - topLeft.x, bottomLeft.y - topLeft.y));

/** The same box, larger by so much on each side. */
function around([topLeft, topRight, bottomRight, bottomLeft], by) {
  const along = (from, to) => { const length = Math.hypot(to.x - from.x, to.y - from.y) || 1; return { x: (to.x - from.x) / length * by, y: (to.y - from.y) / length * by }; };
  const u = along(topLeft, topRight), v = along(topLeft, bottomLeft);
  return [
    { x: topLeft.x - u.x - v.x, y: topLeft.y - u.y - v.y }, { x: topRight.x + u.x - v.x, y: topRight.y + u.y - v.y },
    { x: bottomRight.x + u.x + v.x, y: bottomRight.y + u.y + v.y }, { x: bottomLeft.x - u.x + v.x, y: bottomLeft.y - u.y + v.y },
  ];
}

function layerOf(frame, className) {
  const layer = document.createElement('div');
  layer.className = className;
  layer.setAttribute('aria-hidden', 'true');
  frame.append(layer);
  return layer;
}
