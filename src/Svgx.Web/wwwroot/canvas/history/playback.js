// Playing the history: so many operations a second, as fast as the picture can follow and no faster.

/** Operations a second at speed 1. */
export const RATE = 20;

/** A page that was hidden, or busy, does not leap ahead by more than this, in seconds. */
const LONGEST_STEP = 0.1;

/** How far the wish may run ahead of the picture, in seconds of playing. */
const LEAD = 0.25;

export class Playback {
  speed = 1;
  isPlaying = false;

  /** While somebody drags the slider the clock stands. */
  isHeld = false;

  #position = 0;
  #options;
  #frame = null;
  #last = 0;

  /** `where` tells `{ shown, target, end }`; `seek` takes a revision; `changed` hears of starts and stops. */
  constructor({ where, seek, changed, signal }) {
    this.#options = { where, seek, changed };
    signal.addEventListener('abort', () => cancelAnimationFrame(this.#frame), { once: true });
  }

  /** From where the slider is; from the beginning where it is at the end. */
  play() {
    const { target, end } = this.#options.where();
    if (this.isPlaying || end === 0) return;
    this.isPlaying = true;
    this.#position = target;
    if (target >= end) this.#go(0);
    this.#last = performance.now();
    this.#frame = requestAnimationFrame(at => this.#tick(at));
    this.#options.changed();
  }

  pause() {
    if (!this.isPlaying) return;
    this.isPlaying = false;
    cancelAnimationFrame(this.#frame);
    this.#options.changed();
  }

  toggle() { if (this.isPlaying) this.pause(); else this.play(); }

  /** Somebody moved the slider: plays on from there. */
  moveTo(revision) { this.#position = revision; }

  #tick(at) {
    const { shown, end } = this.#options.where();
    const passed = Math.min(LONGEST_STEP, Math.max(0, (at - this.#last) / 1_000));
    this.#last = at;
    const rate = RATE * this.speed;
    if (!this.isHeld && shown !== null && Math.abs(this.#position - shown) <= rate * LEAD + 1) {
      this.#position = Math.min(end, this.#position + passed * rate);
      this.#options.seek(Math.floor(this.#position));
    }
    if (Math.floor(this.#position) >= end && shown === end) { this.pause(); return; }
    this.#frame = requestAnimationFrame(next => this.#tick(next));
  }

  #go(revision) {
    this.#position = revision;
    this.#options.seek(revision);
  }
}
