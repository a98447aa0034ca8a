// Which element a pointer means: the outermost one in the entered group, seen through Inkscape's layers.
import { boxOnScreen, intersects } from './space.js';

/** Parts that mean nothing on their own: a press on them means what they belong to. */
const PARTS = new Set(['tspan', 'textPath', 'tref']);
const UNSEEN = new Set(['defs', 'style', 'title', 'desc', 'metadata', 'linearGradient', 'radialGradient', 'filter', 'mask', 'clipPath', 'marker', 'pattern', 'symbol', 'view']);

export const isLayer = node => node.name.endsWith('g') && node.attributes.get('inkscape:groupmode') === 'layer';
export const isVisibleKind = node => node.id !== undefined && !UNSEEN.has(node.name.slice(node.name.indexOf(':') + 1));

/** Inkscape's locked elements and layers are seen and not touched. */
function isLocked(node) {
  for (let at = node; at; at = at.parent) if (at.attributes.get('sodipodi:insensitive') === 'true') return true;
  return false;
}

export class Picking {
  /** The group that was entered by a double click; null: the drawing itself. */
  scope = null;

  constructor(surface, model) {
    this.surface = surface;
    this.model = model; // () => the current model
  }

  /** The id under a client point, or null. `direct` means the very element. */
  at(x, y, { direct = false, tolerance = 4 } = {}) {
    const node = this.#nodeAt(x, y, tolerance);
    if (!node) return null;
    const path = [];
    for (let at = node; at.parent; at = at.parent) path.unshift(at);
    while (path.length > 1 && PARTS.has(path.at(-1).name)) path.pop();
    if (!path.length) return null;
    if (direct) return path.at(-1).id;
    const entered = this.scope && path.some(each => each.id === this.scope);
    if (!entered) return path.find((each, index) => !isLayer(each) || index === path.length - 1)?.id ?? null;
    const after = path.slice(path.findIndex(each => each.id === this.scope) + 1);
    return (after.find(each => !isLayer(each)) ?? path.at(-1)).id;
  }

  /** The deepest text or run of text under a point. */
  textAt(x, y) {
    let node = this.#nodeAt(x, y, 4);
    while (node && node.name !== 'text' && !PARTS.has(node.name)) node = node.parent;
    return node ?? null;
  }

  /** Whether a press on this means something inside the entered group. */
  isInScope(id) {
    if (!this.scope) return true;
    const model = this.model();
    const scope = model.get(this.scope);
    const node = model.get(id);
    return scope != null && node != null && model.isWithin(node, scope);
  }

  /** The siblings that selecting all, or the Tab key, goes through. */
  candidates() {
    const model = this.model();
    const result = [];
    const visit = parent => {
      for (const child of parent.children) {
        const element = isVisibleKind(child) ? this.surface.get(child.id) : null;
        // What is hidden or locked is not selected unseen.
        if (!element || element.checkVisibility?.() === false || child.attributes.get('sodipodi:insensitive') === 'true') continue;
        if (isLayer(child)) visit(child); else result.push(child.id);
      }
    };
    visit(model.get(this.scope) ?? model.root);
    return result;
  }

  /** What a marquee touches, in client coordinates. */
  within(box) {
    return this.candidates().filter(id => {
      const bounds = boxOnScreen(this.surface.get(id));
      return bounds && intersects(bounds, box);
    });
  }

  #nodeAt(x, y, tolerance) { return this.#nearest(x, y, tolerance) ?? this.surface.meetingAll(() => this.#nearest(x, y, tolerance)); }

  #nearest(x, y, tolerance) {
    const near = [[0, 0], [tolerance, 0], [-tolerance, 0], [0, tolerance], [0, -tolerance], [tolerance, tolerance], [-tolerance, -tolerance], [tolerance, -tolerance], [-tolerance, tolerance]];
    const model = this.model();
    for (const [dx, dy] of near) {
      for (let element of this.surface.elementsAt(x + dx, y + dy)) {
        while (element && this.surface.idOf(element) === undefined) element = element.parentNode;
        const node = element && model.get(this.surface.idOf(element));
        if (node && node !== model.root && !isLocked(node)) return node;
      }
    }
    return null;
  }
}
