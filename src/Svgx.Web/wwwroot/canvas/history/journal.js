// The journal of a branch for looking back: every operation with what it did and what takes it back, loaded by pages in the background, the nearest first.
// Bounded: beyond so many pages or characters the farthest are let go of and loaded again when somebody comes near.

/** Operations of a page; the server gives no more at once. */
export const PAGE = 1_000;

/** 100,000 operations, or about 100 MB of objects, whichever comes first. */
const MOST_PAGES = 100;
const MOST_CHARACTERS = 48 << 20;

/** While others draw, the end is asked for at most this often, in milliseconds. */
const TOP_UP_EVERY = 500;
const RETRY = { first: 1_000, most: 30_000 };

/** Answers for which trying again is no use until somebody asks for it. */
const FINAL = new Set([400, 401, 403, 404, 410]);

export class Journal {
  /** The last revision there is, as far as is known here. */
  length = 0;

  /** Why loading has stopped or stalled: null, `retrying` or `refused`. */
  trouble = null;

  #pages = new Map(); // page number -> { entries, characters }
  #load;
  #changed;
  #signal;
  #most;
  #near = 0;
  #characters = 0;
  #sizes = new Map(); // page number -> characters, also of pages that were let go of
  #running = false;
  #failures = 0;
  #toppedUpAt = -Infinity;
  #wake = null;

  /** `load(after, limit)` gives the text of a page of `GET operations?inverse=true`; `changed` hears of every page that came or went. */
  constructor({ load, changed, signal, mostPages = MOST_PAGES, mostCharacters = MOST_CHARACTERS }) {
    this.#load = load;
    this.#changed = changed;
    this.#signal = signal;
    this.#most = { pages: Math.max(2, mostPages), characters: mostCharacters };
  }

  /** An operation by its revision, `{ changes, inverse, author, at }`; undefined while it is not here. */
  get(revision) {
    return this.#pages.get(pageOf(revision))?.entries[(revision - 1) % PAGE];
  }

  /** How far one comes from a revision towards another over what is here without a gap. */
  reach(from, to) {
    let at = from;
    while (at < to) {
      const end = this.#endOf(pageOf(at + 1));
      if (end <= at) break;
      at = Math.min(end, to);
    }
    while (at > to) {
      const page = pageOf(at);
      if (this.#endOf(page) < at) break;
      at = Math.max(page * PAGE, to);
    }
    return at;
  }

  /** What is here, as `[first, last]` revisions, ascending. */
  loaded() {
    const runs = [];
    for (const page of [...this.#pages.keys()].sort((a, b) => a - b)) {
      const from = page * PAGE, to = this.#endOf(page);
      if (runs.at(-1)?.[1] === from) runs.at(-1)[1] = to; else runs.push([from, to]);
    }
    return runs;
  }

  /** How much of what can be kept is here, 0 to 1. */
  get share() {
    let here = 0;
    for (const { entries } of this.#pages.values()) here += entries.length;
    return this.#next() === null ? 1 : here / Math.max(1, Math.min(this.length, this.#most.pages * PAGE));
  }

  /** The branch has grown to a revision. */
  grow(revision) {
    if (revision <= this.length) return;
    this.length = revision;
    this.#run();
  }

  /** Somebody is at, or on the way to, a revision: what is near it is loaded first. */
  want(revision) {
    this.#near = revision;
    this.#run();
  }

  /** Tries at once what failed. */
  retry() {
    this.trouble = null;
    this.#failures = 0;
    this.#wake?.();
    this.#run();
  }

  #endOf(page) { return page * PAGE + (this.#pages.get(page)?.entries.length ?? 0); }

  async #run() {
    if (this.#running || this.trouble === 'refused') return;
    this.#running = true;
    for (let page = this.#next(); page !== null && !this.#signal.aborted; page = this.#next()) {
      const isTopUp = this.#pages.has(page);
      if (isTopUp) await this.#wait(this.#toppedUpAt + TOP_UP_EVERY - performance.now());
      if (this.#signal.aborted) return;
      try {
        await this.#loadPage(page);
        this.#failures = 0;
        this.trouble = null;
      } catch (error) {
        if (this.#signal.aborted) return;
        this.#failures++;
        this.trouble = FINAL.has(error.status) ? 'refused' : 'retrying';
        this.#changed();
        if (this.trouble === 'refused') break;
        await this.#wait(Math.max(error.retryAfter ?? 0, Math.min(RETRY.most, RETRY.first * 2 ** (this.#failures - 1))));
        continue;
      }
      if (isTopUp) this.#toppedUpAt = performance.now();
      this.#changed();
    }
    this.#running = false;
  }

  async #loadPage(page) {
    const kept = this.#pages.get(page)?.entries.length ?? 0;
    const after = page * PAGE + kept;
    const text = await this.#load(after, PAGE - kept);
    const { operations } = JSON.parse(text);
    if (!operations.length) throw new Error('The journal ends before its end.');
    const entries = this.#pages.get(page)?.entries ?? [];
    for (const operation of operations) {
      if (operation.revision !== page * PAGE + entries.length + 1) throw new Error(`Revision ${operation.revision} is not the next.`);
      entries.push({ changes: list(operation.changes), inverse: list(operation.inverse), author: operation.username, at: Date.parse(operation.timestamp) });
    }
    const characters = (this.#pages.get(page)?.characters ?? 0) + text.length;
    this.#characters += text.length;
    this.#pages.set(page, { entries, characters });
    this.#sizes.set(page, characters);
    this.length = Math.max(this.length, this.#endOf(page));
    this.#letGo();
  }

  /** The nearest page that is not whole; null where there is none, or none that is nearer than what would have to go for it. */
  #next() {
    const last = pageOf(this.length);
    const here = Math.min(last, pageOf(Math.max(1, this.#near)));
    const isWhole = page => this.#endOf(page) >= Math.min(this.length, (page + 1) * PAGE);
    const farthest = Math.abs(this.#farthest() - here);
    for (let distance = 0; distance <= last; distance++) {
      for (const page of [here - distance, here + distance]) {
        if (page < 0 || page > last || this.length === 0 || isWhole(page)) continue;
        return this.#pages.has(page) || this.#fits(page) || distance < farthest ? page : null;
      }
    }
    return null;
  }

  /** By what it weighed when it was here, else as others do: or the last page would be loaded and let go of in turns. */
  #fits(page) {
    const size = this.#sizes.get(page) ?? this.#characters / Math.max(1, this.#pages.size);
    return this.#pages.size < this.#most.pages && this.#characters + size <= this.#most.characters;
  }

  #farthest() {
    const here = pageOf(Math.max(1, this.#near));
    let farthest = here;
    for (const page of this.#pages.keys()) if (Math.abs(page - here) > Math.abs(farthest - here)) farthest = page;
    return farthest;
  }

  /** Two pages stay whatever they weigh: a step over the edge of a page needs both. */
  #letGo() {
    while ((this.#pages.size > this.#most.pages || this.#characters > this.#most.characters) && this.#pages.size > 2) {
      const page = this.#farthest();
      this.#characters -= this.#pages.get(page).characters;
      this.#pages.delete(page);
    }
  }

  #wait(milliseconds) {
    if (milliseconds <= 0) return Promise.resolve();
    return new Promise(resolve => {
      const timer = setTimeout(done, milliseconds);
      const signal = this.#signal;
      function done() { clearTimeout(timer); signal.removeEventListener('abort', done); resolve(); }
      signal.addEventListener('abort', done);
      this.#wake = done;
    });
  }
}

const pageOf = revision => Math.floor((revision - 1) / PAGE);
const list = changes => (Array.isArray(changes) ? changes : []); // an operation that changed nothing
