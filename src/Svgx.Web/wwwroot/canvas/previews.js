// Other people's gestures while they last: shown on the drawing, kept nowhere.
import { toScreen } from './space.js';

export class Previews {
  #surface;
  #isHeld;
  #shown = new Map(); // gesture id -> { styled: Set of ids, pretended: Set of ids, ghost }

  constructor(surface, isHeld) {
    this.#surface = surface;
    this.#isHeld = isHeld; // id -> whether a gesture of one's own holds it: nobody else moves what is in the hand
  }

  show({ gesture_id, element_ids, data }) {
    const shown = this.#shown.get(gesture_id) ?? { styled: new Set(), pretended: new Set(), ghost: null };
    this.#shown.set(gesture_id, shown);
    if (data?.create) { this.#create(shown, data.create); return; }
    const ids = element_ids.filter(id => this.#surface.get(id) && !this.#isHeld(id));
    if (typeof data?.dx === 'number' || typeof data?.dy === 'number') for (const id of ids) this.#style(shown, id, { translate: `${data.dx ?? 0}px ${data.dy ?? 0}px` });
    else if (Array.isArray(data?.matrix)) for (const id of ids) this.#matrix(shown, id, data.matrix);
    else if (data && ids.length === 1) { this.#surface.pretend(ids[0], data); shown.pretended.add(ids[0]); }
  }

  end(gestureId) {
    const shown = this.#shown.get(gestureId);
    if (!shown) return;
    this.#shown.delete(gestureId);
    shown.ghost?.remove();
    for (const id of shown.styled) {
      if (this.#isHeld(id)) continue; // the gesture that holds it puts it right when it ends
      const style = this.#surface.get(id)?.style;
      for (const property of ['translate', 'scale', 'transform']) style?.removeProperty(property);
      this.#surface.restore(id);
    }
    for (const id of shown.pretended) this.#surface.restore(id);
  }

  #style(shown, id, properties) {
    Object.assign(this.#surface.get(id).style, properties);
    shown.styled.add(id);
  }

  #matrix(shown, id, matrix) {
    if (matrix.length !== 6 || !matrix.every(Number.isFinite)) return;
    const [a, b, c, d, e, f] = matrix;
    if (!b && !c) { this.#style(shown, id, { translate: `${e}px ${f}px`, scale: `${a} ${d}` }); return; }
    const element = this.#surface.get(id);
    if (!shown.styled.has(id)) {
      const own = toScreen(element.parentNode).inverse().multiply(toScreen(element));
      (shown.own ??= new Map()).set(id, own);
    }
    const own = shown.own.get(id);
    this.#style(shown, id, { transform: `matrix(${matrix.join(',')}) matrix(${own.a},${own.b},${own.c},${own.d},${own.e},${own.f})` });
  }

  #create(shown, { type = 'rect', tag, parent_id, text, ...attributes }) {
    // Its exact place and its children are the finished operation's to say.
    for (const name of ['children', 'before', 'index', 'element_id']) delete attributes[name];
    if (shown.ghost) shown.ghost.set(attributes);
    else shown.ghost = this.#surface.ghost(parent_id, tag ?? type, attributes, text);
  }
}
