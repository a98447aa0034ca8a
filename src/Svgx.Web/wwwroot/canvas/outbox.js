// What a page has drawn and the server has not acknowledged, kept by the browser: it outlives a reload, a closed tab and a crash. Each page keeps its own under a
// lock that ends with it; what nobody holds any more goes to the next page that opens the drawing, or is connected anew. Operations carry their ids, so one that two pages send after all
// (where the browser has no locks, or the first page got it through in its last moment) is applied once.

const DATABASE = 'svgx';
const STORE = 'operations';

/** The outbox of a page for one branch of a drawing; `changed` is called when `isKept` may have changed. Where the browser keeps nothing (its settings, a full disk) it is empty and stays so: the page warns before it is left. What could not be kept is tried again as soon as something else was. */
export class BrowserOutbox {
  #database;
  #scope;
  #page;
  #order = Date.now() * 1_000; // a later page's operations stand behind those of an earlier one
  #records = new Map(); // operation id -> the record that it is in, with how many of it are unanswered
  #missing = new Map(); // record id -> a record that is not on the disk, because it could not be written
  #writing = 0;
  #hasTaken = false;
  #changed;

  constructor(documentId, branch, page, signal, changed) {
    this.#changed = changed;
    this.#scope = `${documentId}:${branch}`;
    this.#page = page;
    this.#database = open(signal);
    hold(lockOf(page), signal);
  }

  /** Whether everything that is unanswered is on the disk: from then on the tab may be closed. */
  get isKept() { return this.#writing === 0 && this.#missing.size === 0; }

  /** Keeps operations of a user until they are removed: those of one step in one record, a record of each of 10,000 takes the browser a second. */
  add(user, operations) {
    const record = { scope: this.#scope, id: operations[0].operation_id, page: this.#page, user, order: this.#order++, operations };
    this.#remember(record);
    this.#keep(record);
  }

  #keep(record) { this.#write(store => store.put(record), () => { if (record.operations.some(operation => this.#records.has(operation.operation_id))) this.#missing.set(record.id, record); }); }

  /** The server has answered for these, one way or the other. A record goes with its last one: what is sent again of it is known to the server by its id. */
  remove(operationIds) {
    const done = [];
    for (const id of operationIds) {
      const record = this.#records.get(id);
      this.#records.delete(id);
      if (record && --record.left === 0) { done.push(record.id); this.#missing.delete(record.id); }
    }
    if (done.length) this.#write(store => { for (const id of done) store.delete([this.#scope, id]); });
  }

  #remember({ id, operations }) {
    const record = { id, left: operations.length };
    for (const { operation_id } of operations) this.#records.set(operation_id, record);
  }

  /** What pages that are gone have left of this user, in order. From now on it is this page's. */
  async takeOver(user) {
    if (this.#hasTaken && !navigator.locks) return []; // nobody can say whether another page is gone: that is taken for granted once, when this one opens
    this.#hasTaken = true;
    try {
      const records = await settled(storeOf(await this.#database, 'readonly').getAll(IDBKeyRange.bound([this.#scope], [this.#scope, []])));
      const kept = records.filter(record => record.user === user && record.page !== this.#page);
      const gone = new Set();
      for (const page of new Set(kept.map(record => record.page))) if (await isFree(lockOf(page))) gone.add(page);
      const taken = kept.filter(record => gone.has(record.page)).sort((a, b) => a.order - b.order);
      for (const record of taken) this.#remember(record);
      this.#order = Math.max(this.#order, ...taken.slice(-1).map(record => record.order + 1)); // also where the clock was set back meanwhile: what is drawn on it stands behind it
      this.#write(store => { for (const record of taken) store.put({ ...record, page: this.#page }); });
      return [...new Map(taken.flatMap(record => record.operations).map(operation => [operation.operation_id, operation])).values()];
    } catch {
      return []; // unreadable: as if nothing had been kept
    }
  }

  async #write(action, failed) {
    this.#writing++;
    try {
      const store = storeOf(await this.#database, 'readwrite');
      action(store);
      // Not left to the end of its requests: they would have to come back to a page that may be gone by then, and what is not committed is taken back.
      store.transaction.commit();
      await new Promise((resolve, reject) => { store.transaction.oncomplete = resolve; store.transaction.onabort = () => reject(store.transaction.error); });
      const missing = [...this.#missing.values()]; // there may be room now
      this.#missing.clear();
      for (const record of missing) this.#keep(record);
    } catch {
      failed?.(); // it cannot be kept; it is sent all the same
    }
    this.#writing--;
    this.#changed();
  }
}

function open(signal) {
  try {
    const opening = indexedDB.open(DATABASE, 2);
    opening.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion === 0) opening.result.createObjectStore(STORE, { keyPath: ['scope', 'id'] }); else oneEach(opening.transaction.objectStore(STORE));
    };
    const database = settled(opening);
    database.then(opened => {
      opened.onversionchange = () => opened.close(); // a newer page changes the store, and sends what it finds there
      signal.addEventListener('abort', () => opened.close(), { once: true });
    }, () => { /* each use of it says so */ });
    return database;
  } catch (error) {
    const nothing = Promise.reject(error);
    nothing.catch(() => { /* each use of it says so */ });
    return nothing;
  }
}

/** Before, each operation had a record of its own. */
function oneEach(store) {
  store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
    if (!cursor) return;
    const { operation, ...record } = cursor.value;
    cursor.update({ ...record, operations: [operation] });
    cursor.continue();
  };
}

const storeOf = (database, mode) => database.transaction(STORE, mode, { durability: 'strict' }).objectStore(STORE);

const lockOf = page => `svgx-page:${page}`;

/** Holds a lock for as long as the page is there. Browsers offer locks on secure origins alone. */
function hold(name, signal) {
  navigator.locks?.request(name, () => new Promise(release => signal.addEventListener('abort', release, { once: true }))).catch(() => { /* the page is going */ });
}

const isFree = name => navigator.locks?.request(name, { ifAvailable: true }, lock => lock !== null) ?? true;

const settled = request => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = request.onblocked = () => reject(request.error);
});
