// Elements in the hand: shown moved or scaled while a gesture lasts, without touching their attributes.
import { toScreen } from './space.js';

/** From so many siblings on they share one layer; below it each keeps its place between its neighbours. */
export const SHARED_LAYER_FROM = 100;

export class Lift {
  #surface;
  #ids;
  #groups = [];
  #starts = new Map(); // element -> how somebody else's gesture showed it when it was taken: so it stays in the hand

  constructor(surface, ids) {
    this.#surface = surface;
    this.#ids = ids;
    const byParent = new Map();
    for (const id of ids) {
      const element = surface.get(id);
      if (!element) continue;
      if (!byParent.has(element.parentNode)) byParent.set(element.parentNode, []);
      byParent.get(element.parentNode).push(element);
    }
    surface.freeze(ids);
    for (const [parent, elements] of byParent) {
      const matrix = toScreen(parent);
      const layer = elements.length >= SHARED_LAYER_FROM ? surface.lift(inDocumentOrder(elements)) : null;
      this.#groups.push({ parent, matrix, inverse: matrix.inverse(), layer, targets: layer ? [layer] : elements });
      if (!layer) for (const element of elements) if (element.style.translate || element.style.scale) this.#starts.set(element, { ...pair(element.style.translate, 0), scale: pair(element.style.scale, 1) });
    }
  }

  get groups() { return this.#groups; }

  /** The parents are elsewhere on the screen than when everything was taken. */
  viewMoved() {
    for (const group of this.#groups) {
      group.matrix = toScreen(group.parent);
      group.inverse = group.matrix.inverse();
    }
  }

  /** Shows everything moved by so many screen pixels; returns the move in the coordinates of each parent. */
  moveBy(screenX, screenY) {
    for (const group of this.#groups) {
      const { a, b, c, d } = group.inverse;
      group.dx = a * screenX + c * screenY;
      group.dy = b * screenX + d * screenY;
      // The `translate` property comes before an element's own transform, so it is in the parent's coordinates whatever that transform is.
      for (const target of group.targets) {
        const { x, y } = this.#start(target);
        target.style.translate = `${x + group.dx}px ${y + group.dy}px`;
      }
    }
    return this.#groups;
  }

  /** Shows everything scaled and moved in the coordinates of the (one) parent. */
  scale(sx, sy, tx, ty) {
    for (const { targets } of this.#groups) for (const target of targets) {
      const { x, y, scale } = this.#start(target);
      target.style.translate = `${x * sx + tx}px ${y * sy + ty}px`;
      target.style.scale = `${scale.x * sx} ${scale.y * sy}`;
    }
  }

  /** What is shown scaled by its attributes: how far somebody else's gesture had moved it grows along. */
  stretch(sx, sy) {
    for (const [target, { x, y }] of this.#starts) target.style.translate = `${x * sx}px ${y * sy}px`;
  }

  #start(target) { return this.#starts.get(target) ?? AS_IT_IS; }

  /** Puts everything down. What was confirmed meanwhile shows now. */
  release() {
    for (const { layer, targets } of this.#groups) {
      if (layer) { this.#surface.settle(layer); continue; }
      for (const target of targets) {
        target.style.removeProperty('translate');
        target.style.removeProperty('scale');
      }
    }
    this.#surface.thaw(this.#ids);
    for (const { layer, targets } of this.#groups) if (!layer) for (const target of targets) this.#surface.restore(this.#surface.idOf(target));
    this.#groups = [];
  }
}

const AS_IT_IS = { x: 0, y: 0, scale: { x: 1, y: 1 } };

/** A `translate` or `scale` as browsers write it: one number may stand for two. */
function pair(text, otherwise) {
  const [x = otherwise, y = otherwise === 1 ? x : otherwise] = text ? text.split(' ').map(parseFloat) : [];
  return { x, y };
}

function inDocumentOrder(elements) {
  const chosen = new Set(elements);
  return Array.prototype.filter.call(elements[0].parentNode.children, child => chosen.has(child));
}
