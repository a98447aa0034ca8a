// One class a gesture. Each keeps its own start state, so that nothing that arrives meanwhile moves or ends it, and becomes one step when it is done.
// `again` is called with the last event when the view has moved under the pointer: what was begun somewhere in the drawing was begun there.
import { newId, predictChanges } from '../client/svgx-client.js';
import { Lift } from './lift.js';
import { HANDLES } from './overlay.js';
import { apply, boxInParent, fromScreen, rounder, spotIn, toScreen } from './space.js';
import { simplify, smoothPath } from './stroke.js';

/** A press that moves less than so many pixels is a click; a finger is never quite still. */
const CLICK_SLOP = 4, TAP_SLOP = 10;

const slopOf = event => (event.pointerType === 'touch' ? TAP_SLOP : CLICK_SLOP);

/** Up to so many elements a resize shows its exact outcome; beyond that, its scale. */
const EXACT_RESIZE = 20;

/** Up to so many elements others see the gesture, as the protocol allows: more would be a large message each frame. */
const PREVIEWED = 2_000;

const FREEHAND_TOLERANCE = 0.6;

export class PanGesture {
  constructor(editor, event) {
    this.editor = editor;
    this.x = event.clientX;
    this.y = event.clientY;
  }
  move(event) {
    this.editor.viewport.panBy(event.clientX - this.x, event.clientY - this.y);
    this.x = event.clientX;
    this.y = event.clientY;
  }
  end() {}
  cancel() {}
}

/** Two fingers: the point between them stays under them, their distance is the scale. */
export class PinchGesture {
  constructor(editor, pointers) {
    this.editor = editor;
    this.last = centre(pointers);
  }
  movePointers(pointers) {
    const next = centre(pointers);
    this.editor.viewport.panBy(next.x - this.last.x, next.y - this.last.y);
    if (this.last.distance > 0) this.editor.viewport.zoomAt(next.x, next.y, next.distance / this.last.distance);
    this.last = next;
  }
  move() {}
  end() {}
  cancel() {}
}

function centre([a, b]) {
  return { x: (a.clientX + b.clientX) / 2, y: (a.clientY + b.clientY) / 2, distance: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) };
}

export class MarqueeGesture {
  constructor(editor, event) {
    this.editor = editor;
    this.start = { x: event.clientX, y: event.clientY };
    this.anchor = fromScreen(editor.surface.root, event.clientX, event.clientY);
    this.slop = slopOf(event);
    this.kept = event.shiftKey ? editor.selection : [];
    this.box = null;
  }
  move(event) {
    this.box = boxBetween(this.start, { x: event.clientX, y: event.clientY });
    this.editor.overlay.marquee(this.box);
  }
  again(event) {
    this.start = apply(toScreen(this.editor.surface.root), this.anchor.x, this.anchor.y);
    this.move(event);
  }
  end() {
    this.editor.overlay.marquee(null);
    const found = this.box && Math.max(this.box.width, this.box.height) >= this.slop ? this.editor.picking.within(this.box) : [];
    this.editor.select([...new Set([...this.kept, ...found])]);
  }
  cancel() { this.editor.overlay.marquee(null); }
}

/** Drags what is selected. Nothing is in the hand before the pointer has left its slop. */
export class MoveGesture {
  constructor(editor, event, onClick) {
    this.editor = editor;
    this.onClick = onClick;
    this.start = { x: event.clientX, y: event.clientY };
    this.anchor = fromScreen(editor.surface.root, event.clientX, event.clientY);
    this.gestureId = newId('m');
    this.lift = null;
  }
  move(event) {
    let dx = event.clientX - this.start.x, dy = event.clientY - this.start.y;
    if (!this.lift) {
      if (Math.hypot(dx, dy) < slopOf(event)) return;
      this.begin();
    }
    if (event.shiftKey) { if (Math.abs(dx) > Math.abs(dy)) dy = 0; else dx = 0; }
    this.by(dx, dy);
  }
  again(event) {
    this.start = apply(toScreen(this.editor.surface.root), this.anchor.x, this.anchor.y);
    this.lift?.viewMoved();
    this.move(event);
  }
  begin() {
    this.ids = this.editor.outermost().filter(id => this.editor.surface.get(id));
    this.shared = new Set(this.ids.filter(id => this.editor.previews.isShown(id)));
    this.lift = new Lift(this.editor.surface, this.ids);
    this.editor.tellEditing();
  }
  by(dx, dy) {
    const groups = this.lift.moveBy(dx, dy);
    this.editor.overlay.shift(dx, dy);
    const [{ dx: x, dy: y } = { dx: 0, dy: 0 }] = groups;
    // Others see the first parent's move: elements of several transformed parents in one drag are rare, and the operation at the end is exact.
    if (this.ids.length <= PREVIEWED) this.editor.client.preview(this.gestureId, this.ids, { dx: x, dy: y });
  }
  end() {
    if (!this.lift) { this.onClick?.(); return; }
    const { surface, previews } = this.editor;
    const moves = [];
    for (const { parent, matrix, dx, dy, layer, targets } of this.lift.groups) {
      const round = rounder(matrix);
      const data = { dx: round(dx ?? 0), dy: round(dy ?? 0) };
      for (const element of layer ? Array.from(layer.children) : targets) {
        const id = surface.idOf(element);
        const isShared = this.shared.has(id) || previews.isShown(id) || surface.isOutdated(id);
        moves.push({ id, parent, round, data, spot: isShared ? spotIn(parent, element) : null });
      }
    }
    this.finish();
    const operations = [];
    for (const move of moves) {
      const data = this.fromNow(move);
      if (data.dx || data.dy) operations.push({ operation_type: 'move', element_id: move.id, data });
    }
    this.editor.submit(operations, this.gestureId);
  }
  /** Somebody else has moved it meanwhile, or is still at it: from where it shows now, it goes to where it was let go. */
  fromNow({ id, parent, round, data, spot }) {
    const element = spot && this.editor.surface.get(id);
    const now = element?.parentNode === parent ? spotIn(parent, element, spot) : null;
    return now ? { dx: round(spot.x - now.x), dy: round(spot.y - now.y) } : data;
  }
  cancel() {
    if (!this.lift) return;
    this.finish();
    this.editor.client.endPreview(this.gestureId);
  }
  finish() {
    this.lift.release();
    this.editor.overlay.shift(0, 0);
    this.editor.overlay.refresh();
  }
}

export class ResizeGesture {
  constructor(editor, event, handle) {
    this.editor = editor;
    this.handle = handle;
    this.gestureId = newId('z');
    const { box, parent } = editor.overlay.frame;
    this.from = box;
    this.parent = parent;
    this.round = rounder(toScreen(parent));
    this.start = fromScreen(parent, event.clientX, event.clientY);
    this.ids = [...editor.selection];
    this.nodes = new Map(this.ids.map(id => [id, asItIs(editor.client.model.get(id), editor.previews.isShown(id) ? editor.surface.get(id) : null)]));
    this.boxes = new Map(this.ids.map(id => [id, boxInParent(editor.surface.get(id))]).filter(([, each]) => each));
    this.exact = this.ids.length <= EXACT_RESIZE;
    this.to = box;
    this.lift = new Lift(editor.surface, this.ids);
    editor.overlay.hush(true);
    editor.tellEditing();
  }
  move(event) {
    const at = fromScreen(this.parent, event.clientX, event.clientY);
    this.to = resized(this.from, this.handle, at.x - this.start.x, at.y - this.start.y, event.shiftKey, event.altKey);
    const [sx, sy, tx, ty] = this.scale();
    if (this.exact) {
      for (const operation of this.operations()) {
        const set = this.outcome(operation);
        if (set) this.editor.surface.pretend(operation.element_id, set);
      }
      this.lift.stretch(sx, sy);
    } else this.lift.scale(sx, sy, tx, ty);
    const single = this.ids.length === 1 && this.exact ? this.outcome(this.operations()[0]) : null;
    if (this.ids.length <= PREVIEWED) this.editor.client.preview(this.gestureId, this.ids, single ?? { matrix: [sx, 0, 0, sy, tx, ty] });
  }
  again(event) { this.move(event); }
  scale() {
    const sx = this.from.width ? this.to.width / this.from.width : 1, sy = this.from.height ? this.to.height / this.from.height : 1;
    return [sx, sy, this.to.x - this.from.x * sx, this.to.y - this.from.y * sy];
  }
  /** The attributes that a resize would set, where that is all it does. */
  outcome(operation) {
    // From how the element was when it was taken: what somebody else does to it meanwhile must not show in the hand.
    const { model } = this.editor.client;
    const changes = operation && predictChanges({ root: model.root, refersInSheets: model.refersInSheets, get: id => this.nodes.get(id) ?? model.get(id) }, operation);
    return changes?.length === 1 && changes[0].change === 'set' && changes[0].element_id === operation.element_id ? changes[0].attributes : null;
  }
  operations() {
    const [sx, sy, tx, ty] = this.scale();
    const { round } = this;
    const size = length => round(length) || length; // a thin side of nothing would be nothing for good
    const rounded = box => ({ x: round(box.x), y: round(box.y), width: size(box.width), height: size(box.height) });
    return Array.from(this.boxes, ([id, box]) => ({
      operation_type: 'resize', element_id: id,
      data: { ...rounded({ x: box.x * sx + tx, y: box.y * sy + ty, width: box.width * sx, height: box.height * sy }), from: box },
    }));
  }
  end() {
    const changed = ['x', 'y', 'width', 'height'].some(side => Math.abs(this.to[side] - this.from[side]) > 1e-9);
    const operations = changed ? this.operations() : [];
    this.finish();
    // Somebody else may have moved it meanwhile: from where it is now, it goes to where it was let go. What they have not let go of yet comes on top.
    for (const { element_id, data } of operations) {
      const element = this.editor.surface.get(element_id);
      const { x, y } = this.editor.previews.shift(element_id);
      data.from = (element && boxInParent(element)) ?? data.from;
      if (!x && !y) continue;
      data.from = { ...data.from, x: data.from.x - x, y: data.from.y - y };
      data.x = this.round(data.x - x);
      data.y = this.round(data.y - y);
    }
    if (operations.length) this.editor.submit(operations, this.gestureId);
    else this.editor.client.endPreview(this.gestureId);
  }
  cancel() {
    this.finish();
    this.editor.client.endPreview(this.gestureId);
  }
  finish() {
    this.lift.release();
    this.editor.overlay.hush(false);
    this.editor.overlay.refresh();
  }
}

/** A node as it is now; with the attributes that somebody else's gesture shows on its element, where there is one. */
const asItIs = (node, element) => Object.assign(Object.create(Object.getPrototypeOf(node)), node, { attributes: new Map(element ? Array.from(element.attributes, ({ name, value }) => [name, value]) : node.attributes) });

function resized(from, handle, dx, dy, keepRatio, fromCentre) {
  const [u, v] = HANDLES[handle];
  const reach = fromCentre ? 2 : 1;
  const longer = Math.max(from.width, from.height), least = longer * 1e-3 || 1e-3;
  // A line's box is seldom exactly flat: a turn leaves some 1e-15 of the side, and what browsers measure has the precision of a float.
  const isFlat = size => size < 1e-6 * Math.max(1, longer);
  const grow = (size, at, by) => (at === 0.5 || isFlat(size) ? size : Math.max(least, size + (at === 1 ? by : -by) * reach));
  let width = grow(from.width, u, dx), height = grow(from.height, v, dy);
  if (keepRatio && !isFlat(from.width) && !isFlat(from.height)) {
    const factor = u === 0.5 ? height / from.height : v === 0.5 ? width / from.width : Math.max(width / from.width, height / from.height);
    width = from.width * factor;
    height = from.height * factor;
  }
  // The side opposite to the handle stays; with alt, or for the side a ratio drags along, the middle does.
  const anchor = (start, size, next, at) => (fromCentre || at === 0.5 ? start + (size - next) / 2 : at === 1 ? start : start + size - next);
  return { x: anchor(from.x, from.width, width, u), y: anchor(from.y, from.height, height, v), width, height };
}

/** Draws a rectangle, an ellipse or a line from corner to corner. */
export class ShapeGesture {
  constructor(editor, event, type) {
    this.editor = editor;
    this.type = type;
    this.parentId = editor.layer();
    this.parent = editor.surface.get(this.parentId);
    this.ground = editor.ground(this.parentId);
    this.letGo = editor.surface.hold(this.parentId);
    this.round = rounder(toScreen(this.parent));
    this.pressed = { x: event.clientX, y: event.clientY };
    this.start = fromScreen(this.parent, event.clientX, event.clientY);
    this.elementId = newId();
    this.gestureId = newId('d');
    this.look = editor.look(type);
    this.ghost = null;
    editor.tellEditing();
  }
  move(event) {
    if (!this.ghost && Math.hypot(event.clientX - this.pressed.x, event.clientY - this.pressed.y) < slopOf(event)) return;
    this.geometry = this.shape(fromScreen(this.parent, event.clientX, event.clientY), event.shiftKey, event.altKey);
    this.draw();
  }
  again(event) { this.move(event); }
  draw() {
    const attributes = { ...this.geometry, ...this.look };
    if (this.ghost) this.ghost.set(attributes); else this.ghost = this.editor.surface.ghost(this.parentId, this.type, attributes);
    this.editor.client.preview(this.gestureId, [this.elementId], { create: { type: this.type, parent_id: this.parentId, ...attributes } });
  }
  shape(at, regular, fromCentre) {
    const { round, start } = this;
    let dx = at.x - start.x, dy = at.y - start.y;
    if (this.type === 'line') {
      if (regular) {
        const angle = Math.round(Math.atan2(dy, dx) / (Math.PI / 12)) * (Math.PI / 12), length = Math.hypot(dx, dy);
        dx = Math.cos(angle) * length;
        dy = Math.sin(angle) * length;
      }
      return { x1: round(start.x), y1: round(start.y), x2: round(start.x + dx), y2: round(start.y + dy) };
    }
    if (regular) {
      const side = Math.max(Math.abs(dx), Math.abs(dy));
      dx = Math.sign(dx || 1) * side;
      dy = Math.sign(dy || 1) * side;
    }
    const from = fromCentre ? { x: start.x - dx, y: start.y - dy } : start;
    const box = boxBetween(from, { x: start.x + dx, y: start.y + dy });
    if (this.type === 'rect') return { x: round(box.x), y: round(box.y), width: round(box.width), height: round(box.height) };
    return { cx: round(box.x + box.width / 2), cy: round(box.y + box.height / 2), rx: round(box.width / 2), ry: round(box.height / 2) };
  }
  end() {
    // A click with a drawing tool gives a shape of a usual size where it was made.
    const side = 100 * this.editor.viewport.unit;
    this.geometry ??= this.shape({ x: this.start.x + side, y: this.start.y + (this.type === 'line' ? 0 : side) }, false, false);
    this.finish();
    this.editor.submit([{ operation_type: 'create', element_id: this.elementId, data: { type: this.type, ...this.geometry, ...this.look, ...this.editor.placeOn(this.ground) } }], this.gestureId);
    this.editor.drawn(this.elementId);
  }
  cancel() {
    this.finish();
    this.editor.client.endPreview(this.gestureId);
  }
  finish() {
    this.ghost?.remove();
    this.letGo();
  }
}

export class StrokeGesture {
  constructor(editor, event) {
    this.editor = editor;
    this.parentId = editor.layer();
    this.parent = editor.surface.get(this.parentId);
    this.ground = editor.ground(this.parentId);
    this.letGo = editor.surface.hold(this.parentId);
    this.matrix = toScreen(this.parent);
    this.inverse = this.matrix.inverse();
    this.round = rounder(this.matrix);
    this.elementId = newId();
    this.gestureId = newId('d');
    this.look = editor.look('path');
    this.points = []; // pixels of the screen as it was at the press, so that tolerance means what the eye sees
    this.toPress = null; // from the screen to those pixels, once the view has moved
    this.shared = 0;
    this.add(event);
    this.data = `M${this.at(this.points[0])}`;
    this.ghost = editor.surface.ghost(this.parentId, 'path', { d: `${this.data}l0 0`, ...this.look });
    editor.tellEditing();
  }
  at({ x, y }) {
    const point = apply(this.inverse, x, y);
    return `${this.round(point.x)} ${this.round(point.y)}`;
  }
  add({ clientX, clientY }) {
    const last = this.points.at(-1);
    const { x, y } = this.toPress ? apply(this.toPress, clientX, clientY) : { x: clientX, y: clientY };
    if (last && Math.hypot(x - last.x, y - last.y) < 1) return;
    this.points.push({ x, y });
    if (last) this.data += `L${this.at(this.points.at(-1))}`;
  }
  move(event) {
    // Between two frames a pen reports many points; all of them belong to the stroke.
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) this.add(each);
    this.ghost.set({ d: this.data });
    if (this.points.length - this.shared < 3) return;
    this.shared = this.points.length;
    this.editor.client.preview(this.gestureId, [this.elementId], { create: { type: 'path', parent_id: this.parentId, d: this.smooth(), ...this.look } });
  }
  again(event) {
    this.toPress = this.matrix.multiply(toScreen(this.parent).inverse());
    this.add(event);
    this.ghost.set({ d: this.data });
  }
  smooth() {
    const points = simplify(this.points, FREEHAND_TOLERANCE).map(({ x, y }) => apply(this.inverse, x, y));
    return smoothPath(points, this.round);
  }
  end() {
    const d = this.smooth();
    this.finish();
    this.editor.submit([{ operation_type: 'create', element_id: this.elementId, data: { type: 'path', d, ...this.look, ...this.editor.placeOn(this.ground) } }], this.gestureId);
    this.editor.drawn(this.elementId, { keepTool: true });
  }
  cancel() {
    this.finish();
    this.editor.client.endPreview(this.gestureId);
  }
  finish() {
    this.ghost.remove();
    this.letGo();
  }
}

/** Arrow keys held down: shown at once, one step when they are let go. */
export class NudgeGesture extends MoveGesture {
  constructor(editor) {
    super(editor, { clientX: 0, clientY: 0 });
    this.x = 0;
    this.y = 0;
    this.begin();
  }
  nudge(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.again();
  }
  again() {
    const { scale, step } = this.editor.viewport;
    this.lift.viewMoved();
    this.by(this.x * step * scale, this.y * step * scale);
  }
}

function boxBetween(a, b) {
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}
