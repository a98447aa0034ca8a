// The drawing as it was: a model at a revision and its picture, apart from the live one.
import { DocumentModel, Touched } from '../../client/svgx-client.js';
import { Surface } from '../surface.js';

/** So many operations are applied before they are drawn: a few, so that one round stays far below a frame. */
const ROUND = 8;

export class PastPicture {
  /** The revision that is shown. */
  revision = 0;
  model;
  surface;
  #host;
  #drawing;
  #resized;

  /** `content` is what `GET content` gives for the revision; `resized` hears of the page's size. Nothing is drawn before `draw` has come to its end. */
  constructor(parent, content, revision, resized) {
    this.model = DocumentModel.from(content);
    this.revision = revision;
    this.#resized = resized;
    this.#host = document.createElement('div');
    this.#host.className = 'canvas-past';
    this.#host.style.opacity = '0'; // laid out while it grows: all at once would be one long frame
    parent.append(this.#host);
    this.surface = new Surface(this.#host);
    this.#drawing = this.surface.draw(this.model);
  }

  get isDrawn() { return this.#drawing === null; }

  /** Goes on drawing until the time is up; answers whether all is there. */
  draw(deadline) {
    while (this.#drawing) {
      for (let i = 0; i < ROUND && this.#drawing; i++) if (this.#drawing.next().done) this.#drawing = null;
      if (performance.now() >= deadline) break;
    }
    return this.isDrawn;
  }

  show() {
    this.#host.style.opacity = '';
    this.#resized(this.model.root);
  }

  /**
   * Walks towards a revision over what the journal has, until it is there or the time is up; answers whether it has come nearer. Back is as cheap as forth. What is drawn is exactly the revision
   * it stops at. Fails with a `ChangeError` where an operation does not fit.
   */
  walk(journal, to, deadline) {
    const from = this.revision;
    do {
      const touched = new Touched();
      for (let i = 0; i < ROUND && this.revision !== to; i++) if (!this.#step(journal, to, touched)) break;
      if (touched.isEmpty && !this.#canStep(journal, to)) break;
      this.surface.update(touched);
      if (touched.attributes.has(this.model.root.id)) this.#resized(this.model.root);
    } while (performance.now() < deadline);
    return this.revision !== from;
  }

  remove() {
    this.#drawing = null;
    this.surface.dispose();
    this.#host.remove();
  }

  #canStep(journal, to) { return this.revision !== to && journal.get(to > this.revision ? this.revision + 1 : this.revision) !== undefined; }

  #step(journal, to, touched) {
    const isForward = to > this.revision;
    const entry = journal.get(isForward ? this.revision + 1 : this.revision);
    if (!entry) return false;
    this.model.apply(isForward ? entry.changes : entry.inverse, touched);
    this.revision += isForward ? 1 : -1;
    return true;
  }
}

