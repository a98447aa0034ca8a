// Other people's gestures while they last: shown on the drawing, kept nowhere.
import { parseTransform } from '../client/svgx-client.js';

export class Previews {
  #surface;
  #isHeld;
  #shown = new Map(); // gesture id -> { ids: Set, ghost }
  #ways = new Map(); // element id -> gesture id -> how that gesture shows it; none of it is left while a gesture of one's own holds what one has left behind

  constructor(surface, isHeld) {
    this.#surface = surface;
    this.#isHeld = isHeld; // id -> whether a gesture of one's own holds it: nobody else moves what is in the hand
    surface.decorate = id => this.#again(id);
  }

  show({ gesture_id, element_ids, data }) {
    const shown = this.#shown.get(gesture_id) ?? { ids: new Set(), ghost: null };
    this.#shown.set(gesture_id, shown);
    if (data?.create) { this.#create(shown, data.create); return; }
    const way = wayOf(data, element_ids.length === 1);
    if (!way) return;
    for (const id of element_ids) {
      if (!this.#surface.get(id)) continue;
      shown.ids.add(id);
      if (!this.#ways.has(id)) this.#ways.set(id, new Map());
      this.#ways.get(id).set(gesture_id, way);
      this.#draw(id);
    }
  }

  end(gestureId) {
    const shown = this.#shown.get(gestureId);
    if (!shown) return;
    this.#shown.delete(gestureId);
    shown.ghost?.remove();
    for (const id of shown.ids) {
      const ways = this.#ways.get(id);
      ways?.delete(gestureId);
      if (this.#surface.get(id)) this.#surface.restore(id); // what is held is put right when it is put down
      else if (!ways?.size) this.#ways.delete(id); // what was deleted may come back, and another gesture with it
    }
  }

  /** Whether somebody else has this element in the hand. */
  isShown(id) { return (this.#ways.get(id)?.size ?? 0) > 0; }

  /** How far others show an element from its place, in its parent's coordinates. */
  shift(id) { return sum(this.#ways.get(id)?.values() ?? []); }

  /** The element was drawn as the model has it, or put down. */
  #again(id) {
    const ways = this.#ways.get(id);
    if (!ways) return;
    if (ways.size) { this.#draw(id); return; }
    this.#ways.delete(id);
    this.#surface.restore(id);
  }

  /** Several gestures on one element add up, as their operations will. */
  #draw(id) {
    const element = this.#surface.get(id);
    if (!element || this.#isHeld(id)) return;
    const ways = [...this.#ways.get(id).values()];
    const { x, y } = sum(ways), scale = ways.findLast(way => way.scale)?.scale ?? '';
    const turn = ways.findLast(way => way.turn)?.turn;
    element.style.translate = x || y ? `${x}px ${y}px` : '';
    element.style.scale = scale;
    element.style.transform = turn ? css(turn) + css(parseTransform(element.getAttribute('transform') ?? '')) : '';
    for (const { attributes } of ways) if (attributes) this.#surface.pretend(id, attributes);
  }

  #create(shown, { type = 'rect', tag, parent_id, text, ...attributes }) {
    // Its exact place and its children are the finished operation's to say.
    for (const name of ['children', 'before', 'index', 'element_id']) delete attributes[name];
    if (shown.ghost) shown.ghost.set(attributes);
    else shown.ghost = this.#surface.ghost(parent_id, tag ?? type, attributes, text);
  }
}

/** What a preview's data says of its elements; null where it says nothing that can be shown. */
function wayOf(data, isSingle) {
  if (typeof data?.dx === 'number' || typeof data?.dy === 'number') return { x: Number(data.dx) || 0, y: Number(data.dy) || 0 };
  if (Array.isArray(data?.matrix)) {
    if (data.matrix.length !== 6 || !data.matrix.every(Number.isFinite)) return null;
    const [a, b, c, d, e, f] = data.matrix;
    return b || c ? { x: 0, y: 0, turn: data.matrix } : { x: e, y: f, scale: `${a} ${d}` };
  }
  return data && isSingle ? { x: 0, y: 0, attributes: data } : null;
}

function sum(ways) {
  let x = 0, y = 0;
  for (const way of ways) { x += way.x; y += way.y; }
  return { x, y };
}

const css = matrix => (matrix ? `matrix(${matrix.join(',')})` : '');
