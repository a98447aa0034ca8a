// What lies over the drawing and is no part of it: selection, handles, marquee, other people's selections and cursors. In screen pixels.
import { SVG_NAMESPACE } from '../client/svgx-client.js';
import { boxInParent, mapCorners, measure, toScreen, union, mapBox } from './space.js';

export const HANDLES = { nw: [0, 0], n: [0.5, 0], ne: [1, 0], e: [1, 0.5], se: [1, 1], s: [0.5, 1], sw: [0, 1], w: [0, 0.5] };

/** Beyond so many single outlines a frame around all of them says more, and costs less. */
const OUTLINES = 60;
const PEER_OUTLINES = 40;
const CURSOR_FADES_AFTER = 6_000;

const svg = (name, attributes = {}) => {
  const element = document.createElementNS(SVG_NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

export class Overlay {
  /** The box that handles act on, `{box, matrix, parent}` in the coordinates of the common parent; null where there are none. */
  frame = null;

  #surface;
  #frameElement;
  #layer;
  #peerLayer;
  #selectionLayer;
  #marquee;
  #cursors;
  #people = [];
  #cursorElements = new Map();
  #selected = [];
  #editable = true;
  #scheduled = false;
  #offset = { x: 0, y: 0 };
  #box; // around the selection, in the coordinates of its parent

  constructor(frameElement, surface) {
    this.#frameElement = frameElement;
    this.#surface = surface;
    this.#layer = svg('svg', { class: 'canvas-overlay', 'aria-hidden': 'true' });
    this.#peerLayer = svg('g');
    this.#selectionLayer = svg('g', { class: 'canvas-selection' });
    this.#marquee = svg('rect', { class: 'canvas-marquee', visibility: 'hidden' });
    this.#layer.append(this.#peerLayer, this.#selectionLayer, this.#marquee);
    this.#cursors = document.createElement('div');
    this.#cursors.className = 'canvas-cursors';
    this.#cursors.setAttribute('aria-hidden', 'true');
    frameElement.append(this.#layer, this.#cursors);
  }

  select(ids, editable) {
    this.#selected = ids;
    this.#editable = editable;
    this.#offset = { x: 0, y: 0 };
    this.refresh();
  }

  /** While a gesture moves the selection its marks go with it; they are measured again when it ends. */
  shift(x, y) {
    this.#offset = { x, y };
    this.#selectionLayer.setAttribute('transform', `translate(${x} ${y})`);
  }

  /** Handles and outlines out of the way of a gesture that shows its own result. */
  hush(quiet) { this.#selectionLayer.classList.toggle('canvas-quiet', quiet); }

  marquee(box) {
    this.#marquee.setAttribute('visibility', box ? 'visible' : 'hidden');
    if (!box) return;
    const { left, top } = this.#frameElement.getBoundingClientRect();
    for (const [name, value] of Object.entries({ x: box.x - left, y: box.y - top, width: box.width, height: box.height })) this.#marquee.setAttribute(name, value);
  }

  people(people) {
    this.#people = people;
    this.refresh({ viewOnly: true });
  }

  /** Draws again with the next frame. The box around many is measured again only where elements may have changed, not when the view moves. */
  refresh({ viewOnly = false } = {}) {
    if (!viewOnly) this.#box = undefined;
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => { this.#scheduled = false; this.draw(); });
  }

  draw() {
    if (!this.#surface.root) return;
    const { left, top } = this.#frameElement.getBoundingClientRect();
    this.#drawPeers(left, top);
    if (!this.#offset.x && !this.#offset.y) this.#drawSelection(left, top);
  }

  #drawSelection(left, top) {
    this.#selectionLayer.removeAttribute('transform');
    const elements = this.#selected.map(id => this.#surface.get(id)).filter(Boolean);
    const parts = [];
    if (elements.length <= OUTLINES) {
      for (const element of elements) {
        const measured = measure(element);
        if (measured) parts.push(polygon(mapCorners(measured.box, measured.matrix), left, top, 'canvas-outline'));
      }
    }
    this.frame = this.#frameOf(elements);
    if (this.frame) {
      const corners = mapCorners(this.frame.box, this.frame.matrix);
      if (elements.length > 1) parts.push(polygon(corners, left, top, 'canvas-outline canvas-outline-all'));
      if (this.#editable) parts.push(...this.#handles(corners, left, top));
    }
    this.#selectionLayer.replaceChildren(...parts);
  }

  #frameOf(elements) {
    const parent = elements[0]?.parentNode;
    if (!parent?.getScreenCTM) return null;
    if (elements.some(element => element.parentNode !== parent)) {
      // Without common coordinates there is a frame to see but nothing that a resize could refer to.
      return null;
    }
    this.#box ??= union(elements.map(boxInParent));
    const box = this.#box;
    return box && { box, matrix: toScreen(parent), parent };
  }

  #handles(corners, left, top) {
    const [topLeft, topRight, , bottomLeft] = corners;
    const wide = Math.hypot(topRight.x - topLeft.x, topRight.y - topLeft.y) > 48;
    const high = Math.hypot(bottomLeft.x - topLeft.x, bottomLeft.y - topLeft.y) > 48;
    const result = [];
    for (const [name, [u, v]] of Object.entries(HANDLES)) {
      if ((u === 0.5 && !wide) || (v === 0.5 && !high)) continue;
      const x = topLeft.x + u * (topRight.x - topLeft.x) + v * (bottomLeft.x - topLeft.x) - left;
      const y = topLeft.y + u * (topRight.y - topLeft.y) + v * (bottomLeft.y - topLeft.y) - top;
      // The small square is seen, the larger transparent one is grabbed: mostly from outside, or a small element could not be dragged.
      const gx = x + (u - 0.5) * 12, gy = y + (v - 0.5) * 12;
      result.push(svg('rect', { class: 'canvas-handle', x: x - 4.5, y: y - 4.5, width: 9, height: 9, rx: 2 }));
      result.push(svg('rect', { class: `canvas-grip canvas-grip-${name}`, 'data-handle': name, x: gx - 11, y: gy - 11, width: 22, height: 22 }));
    }
    return result;
  }

  #drawPeers(left, top) {
    const outlines = [];
    const seen = new Set();
    const root = this.#surface.root;
    const matrix = toScreen(root);
    for (const person of this.#people) {
      for (const session of person.sessions ?? []) {
        for (const id of (session.selection ?? []).slice(0, PEER_OUTLINES)) {
          const element = this.#surface.get(id);
          const measured = element && element !== root ? measure(element) : null;
          if (!measured) continue;
          const outline = polygon(mapCorners(measured.box, measured.matrix), left, top, 'canvas-peer-outline');
          outline.style.stroke = person.color;
          outlines.push(outline);
        }
        if (!session.cursor_position || !matrix) continue;
        const box = mapBox({ x: session.cursor_position.x, y: session.cursor_position.y, width: 0, height: 0 }, matrix);
        seen.add(session.session_id);
        this.#cursor(session.session_id, person, box.x - left, box.y - top);
      }
    }
    this.#peerLayer.replaceChildren(...outlines);
    for (const [id, cursor] of this.#cursorElements) if (!seen.has(id)) { clearTimeout(cursor.fade); cursor.element.remove(); this.#cursorElements.delete(id); }
  }

  #cursor(id, person, x, y) {
    let cursor = this.#cursorElements.get(id);
    if (!cursor) {
      const element = document.createElement('div');
      element.className = 'canvas-cursor';
      const pointer = svg('svg', { viewBox: '0 0 16 16', width: 18, height: 18 });
      pointer.append(svg('path', { d: 'M2 1.5 13.5 8 8.2 9.2 5.4 14.2z', 'stroke-width': 1.2, 'stroke-linejoin': 'round' }));
      const name = document.createElement('span');
      element.append(pointer, name);
      this.#cursors.append(element);
      cursor = { element, name, x: NaN, y: NaN, at: '' };
      this.#cursorElements.set(id, cursor);
    }
    cursor.element.style.setProperty('--peer', person.color);
    if (cursor.name.textContent !== person.username) cursor.name.textContent = person.username;
    cursor.element.style.transform = `translate(${x}px, ${y}px)`;
    const at = `${person.sessions.find(session => session.session_id === id)?.cursor_position.x},${person.sessions.find(session => session.session_id === id)?.cursor_position.y}`;
    if (cursor.at === at) return; // the view moved, not the person
    cursor.at = at;
    cursor.element.classList.remove('canvas-cursor-idle');
    clearTimeout(cursor.fade);
    cursor.fade = setTimeout(() => cursor.element.classList.add('canvas-cursor-idle'), CURSOR_FADES_AFTER);
  }
}

function polygon(points, left, top, className) {
  return svg('polygon', { class: className, points: points.map(({ x, y }) => `${(x - left).toFixed(1)},${(y - top).toFixed(1)}`).join(' ') });
}
