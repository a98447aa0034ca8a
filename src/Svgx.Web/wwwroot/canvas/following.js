// Going to where somebody is, and going along with them until one moves the view oneself.
import { Peers } from './peers.js';
import { apply, fromScreen, rounder, toScreen } from './space.js';

/** How fast the view glides: after so many milliseconds about two thirds of the way are done. */
const GLIDE = 110;
const JUMP_SCALE = 1;

export class Following {
  #client;
  #surface;
  #viewport;
  #frame;
  #announce;
  #userId = null;
  #target = null;
  #frameRequest = null;
  #moving = false;
  #lastAt = 0;
  #border;
  #chip;
  #words;
  #followed;
  #followers = '';
  #told = '';
  #signal;

  constructor({ client, surface, viewport, frame, announce, signal }) {
    this.#client = client;
    this.#surface = surface;
    this.#viewport = viewport;
    this.#frame = frame;
    this.#announce = announce;
    this.#signal = signal;
    this.#border = add(frame, 'div', 'canvas-follow-border');
    this.#chip = add(frame, 'div', 'canvas-follow-chip');
    this.#words = add(this.#chip, 'span', '');
    const stop = add(this.#chip, 'button', '');
    stop.type = 'button';
    stop.textContent = 'Stop';
    stop.addEventListener('click', () => this.stop(), { signal });
    this.#followed = add(frame, 'div', 'canvas-followers');
    for (const element of [this.#border, this.#chip, this.#followed]) element.hidden = true;
    signal.addEventListener('abort', () => cancelAnimationFrame(this.#frameRequest), { once: true });
  }

  get userId() { return this.#userId; }

  /** Begins to go along with a person; with nobody: ends. Whoever is followed is told. */
  follow(userId) {
    const person = this.#person(userId);
    if (!person) { this.stop(); return; }
    this.#userId = userId;
    this.#client.activity({ following: userId });
    this.#border.style.setProperty('--peer', person.color);
    this.#chip.style.setProperty('--peer', person.color);
    this.#words.textContent = `Following ${person.username}`;
    this.#border.hidden = this.#chip.hidden = false;
    this.#announce(`Following ${person.username}. Escape ends it.`);
    this.#aim(person);
  }

  /** Answers whether there was anything to end. */
  stop() {
    if (this.#userId === null) return false;
    this.#userId = null;
    this.#target = null;
    this.#border.hidden = this.#chip.hidden = true;
    this.#client.activity({ following: null });
    this.#announce('No longer following');
    return true;
  }

  /** Goes once to where a person is. Answers whether that is known. */
  jumpTo(userId) {
    const person = this.#person(userId);
    const place = person && Peers.placeOf(person);
    if (!place || !this.#surface.root) return false;
    if (this.#userId !== null && this.#userId !== userId) this.stop();
    const { width, height } = this.#viewport.bounds;
    const at = this.#onStage(place);
    const scale = Math.max(this.#viewport.scale, Math.min(JUMP_SCALE, this.#viewport.scale * 4));
    this.#glideTo({ x: width / 2 - at.x * scale, y: height / 2 - at.y * scale, scale });
    this.#ping(place, person);
    return true;
  }

  /** Newer presence: where the followed is now, and who follows here. */
  people(people) {
    if (this.#userId !== null) {
      const person = people.find(each => each.user_id === this.#userId);
      if (!person) this.stop(); else this.#aim(person);
    }
    const followers = people.find(each => each.user_id === this.#client.joined?.user_id)?.followers ?? [];
    const names = people.filter(each => followers.includes(each.user_id)).map(each => each.username);
    const words = names.length === 0 ? '' : names.length < 3 ? `${names.join(' and ')} ${names.length === 1 ? 'follows' : 'follow'} you` : `${names[0]} and ${names.length - 1} others follow you`;
    if (words === this.#followers) return;
    this.#followers = words;
    this.#followed.hidden = !words;
    this.#followed.textContent = words;
    if (words) this.#announce(words);
  }

  /** The view moved: by ourselves, or by the person, which ends the following. Tells the others what is seen. */
  viewMoved() {
    if (!this.#moving) {
      this.#target = null;
      this.stop();
    }
    this.tell();
  }

  /** The view is moved because its frame has another size: that is not the person looking elsewhere, and who is followed stays in sight. */
  resized(move) {
    this.#moving = true;
    try { move(); } finally { this.#moving = false; }
    this.tell();
    const person = this.#person(this.#userId);
    if (person) this.#aim(person);
  }

  /** What is seen of the drawing, for those who follow or jump here. */
  tell({ again = false } = {}) {
    const root = this.#surface.root;
    if (!root || !toScreen(root)) return;
    const { left, top, width, height } = this.#viewport.bounds;
    if (!width || !height) return;
    const from = fromScreen(root, left, top), to = fromScreen(root, left + width, top + height);
    const round = rounder(toScreen(root));
    const area = { x: round(from.x), y: round(from.y), width: round(to.x - from.x), height: round(to.y - from.y) };
    const told = JSON.stringify(area);
    if (!(area.width > 0 && area.height > 0) || (told === this.#told && !again)) return;
    this.#told = told;
    this.#client.activity(again && this.#userId !== null ? { viewport: area, following: this.#userId } : { viewport: area });
  }

  #person(userId) { return this.#client.presence.find(person => person.user_id === userId && person.sessions.length > 0); }

  #aim(person) {
    const session = person.sessions.find(each => each.session_id === person.active_session) ?? person.sessions[0];
    const area = session?.viewport;
    if (!area || !this.#surface.root) return; // a client that does not tell what it sees: the view stays
    const { width, height } = this.#viewport.bounds;
    const from = this.#onStage(area), to = this.#onStage({ x: area.x + area.width, y: area.y + area.height });
    // All that they see, however the two windows are shaped.
    const scale = Math.min(width / Math.max(to.x - from.x, 1e-6), height / Math.max(to.y - from.y, 1e-6));
    this.#glideTo({ x: width / 2 - (from.x + to.x) / 2 * scale, y: height / 2 - (from.y + to.y) / 2 * scale, scale });
  }

  /** A place of the drawing in the stage's own pixels, whatever the view is at the moment. */
  #onStage({ x, y }) {
    const { left, top } = this.#viewport.bounds;
    const at = apply(toScreen(this.#surface.root), x, y);
    return { x: (at.x - left - this.#viewport.x) / this.#viewport.scale, y: (at.y - top - this.#viewport.y) / this.#viewport.scale };
  }

  #glideTo(target) {
    const { x, y, scale } = this.#viewport;
    if (Math.abs(target.x - x) < 0.5 && Math.abs(target.y - y) < 0.5 && Math.abs(target.scale / scale - 1) < 1e-3) return;
    this.#target = target;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) { this.#move(target); return; }
    if (this.#frameRequest !== null) return;
    this.#lastAt = performance.now();
    this.#frameRequest = requestAnimationFrame(at => this.#step(at));
  }

  #step(at) {
    this.#frameRequest = null;
    if (!this.#target || this.#signal.aborted) return;
    const part = 1 - Math.exp(-Math.max(at - this.#lastAt, 1) / GLIDE);
    this.#lastAt = at;
    const { x, y, scale } = this.#viewport, target = this.#target;
    const near = Math.abs(target.x - x) < 0.5 && Math.abs(target.y - y) < 0.5 && Math.abs(target.scale / scale - 1) < 1e-3;
    this.#move(near ? target : { x: x + (target.x - x) * part, y: y + (target.y - y) * part, scale: scale * (target.scale / scale) ** part });
    if (near) this.#target = null;
    else this.#frameRequest = requestAnimationFrame(next => this.#step(next));
  }

  #move({ x, y, scale }) {
    this.#moving = true;
    try { this.#viewport.set(x, y, scale); } finally { this.#moving = false; }
  }

  /** A ring where they are, for those who do not see the cursor at once. */
  #ping(place, person) {
    const ring = add(this.#frame, 'div', 'canvas-ping');
    ring.style.setProperty('--peer', person.color);
    const put = () => {
      if (!ring.isConnected) return;
      const { left, top } = this.#viewport.bounds;
      const at = apply(toScreen(this.#surface.root), place.x, place.y);
      ring.style.translate = `${at.x - left}px ${at.y - top}px`;
      requestAnimationFrame(put);
    };
    put();
    setTimeout(() => ring.remove(), 1_200);
  }
}

function add(parent, name, className) {
  const element = document.createElement(name);
  element.className = className;
  parent.append(element);
  return element;
}
