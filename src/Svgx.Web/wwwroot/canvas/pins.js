// Pins of comments: buttons over the drawing, of one size at any zoom, that go where their element goes.
import { fromScreen, measure, rounder, toScreen, apply } from './space.js';

/** While something moves, so many pins of elements are measured each frame; with more, they follow when it rests. */
const FOLLOWED_LIVE = 40;
/** The pin's tip is at its lower left. */
const SIZE = 30;

export class Pins {
  /** The thread shown in the panel, and the place of a thread that is being written. */
  #shown = null;
  #draft = null;
  #reveal = null;
  #layer;
  #frame;
  #surface;
  #client;
  #open;
  #pins = new Map();       // thread id -> { button, thread }
  #draftPin = null;
  #scheduled = false;
  #measure = true;

  constructor(frame, glass, surface, client, open) {
    this.#frame = frame;
    this.#surface = surface;
    this.#client = client;
    this.#open = open;
    this.#layer = document.createElement('div');
    this.#layer.className = 'canvas-pins';
    this.#layer.setAttribute('role', 'group');
    this.#layer.setAttribute('aria-label', 'Comments');
    glass.append(this.#layer);
  }

  /** The pins of threads that came, changed or went. */
  update(ids) {
    for (const id of ids) {
      const thread = this.#client.comments.get(id);
      if (thread && this.#isVisible(thread)) this.#keep(thread); else this.#drop(id);
    }
    this.refresh({ moved: true });
  }

  /** The thread that the panel shows: its pin stands out, and is there although it is resolved. */
  show(id, { reveal = null } = {}) {
    const former = this.#shown;
    this.#shown = id;
    this.#reveal = id && reveal; // done as soon as the pin has a place: thread or drawing may still be on their way
    this.update([former, id].filter(Boolean));
  }

  /** Where a new thread is being written; null for none. */
  draft(anchor) {
    this.#draft = anchor;
    this.#draftPin?.remove();
    this.#draftPin = null;
    if (anchor) {
      this.#draftPin = document.createElement('div');
      this.#draftPin.className = 'canvas-pin canvas-pin-draft';
      this.#layer.append(this.#draftPin);
    }
    this.refresh({ moved: true });
  }

  /** Puts pins in place with the next frame. `moved`: elements may be elsewhere, not only the view. `live`: in the middle of a gesture. */
  refresh({ moved = false, live = false } = {}) {
    if (moved && !(live && this.#pins.size > FOLLOWED_LIVE)) this.#measure = true;
    if (this.#scheduled || (!this.#pins.size && !this.#draftPin)) return;
    this.#scheduled = true;
    requestAnimationFrame(() => { this.#scheduled = false; this.#draw(); });
  }

  /** A client point as the anchor of a new thread: in the element there, else on the page. */
  anchorAt(clientX, clientY, elementId) {
    const element = elementId && this.#surface.get(elementId);
    const measured = element && element !== this.#surface.root ? measure(element) : null;
    if (measured?.box.width && measured.box.height) {
      const inside = apply(measured.matrix.inverse(), clientX, clientY);
      const part = (value, from, length) => Math.round(Math.max(-1, Math.min(2, (value - from) / length)) * 1e4) / 1e4;
      return { element_id: elementId, offset: { x: part(inside.x, measured.box.x, measured.box.width), y: part(inside.y, measured.box.y, measured.box.height) } };
    }
    const { x, y } = fromScreen(this.#surface.root, clientX, clientY), round = rounder(toScreen(this.#surface.root));
    return { x: round(x), y: round(y) };
  }

  #isVisible(thread) { return thread.thread_id === this.#shown || (!thread.resolved && !thread.anchor.detached); }

  #keep(thread) {
    let pin = this.#pins.get(thread.thread_id);
    if (!pin) {
      const button = document.createElement('button');
      button.type = 'button';
      button.addEventListener('click', event => { event.stopPropagation(); this.#open(thread.thread_id); });
      this.#layer.append(button);
      pin = { button };
      this.#pins.set(thread.thread_id, pin);
    }
    pin.thread = thread;
    pin.at = null;
    const standing = thread.comments.filter(comment => !comment.deleted);
    const first = standing[0] ?? thread.comments[0];
    const unread = this.#client.unreadComments(thread.thread_id);
    const { button } = pin;
    button.className = `canvas-pin${unread ? ' canvas-pin-unread' : ''}${thread.resolved ? ' canvas-pin-resolved' : ''}${thread.anchor.detached ? ' canvas-pin-detached' : ''}`;
    button.dataset.threadId = thread.thread_id;
    button.setAttribute('aria-pressed', String(thread.thread_id === this.#shown));
    const text = plain(first.text);
    button.setAttribute('aria-label', `Comment of ${first.username}: ${text.slice(0, 80)}${text.length > 80 ? '…' : ''}${standing.length > 1 ? `, ${standing.length - 1} ${standing.length === 2 ? 'reply' : 'replies'}` : ''}${unread ? `, ${unread} unread` : ''}`);
    button.title = text.length > 80 ? `${text.slice(0, 80)}…` : text;
    button.textContent = initials(first.username);
    if (standing.length > 1) {
      const count = document.createElement('span');
      count.textContent = standing.length > 99 ? '99+' : String(standing.length);
      button.append(count);
    }
  }

  #drop(id) {
    this.#pins.get(id)?.button.remove();
    this.#pins.delete(id);
  }

  #draw() {
    const root = this.#surface.root;
    const matrix = root && toScreen(root);
    if (!matrix) return;
    const { left, top, width, height } = this.#frame.getBoundingClientRect();
    const inverse = this.#measure ? matrix.inverse() : null;
    for (const pin of this.#pins.values()) {
      // In the drawing's coordinates while only the view moves: then no element has to be asked.
      if (inverse || !pin.at) {
        const screen = this.#place(pin.thread.anchor);
        pin.at = screen && apply(inverse ?? matrix.inverse(), screen.x, screen.y);
      }
      const at = pin.at && apply(matrix, pin.at.x, pin.at.y);
      put(pin.button, at, left, top, width, height);
    }
    const shown = this.#reveal && this.#pins.get(this.#shown);
    if (shown?.at) {
      const reveal = this.#reveal, { x, y } = apply(matrix, shown.at.x, shown.at.y);
      this.#reveal = null;
      reveal(x, y);
    }
    if (this.#draftPin) put(this.#draftPin, this.#place(this.#draft), left, top, width, height);
    this.#measure = false;
  }

  /** An anchor's point on the screen. */
  #place({ x, y, element_id, offset, detached }) {
    const element = element_id && !detached ? this.#surface.get(element_id) : null;
    const measured = element ? measure(element) : null;
    if (measured) return apply(measured.matrix, measured.box.x + measured.box.width * offset.x, measured.box.y + measured.box.height * offset.y);
    return Number.isFinite(x) && Number.isFinite(y) ? apply(toScreen(this.#surface.root), x, y) : null;
  }
}

function put(element, at, left, top, width, height) {
  const x = at && at.x - left, y = at && at.y - top;
  const hidden = !at || x < -SIZE || y < 0 || x > width || y > height + SIZE;
  element.hidden = hidden;
  if (!hidden) element.style.transform = `translate(${x.toFixed(1)}px, ${(y - SIZE).toFixed(1)}px)`;
}

const plain = text => text.replace(/@\[([^[\]\n]{1,100})\]\([^()\s]{1,128}\)/g, '@$1').replace(/\s+/g, ' ').trim();
const initials = name => name.split(/\s+/).filter(Boolean).slice(0, 2).map(word => [...word][0].toUpperCase()).join('');
