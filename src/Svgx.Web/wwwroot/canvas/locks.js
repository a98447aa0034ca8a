// Elements held for oneself: the server lets go of a lock after 30 s, so those that are meant to last are renewed.

const RENEW_EVERY = 12_000;

export class Locks {
  #client;
  #changed;
  #held = new Set();
  #all = [];

  constructor(client, signal, changed) {
    this.#client = client;
    this.#changed = changed;
    client.on('locks', locks => this.#take(locks));
    client.on('joined', () => { this.#take([]); this.#renew(); });
    const timer = setInterval(() => { if (!document.hidden) this.#renew(); }, RENEW_EVERY);
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  /** All locks there are, of everybody. */
  get all() { return this.#all; }

  of(id) { return this.#all.find(lock => lock.element_id === id); }

  /** Whether this page holds them all. */
  holds(ids) { return ids.length > 0 && ids.every(id => this.#held.has(id)); }

  async toggle(ids) {
    const release = this.holds(ids);
    for (const id of ids) if (release) this.#held.delete(id); else this.#held.add(id);
    try {
      this.#take((await this.#client.request(release ? 'unlock' : 'lock', { element_ids: ids })).locks);
    } catch (error) {
      if (!release) for (const id of ids) this.#held.delete(id);
      throw error;
    } finally {
      this.#changed();
    }
  }

  #renew() {
    const ids = [...this.#held].filter(id => this.#client.model?.get(id));
    this.#held = new Set(ids);
    if (ids.length && this.#client.status === 'live') this.#client.request('lock', { element_ids: ids }).then(({ locks }) => this.#take(locks), () => this.#held.clear());
  }

  #take(locks) {
    this.#all = locks;
    this.#changed();
  }
}
