// From pointer events to gestures: mouse, pen and touch.
import { MarqueeGesture, MoveGesture, PanGesture, PinchGesture, ResizeGesture, ShapeGesture, StrokeGesture } from './gestures.js';
import { fromScreen, rounder, toScreen } from './space.js';

const DOUBLE_CLICK = { within: 400, slop: 6, byFinger: 24 };
/** Without a pause of so many milliseconds, what a wheel sends is one turn and keeps its meaning. */
const WHEEL_PAUSE = 250;

export class Pointer {
  #gesture = null;
  #idle = [];
  spaceHeld = false;
  #editor;
  #pointers = new Map();
  #owner = null;
  #lastClick = { at: -Infinity, x: 0, y: 0 };
  #latest = null;
  #scheduled = false;
  #wheelZooms = false;
  #lastWheel = -Infinity;

  constructor(editor, signal) {
    this.#editor = editor;
    const { glass } = editor;
    const on = (type, handler, options = {}) => glass.addEventListener(type, handler, { signal, ...options });
    on('pointerdown', event => this.#down(event));
    on('pointermove', event => this.#move(event));
    on('pointerup', event => this.#up(event));
    on('pointercancel', event => this.#up(event, true));
    on('pointerleave', () => editor.client.activity({ cursor_position: null }));
    on('wheel', event => this.#wheel(event), { passive: false });
    on('touchmove', event => event.preventDefault(), { passive: false }); // else a quick stroke counts as a fling to the browser, which takes the next tap, on a tool say, for what stops it
    on('contextmenu', event => event.preventDefault());
    on('auxclick', event => event.preventDefault());
    on('dragstart', event => event.preventDefault());
  }

  get gesture() { return this.#gesture; }
  set gesture(gesture) {
    this.#gesture = gesture;
    if (!gesture) for (const told of this.#idle.splice(0)) told(); // heard once the gesture has ended, which it does next
  }

  get isBusy() { return this.gesture !== null; }

  /** Resolves when nothing is in the hand: at once, or at the end of the gesture. */
  idle() { return this.isBusy ? new Promise(told => { this.#idle.push(told); }) : Promise.resolve(); }

  /** Escape: as if the gesture had not begun. */
  cancel() {
    const { gesture } = this;
    if (!gesture) return false;
    this.gesture = null;
    this.#latest = null;
    gesture.cancel();
    this.#editor.changed();
    return true;
  }

  /** The view has moved under the pointer, as by a wheel: what is in the hand goes along at once, not with the next move. */
  viewMoved() {
    const last = this.#pointers.get(this.#owner);
    if (last) this.gesture?.again?.(last);
  }

  #down(event) {
    const editor = this.#editor;
    if (event.target.closest?.('.canvas-text-editor, .canvas-pin, .canvas-conflict')) return;
    if (!editor.client.model) return;
    // The hand that holds the pen lies on the sheet: it ends no stroke of the pen's, and keeps none from beginning.
    const owner = this.#pointers.get(this.#owner);
    if (isTouch(event) && owner && !isTouch(owner)) return;
    if (event.pointerType === 'pen' && this.#areTouches) {
      this.cancel();
      this.#pointers.clear();
    }
    this.#pointers.set(event.pointerId, event);
    if (this.#pointers.size === 2 && this.#areTouches) {
      this.cancel();
      this.gesture = new PinchGesture(editor, [...this.#pointers.values()]);
      return;
    }
    if (this.gesture || this.#pointers.size > 1) return;
    event.preventDefault();
    editor.settle();
    const wasTyping = editor.text.isOpen;
    editor.text.close();
    editor.host.dataset.byPointer = ''; // no focus ring for a press
    editor.focus();
    editor.glass.setPointerCapture(event.pointerId);
    this.#owner = event.pointerId;
    this.gesture = this.#begin(event, wasTyping);
  }

  get #areTouches() { return [...this.#pointers.values()].every(isTouch); }

  #begin(event, wasTyping) {
    const editor = this.#editor;
    if (event.button === 1 || this.spaceHeld || editor.tool === 'hand') return new PanGesture(editor, event);
    if (event.button !== 0) return null;
    if (editor.tool === 'comment') return new CommentPlacing(editor, event);
    const handle = event.target.dataset?.handle;
    if (handle && editor.canEdit && editor.overlay.frame) return new ResizeGesture(editor, event, handle);
    if (editor.canEdit) {
      if (['rect', 'ellipse', 'line'].includes(editor.tool)) return new ShapeGesture(editor, event, editor.tool);
      if (editor.tool === 'path') return new StrokeGesture(editor, event);
      if (editor.tool === 'text') return wasTyping ? null : new TextPlacing(editor, event);
    }
    return this.#beginSelecting(event);
  }

  #beginSelecting(event) {
    const editor = this.#editor;
    const options = { direct: event.ctrlKey || event.metaKey, tolerance: isTouch(event) ? 12 : 4 };
    let id = editor.picking.at(event.clientX, event.clientY, options);
    if (id && !editor.picking.isInScope(id)) { editor.picking.scope = null; id = editor.picking.at(event.clientX, event.clientY, options); }
    const isDouble = this.#isDoubleClick(event);
    if (!id) {
      editor.picking.scope = null;
      if (!event.shiftKey) editor.select([]);
      return new MarqueeGesture(editor, event);
    }
    if (isDouble && this.#open(event, id)) return null;
    const isSelected = editor.selection.includes(id);
    if (event.shiftKey) {
      if (isSelected) { editor.select(editor.selection.filter(each => each !== id)); return null; }
      editor.select([...editor.selection, id]);
    } else if (!isSelected) editor.select([id]);
    if (!editor.canEdit) return null;
    // A press on one of several selected may be the start of a drag of all; only a click picks the one.
    return new MoveGesture(editor, event, () => { if (!event.shiftKey && editor.selection.length > 1) editor.select([id]); });
  }

  #isDoubleClick(event) {
    const last = this.#lastClick;
    const isDouble = event.timeStamp - last.at < DOUBLE_CLICK.within && Math.hypot(event.clientX - last.x, event.clientY - last.y) < (isTouch(event) ? DOUBLE_CLICK.byFinger : DOUBLE_CLICK.slop);
    this.#lastClick = isDouble ? { at: -Infinity, x: 0, y: 0 } : { at: event.timeStamp, x: event.clientX, y: event.clientY };
    return isDouble;
  }

  /** A double click goes into a group, or into a text. */
  #open(event, id) {
    const editor = this.#editor;
    const text = editor.picking.textAt(event.clientX, event.clientY);
    const node = editor.client.model.get(id);
    if (text && editor.canEdit && (node.name === 'text' || node.name === 'tspan')) {
      editor.select([id]);
      // The press that opened it must not take the focus away again.
      setTimeout(() => { if (!editor.text.edit(text)) editor.notice('info', 'This text has several parts. Double-click the part to change.'); });
      return true;
    }
    if (!editor.enter(id)) return false;
    const inner = editor.picking.at(event.clientX, event.clientY);
    if (inner) editor.select([inner]);
    return true;
  }

  #move(event) {
    if (this.#pointers.has(event.pointerId)) this.#pointers.set(event.pointerId, event);
    else if (isTouch(event)) return; // one that counts for nothing
    this.#cursor(event);
    if (this.gesture?.movePointers) {
      if (this.#pointers.size === 2) this.gesture.movePointers([...this.#pointers.values()]);
      return;
    }
    if (!this.gesture || event.pointerId !== this.#owner) return;
    if (this.gesture instanceof StrokeGesture) { this.gesture.move(event); return; } // every point counts
    this.#latest = event;
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      const latest = this.#latest;
      this.#latest = null;
      if (latest) this.gesture?.move(latest);
    });
  }

  #up(event, cancelled = false) {
    this.#pointers.delete(event.pointerId);
    if (this.gesture?.movePointers) { if (this.#pointers.size < 2) this.gesture = null; return; }
    if (event.pointerId !== this.#owner) return;
    this.#owner = null;
    const { gesture } = this;
    if (!gesture) return;
    if (cancelled) { this.cancel(); return; }
    const latest = this.#latest;
    this.#latest = null;
    if (latest) gesture.move(latest);
    this.gesture = null;
    gesture.end(event);
    this.#editor.changed();
  }

  #cursor(event) {
    const { client, surface } = this.#editor;
    if (!client.model || !surface.root || this.#editor.past || isTouch(event) && !this.gesture) return;
    const { x, y } = fromScreen(surface.root, event.clientX, event.clientY), round = rounder(toScreen(surface.root));
    client.activity({ cursor_position: { x: round(x), y: round(y) } });
  }

  /** A wheel zooms, two fingers on a touchpad pan, and with Shift both pan; a pinch, which comes as a wheel with Ctrl, zooms. */
  #wheel(event) {
    event.preventDefault();
    const { viewport } = this.#editor;
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? viewport.bounds.height : 1;
    if (event.timeStamp - this.#lastWheel > WHEEL_PAUSE) this.#wheelZooms = isNotch(event);
    this.#lastWheel = event.timeStamp;
    if (event.ctrlKey || event.metaKey || (this.#wheelZooms && !event.shiftKey)) {
      // A pinch on a touchpad comes as small steps, a notch of a wheel as a large one: neither may leap.
      viewport.zoomAt(event.clientX, event.clientY, Math.exp(-Math.max(-25, Math.min(25, event.deltaY * unit)) / 120));
    } else viewport.panBy(-(event.shiftKey && !event.deltaX ? event.deltaY : event.deltaX) * unit, -(event.shiftKey && !event.deltaX ? 0 : event.deltaY) * unit);
  }
}

const isTouch = event => event.pointerType === 'touch';

/** Whether a turn begins with a whole notch, as a wheel's does: 120 units of the old scale, or lines. Fingers on a touchpad begin with less. */
function isNotch(event) {
  if (event.deltaX) return false;
  return event.deltaMode !== 0 || (Math.abs(event.wheelDeltaY ?? 0) >= 120 && event.wheelDeltaY % 120 === 0);
}

/** A press with the text tool: on text it opens that, elsewhere it begins a new one; on release, so that the press cannot take the focus. */
class TextPlacing {
  constructor(editor, event) { this.editor = editor; this.event = event; }
  move() {}
  cancel() {}
  end() {
    const { clientX, clientY } = this.event;
    const existing = this.editor.picking.textAt(clientX, clientY);
    if (!existing || !this.editor.text.edit(existing)) this.editor.text.create(clientX, clientY);
  }
}

/** A press with the comment tool: a thread is begun where it is released, in the element that is there. */
class CommentPlacing {
  constructor(editor, event) { this.editor = editor; this.event = event; }
  move(event) { this.event = event; }
  cancel() {}
  end() {
    const { clientX, clientY } = this.event;
    this.editor.placeComment(clientX, clientY, this.editor.picking.at(clientX, clientY, { direct: true }));
  }
}
