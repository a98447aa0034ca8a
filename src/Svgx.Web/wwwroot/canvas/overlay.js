// What lies over the drawing and is no part of it: selection, handles, marquee, and the other people. In screen pixels.
import { SVG_NAMESPACE } from '../client/svgx-client.js';
import { SHARED_LAYER_FROM } from './lift.js';
import { Peers } from './peers.js';
import { boxesIn, mapCorners, measure, toScreen, union } from './space.js';

export const HANDLES = { nw: [0, 0], n: [0.5, 0], ne: [1, 0], e: [1, 0.5], se: [1, 1], s: [0.5, 1], sw: [0, 1], w: [0, 0.5] };

/** Beyond so many single outlines a frame around all of them says more, and costs less. */
const OUTLINES = 60;

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
  #peers;
  #selectionLayer;
  #marquee;
  #selected = [];
  #editable = true;
  #scheduled = false;
  #cursorsScheduled = false;
  #offset = { x: 0, y: 0 };
  #drawn = { x: 0, y: 0 }; // the offset that the marks were drawn with
  #view = ''; // where the drawing was on the screen then
  #box; // around the selection, in the coordinates of its parent

  constructor(frameElement, surface) {
    this.#frameElement = frameElement;
    this.#surface = surface;
    this.#layer = svg('svg', { class: 'canvas-overlay', 'aria-hidden': 'true' });
    this.#selectionLayer = svg('g', { class: 'canvas-selection' });
    this.#marquee = svg('rect', { class: 'canvas-marquee', visibility: 'hidden' });
    this.#layer.append(this.#selectionLayer, this.#marquee);
    frameElement.append(this.#layer);
    this.#peers = new Peers(frameElement, this.#layer, surface);
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
    this.#selectionLayer.setAttribute('transform', `translate(${x - this.#drawn.x} ${y - this.#drawn.y})`);
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
    if (this.#peers.people(people)) { this.refresh({ viewOnly: true }); return; }
    // Cursors alone are moved without measuring anything else: with many people they move all the time.
    if (this.#cursorsScheduled) return;
    this.#cursorsScheduled = true;
    requestAnimationFrame(() => {
      this.#cursorsScheduled = false;
      if (this.#scheduled) return; // all is drawn in this frame
      this.#peers.drawCursors(this.#frameElement.getBoundingClientRect());
    });
  }

  locks(locks) {
    this.#peers.locks(locks);
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
    const frame = this.#frameElement.getBoundingClientRect(), { left, top } = frame;
    this.#peers.drawMarks(left, top);
    this.#peers.drawCursors(frame, { viewMoved: true });
    const { a, e, f } = toScreen(this.#surface.root) ?? {}; // none where it is not rendered
    const view = `${a} ${e} ${f}`, isInHand = this.#offset.x !== 0 || this.#offset.y !== 0;
    if (isInHand && view === this.#view) return;
    this.#view = view;
    this.#drawSelection(left, top, isInHand);
  }

  #drawSelection(left, top, isInHand) {
    this.#drawn = this.#offset;
    this.#selectionLayer.removeAttribute('transform');
    // Where each goes by itself, the box goes with them; many share a layer, in which it stays.
    if (isInHand && this.#selected.length < SHARED_LAYER_FROM) this.#box = undefined;
    const elements = this.#selected.map(id => this.#surface.get(id)).filter(Boolean);
    const parts = [];
    if (elements.length <= OUTLINES) {
      for (const element of elements) {
        const measured = measure(element);
        if (measured) parts.push(polygon(outline(measured), left, top, 'canvas-outline'));
      }
    }
    this.frame = this.#frameOf(elements);
    if (this.frame) {
      const corners = mapCorners(this.frame.box, this.frame.matrix);
      if (elements.length > 1) parts.push(polygon(corners, left, top, 'canvas-outline canvas-outline-all'));
      if (this.#editable && !isPoint(this.frame.box)) parts.push(...this.#handles(corners, left, top));
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
    this.#box ??= union(boxesIn(parent, elements));
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
}

const isPoint = ({ width, height }) => width === 0 && height === 0;

/** The corners around an element; around a dot so far from it that they are seen. */
function outline({ box, matrix }) {
  const corners = mapCorners(box, matrix);
  return isPoint(box) ? corners.map(({ x, y }, at) => ({ x: x + (at % 3 ? 6 : -6), y: y + (at < 2 ? -6 : 6) })) : corners;
}

function polygon(points, left, top, className) {
  return svg('polygon', { class: className, points: points.map(({ x, y }) => `${(x - left).toFixed(1)},${(y - top).toFixed(1)}`).join(' ') });
}
