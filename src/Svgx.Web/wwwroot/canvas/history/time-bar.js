// The bar of the time slider: what the page rendered, kept current by its data attributes, as the board keeps the controls around the canvas.

/** Screen readers hear of a position that moves by itself at most this often, in milliseconds. */
const TELL_EVERY = 1_000;

const when = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export class TimeBar {
  #element;
  #toldAt = -Infinity;
  #loaded = '';

  /** `actions`: `{ seek, hold, key, press: { play, back, forward, close }, speed }`. */
  constructor(element, signal, actions) {
    this.#element = element;
    const on = (type, handler) => element.addEventListener(type, handler, { signal });
    on('input', event => { if (part(event) === 'range') actions.seek(event.target.valueAsNumber); });
    on('change', event => { if (part(event) === 'speed') actions.speed(Number(event.target.value)); });
    on('click', event => {
      const target = event.target.closest('[data-time-goto], [data-time]');
      if (target?.dataset.timeGoto) actions.seek(Number(target.dataset.timeGoto)); else actions.press[target?.dataset.time]?.();
    });
    on('pointerdown', event => { if (part(event) === 'range') actions.hold(true); });
    for (const type of ['pointerup', 'pointercancel', 'lostpointercapture']) on(type, () => actions.hold(false));
    on('keydown', event => { if (!this.#isOwn(event) && actions.key(event)) event.preventDefault(); });
  }

  /** Keys that a control of the bar answers itself. */
  #isOwn({ key, target }) {
    if (target.matches('input:not([type=range])')) return true;
    if (target.matches('select')) return key !== 'Escape';
    return key === ' ' && target.closest('button') !== null;
  }

  show({ end, target, shown, isThere, entry, loaded, share, isPlaying, phase }) {
    const element = this.#element;
    const at = target ?? end;
    set(element, 'data-revision', shown ?? '');
    set(element, 'data-there', isThere ? '' : null);
    element.style.setProperty('--max', String(Math.max(1, end)));
    element.style.setProperty('--at', String(at));
    this.#write('revision', at === 0 ? `The beginning, before ${end} ${end === 1 ? 'operation' : 'operations'}` : `Revision ${at} of ${end}`);
    this.#write('author', at === 0 ? '' : entry?.author ?? '…');
    this.#write('when', at === 0 ? '' : entry ? when.format(entry.at) : '');
    this.#write('loading', phase === 'ready' && share < 1 ? `Loading ${Math.floor(share * 100)}%` : '');
    this.#showLoaded(loaded, end);
    const range = element.querySelector('[data-time=range]');
    if (!range) return;
    range.max = String(end); // before the value, or it would be cut off
    if (range.valueAsNumber !== at) range.value = String(at);
    range.disabled = phase !== 'ready';
    this.#tell(range, at, end, entry, isPlaying);
    for (const [name, isOut] of [['back', at <= 0], ['forward', at >= end], ['play', end === 0]]) {
      for (const button of element.querySelectorAll(`[data-time=${name}]`)) button.disabled = isOut || phase !== 'ready';
    }
  }

  /** The saved version next to a revision in a direction; undefined where there is none. */
  markBeside(revision, direction) {
    const all = this.#marks().map(mark => Number(mark.dataset.timeGoto)).filter(mark => (mark - revision) * direction > 0);
    return all.length ? (direction < 0 ? Math.max(...all) : Math.min(...all)) : undefined;
  }

  #marks() { return [...this.#element.querySelectorAll('[data-time-goto]')]; }

  #tell(range, at, end, entry, isPlaying) {
    const now = performance.now();
    if (isPlaying && now - this.#toldAt < TELL_EVERY) return;
    this.#toldAt = now;
    const mark = this.#marks().find(each => Number(each.dataset.timeGoto) === at);
    const words = [`revision ${at} of ${end}`, at === 0 ? 'the beginning' : entry && entry.author, at > 0 && entry && when.format(entry.at), mark && `saved version ${mark.title}`];
    set(range, 'aria-valuetext', words.filter(Boolean).join(', '));
  }

  /** Where stepping needs nobody's answer. */
  #showLoaded(runs, end) {
    const percent = revision => `${(revision / Math.max(1, end) * 100).toFixed(2)}%`;
    const stops = runs.map(([from, to]) => `transparent ${percent(from)}, var(--loaded) ${percent(from)} ${percent(to)}, transparent ${percent(to)}`).join(', ');
    if (stops === this.#loaded) return;
    this.#loaded = stops;
    this.#element.style.setProperty('--runs', stops ? `linear-gradient(to right, ${stops})` : 'none');
  }

  #write(name, words) {
    for (const output of this.#element.querySelectorAll(`[data-time-text=${name}]`)) if (output.textContent !== words) output.textContent = words;
  }
}

const part = event => event.target.dataset?.time;

function set(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}
