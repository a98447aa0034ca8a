// Badges of conflicts that wait: buttons over the drawing, each at its element. They are there to be found and interrupt nothing: with a drawing tool in hand one draws through them.
import { namesOf } from './names.js';
import { apply, mapCorners, measure, toScreen } from './space.js';

/** Elements with a badge; the panel has all conflicts. */
const SHOWN = 200;
/** While something moves, so many are measured each frame; with more, they follow when it rests. */
const FOLLOWED_LIVE = 40;
const SEVERITIES = ['low', 'medium', 'high'];

export class ConflictBadges {
  #layer;
  #frame;
  #surface;
  #client;
  #open;
  #badges = new Map(); // element id -> { button, at }
  #scheduled = false;
  #measure = true;

  /** `open` is called with the id of the conflict whose badge is pressed. */
  constructor(frame, glass, surface, client, open) {
    this.#frame = frame;
    this.#surface = surface;
    this.#client = client;
    this.#open = open;
    this.#layer = document.createElement('div');
    this.#layer.className = 'canvas-conflicts';
    this.#layer.setAttribute('role', 'group');
    this.#layer.setAttribute('aria-label', 'Conflicts');
    glass.append(this.#layer);
    for (const event of ['conflicts', 'conflictSettled']) client.on(event, () => this.update());
  }

  /** One badge for each element that open conflicts are about. */
  update() {
    const byElement = new Map();
    for (const conflict of this.#client.conflicts.values()) {
      const list = byElement.get(conflict.element_id);
      if (list) list.push(conflict); else if (byElement.size < SHOWN) byElement.set(conflict.element_id, [conflict]);
    }
    for (const [id, { button }] of this.#badges) {
      if (byElement.has(id)) continue;
      button.remove();
      this.#badges.delete(id);
    }
    const names = byElement.size ? namesOf(this.#client.model, [...byElement.keys()]) : {};
    for (const [id, conflicts] of byElement) this.#keep(id, conflicts, names[id] ?? 'an element');
    this.refresh({ moved: true });
  }

  /** Puts badges in place with the next frame. `moved`: elements may be elsewhere, not only the view. `live`: in the middle of a gesture. */
  refresh({ moved = false, live = false } = {}) {
    if (moved && !(live && this.#badges.size > FOLLOWED_LIVE)) this.#measure = true;
    if (this.#scheduled || !this.#badges.size) return;
    this.#scheduled = true;
    requestAnimationFrame(() => { this.#scheduled = false; this.#draw(); });
  }

  #keep(id, conflicts, name) {
    let badge = this.#badges.get(id);
    if (!badge) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'canvas-conflict';
      button.addEventListener('click', event => { event.stopPropagation(); this.#open(badge.conflictId); });
      this.#layer.append(button);
      badge = { button, at: null, conflictId: null };
      this.#badges.set(id, badge);
    }
    const { button } = badge;
    badge.conflictId = conflicts.at(-1).conflict_id; // the newest, which is what somebody has just seen appear
    button.dataset.severity = SEVERITIES[Math.max(...conflicts.map(conflict => SEVERITIES.indexOf(conflict.severity)))] ?? 'low';
    button.textContent = conflicts.length === 1 ? '!' : String(conflicts.length);
    button.title = conflicts.length === 1 ? `Conflict: ${story(conflicts[0])}` : `${conflicts.length} conflicts wait here`;
    button.setAttribute('aria-label', `${conflicts.length === 1 ? 'Conflict' : `${conflicts.length} conflicts`} on ${name}: ${story(conflicts.at(-1))}. Open it beside the drawing`);
  }

  #draw() {
    const root = this.#surface.root;
    const matrix = root && toScreen(root);
    if (!matrix) return;
    const { left, top, width, height } = this.#frame.getBoundingClientRect();
    const inverse = this.#measure ? matrix.inverse() : null;
    for (const [id, badge] of this.#badges) {
      // In the drawing's coordinates while only the view moves: then no element has to be asked.
      if (inverse || !badge.at) {
        const place = this.#cornerOf(id);
        badge.at = place && apply(inverse ?? matrix.inverse(), place.x, place.y);
      }
      const at = badge.at && apply(matrix, badge.at.x, badge.at.y);
      const hidden = !at || at.x < left || at.y < top || at.x > left + width || at.y > top + height;
      badge.button.hidden = hidden;
      if (!hidden) badge.button.style.transform = `translate(${inside(at.x - left)}, ${inside(at.y - top)})`;
    }
    this.#measure = false;
  }

  /** The upper left of what the element covers on the screen; the badge stands off it, clear of the handle there. The other corner is the locks'. */
  #cornerOf(id) {
    const element = this.#surface.get(id);
    const measured = element && measure(element);
    if (!measured) return null;
    const corners = mapCorners(measured.box, measured.matrix);
    return { x: Math.min(...corners.map(corner => corner.x)), y: Math.min(...corners.map(corner => corner.y)) };
  }
}

/** Where the badge begins along one axis: off the corner at `pixels`, but never cut off by the upper or left edge of the canvas. */
const inside = pixels => `max(2px, ${pixels.toFixed(1)}px - 100% - 8px)`;

function story({ operation_1: first, operation_2: second }) {
  if (first.deletes || second.deletes) {
    const [deleting, changing] = first.deletes ? [first, second] : [second, first];
    return `${deleting.username} deleted it while ${changing.username} was changing it`;
  }
  return `${first.username} and ${second.username} changed it without seeing each other`;
}
