// Brings the picture to the revision that is wanted: by walking over the journal, in slices of a frame, the newest wish first; by a content of the server where walking does not lead there or
// would take long.
import { ChangeError } from '../../client/svgx-client.js';
import { PastPicture } from './picture.js';

/** Of a frame's 16.7 ms so much is spent here, in milliseconds; the rest is the browser's, for laying out and painting. */
const SLICE = 8;

/** Farther than this many operations the server's content is there before the walk is. */
const FAR = 20_000;

/** A wish that moves on within this time, in milliseconds, is not worth asking the server for. */
const SETTLE = 120;
const RETRY_AFTER = 2_000;

export class Walker {
  /** The revision that is wanted; null: the newest, whichever that is. */
  target = null;

  /** Why the server gives no picture: null, or an error with its `status`. */
  trouble = null;

  #options;
  #picture = null;
  #coming = null;  // a picture being drawn, to take the place of the other
  #isBroken = false; // the picture does not fit the journal
  #frame = null;
  #request = null; // { revision, stop }
  #timer = null;   // { revision, id }: a request to come

  /**
   * `load(revision, signal)` gives `{ content, revision }`, for null of the newest; `moved` hears of every frame in which something changed; `resized` of the page's size as it was. Pictures go
   * into `parent`.
   */
  constructor({ parent, journal, load, moved, resized, signal }) {
    this.#options = { parent, journal, load, moved, resized, signal };
    signal.addEventListener('abort', () => this.#end(), { once: true });
  }

  /** The revision that is shown; null before the first picture. */
  get revision() { return this.#picture?.revision ?? null; }
  get model() { return this.#picture?.model ?? null; }
  get isThere() { return this.#picture !== null && !this.#isBroken && this.#picture.revision === this.target; }

  /** Begins with the server's content, or tries again. */
  start() { this.#ask(this.target); }

  seek(revision) {
    this.target = revision;
    this.go();
  }

  /** There is another wish, or more in the journal: goes on with the next frame. */
  go() {
    if (this.#options.signal.aborted) return;
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#slice(performance.now() + SLICE);
    });
  }

  #slice(deadline) {
    const before = this.revision;
    if (this.#coming && !this.#isBetter(this.#coming.revision)) this.#drop();
    if (this.#coming?.draw(deadline)) this.#change();
    if (!this.#coming) this.#walk(deadline);
    this.#jumpWhereNeeded();
    if (this.revision !== before) this.#options.moved();
    if (this.#coming || this.#canWalk()) this.go();
  }

  #walk(deadline) {
    if (!this.#canWalk()) return;
    try {
      this.#picture.walk(this.#options.journal, this.target, deadline);
    } catch (error) {
      if (!(error instanceof ChangeError)) throw error;
      this.#isBroken = true; // what the server has counts
    }
  }

  #reach() { return this.#options.journal.reach(this.#picture.revision, this.target); }
  #canWalk() { return this.#picture !== null && !this.#isBroken && this.target !== null && this.#reach() !== this.#picture.revision; }

  /** Whether a picture at a revision would be nearer to what is wanted than the one that is shown. */
  #isBetter(revision) { return !this.#picture || this.#isBroken || Math.abs(this.target - revision) < Math.abs(this.target - this.#picture.revision); }

  #jumpWhereNeeded() {
    if (!this.#picture || this.#coming) return;
    const isNeeded = this.#isBroken || Math.abs(this.target - this.#picture.revision) > FAR || this.#reach() !== this.target;
    if (isNeeded && (this.#timer?.revision === this.target || this.#request?.revision === this.target)) return;
    clearTimeout(this.#timer?.id);
    this.#timer = null;
    if (!isNeeded) { this.#request?.stop.abort(); this.#request = null; return; }
    const revision = this.target;
    this.#timer = { revision, id: setTimeout(() => { this.#timer = null; this.#ask(revision); }, this.trouble ? RETRY_AFTER : SETTLE) };
  }

  async #ask(revision) {
    const { load, moved, parent, resized, signal } = this.#options;
    if (signal.aborted) return;
    this.#request?.stop.abort();
    const request = this.#request = { revision, stop: new AbortController() };
    let answer;
    try {
      answer = await load(revision, AbortSignal.any([signal, request.stop.signal]));
    } catch (error) {
      if (this.#request !== request || signal.aborted) return;
      this.#request = null;
      this.trouble = error;
      moved();
      if (this.#picture) this.go(); // tries again after a while, if it is still wanted
      return;
    }
    if (this.#request !== request || signal.aborted) return;
    this.#request = null;
    this.trouble = null;
    this.target ??= answer.revision;
    if (this.#isBetter(answer.revision)) {
      this.#drop();
      this.#coming = new PastPicture(parent, answer.content, answer.revision, resized);
    }
    this.go();
  }

  #change() {
    this.#picture?.remove();
    this.#picture = this.#coming;
    this.#coming = null;
    this.#isBroken = false;
    this.#picture.show();
    this.#options.moved();
  }

  #drop() {
    this.#coming?.remove();
    this.#coming = null;
  }

  #end() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer?.id);
    this.#picture?.remove();
    this.#drop();
  }
}
