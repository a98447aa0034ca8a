// The controls around the canvas: plain markup that the page rendered once, bound here by its data attributes. They work without the circuit.

const LENGTHS = '[data-canvas-style="stroke-width"], [data-canvas-style="font-size"]';

const SIGNED_OUT = ['You are signed out', 'Sign in again to go on in this drawing.'];
const REFUSALS = {
  document_not_found: ['This drawing is not here', 'It may have been deleted, or it is not shared with you. Ask its owner to share it.'],
  forbidden: ['You cannot open this drawing', 'Ask its owner to share it with you.'],
  document_full: ['This drawing is full', 'Too many people have it open. Try again in a moment.'],
  branch_not_found: ['This branch is not here', 'Open the drawing without a branch.'],
  token_expired: SIGNED_OUT,
  token_missing: SIGNED_OUT,
  token_invalid: SIGNED_OUT,
};

/** An empty field, as while a number is typed, means nothing, and a size of 0 would make words vanish. */
const isUsable = ({ type, value }) => value !== '' && (type !== 'number' || Number(value) > 0);

export class Board {
  #element;
  #editor;
  #held = null;
  #building = [];
  #unit = 1;

  constructor(element, editor, signal) {
    this.#element = element;
    this.#editor = editor;
    const on = (type, handler) => element.addEventListener(type, handler, { signal });
    on('click', event => this.#click(event));
    on('input', event => {
      const name = event.target.dataset?.canvasStyle;
      if (!name) return;
      this.#held = event.target;
      if (isUsable(event.target)) { this.#output(name, event.target.value); editor.slide(name, event.target.value); } else editor.cancelSlide();
    });
    on('change', event => { this.#held = event.target; this.settle(); });
    on('keydown', event => {
      const said = event.key === 'Escape' && event.target.closest?.('.building-data[open]');
      if (!said) return;
      said.open = false;
      editor.focus();
      event.stopPropagation(); // the selection stays until the next Escape
    });
    on('focusout', () => { this.#held = null; });
  }

  /** What is being slid stays as it is. */
  settle() {
    const held = this.#held, { canvasStyle: name } = held?.dataset ?? {};
    this.#held = null;
    if (!name) return;
    if (isUsable(held)) this.#editor.setLook(name, held.value); else { this.#editor.cancelSlide(); this.#editor.changed(); }
  }

  #click(event) {
    const button = event.target.closest?.('button');
    if (!button || !this.#element.contains(button)) return;
    const { canvasTool, canvasCommand, canvasNone } = button.dataset;
    if (canvasTool) this.#editor.run('tool', canvasTool);
    else if (canvasCommand) this.#editor.run(canvasCommand);
    else if (canvasNone) this.#toggleNone(canvasNone, button.getAttribute('aria-pressed') !== 'true');
    else return;
    // Keys go on working on the drawing after a click on a control; whoever came by keyboard stays where they are.
    if (event.detail > 0) this.#editor.focus();
  }

  #toggleNone(name, none) {
    const input = this.#element.querySelector(`[data-canvas-style="${name}"]`);
    this.#editor.setLook(name, none ? 'none' : input?.value ?? '#000000');
  }

  #output(name, value) {
    for (const output of this.#element.querySelectorAll(`[data-canvas-value="${name}"]`)) output.textContent = name === 'opacity' ? `${Math.round(value * 100)}%` : String(value >= 100 ? Math.round(value) : Number(Number(value).toPrecision(3)));
  }

  show(state, look) {
    const all = selector => this.#element.querySelectorAll(selector);
    this.#building = state.building ?? this.#building;
    const visible = {
      editor: state.canEdit, commenter: state.canComment, refused: state.connection === 'refused', offline: state.connection === 'offline', text: state.hasText, selection: state.selection.count > 0, building: this.#building.length > 0,
      properties: state.canEdit && (state.selection.count > 0 || !['select', 'hand', 'comment'].includes(state.tool)),
    };
    for (const element of all('[data-canvas-show]')) element.hidden = !visible[element.dataset.canvasShow];
    for (const button of all('[data-canvas-tool]')) button.setAttribute('aria-pressed', String(button.dataset.canvasTool === state.tool));
    for (const [command, enabled] of [['undo', state.canUndo], ['redo', state.canRedo]]) for (const button of all(`[data-canvas-command="${command}"]`)) button.disabled = !enabled;
    for (const button of all('[data-canvas-command="toggleLock"]')) button.setAttribute('aria-pressed', String(state.holdsLock === true));
    for (const label of all('[data-canvas-zoom]')) label.textContent = `${Math.round(state.zoom * 100)}%`;
    this.#measure(state.unit);
    this.#showLook(look);
    this.#showBuilding(this.#building);
    if (state.connection === 'refused') this.#showRefusal(state);
  }

  /** Widths and sizes go by the drawing's units: in an icon of one unit, two of them are all of it. */
  #measure(unit) {
    if (unit === this.#unit) return;
    for (const input of this.#element.querySelectorAll(LENGTHS)) for (const bound of ['min', 'max', 'step']) input[bound] = String(input[bound] / this.#unit * unit);
    this.#unit = unit;
  }

  #showLook(look) {
    for (const input of this.#element.querySelectorAll('[data-canvas-style]')) {
      const value = look[input.dataset.canvasStyle], well = input.closest('.color-well');
      if (value === undefined) continue;
      const isOther = value === null; // a gradient or a pattern is none of the colours that could stand here
      well?.classList.toggle('color-well-other', isOther);
      if (well) well.title = isOther ? 'A gradient or pattern' : '';
      if (isOther) { well?.classList.remove('color-well-none'); continue; }
      this.#output(input.dataset.canvasStyle, value);
      // What somebody is typing or sliding just now is theirs.
      if (input !== this.#held && value !== 'none') input.value = String(value);
      well?.classList.toggle('color-well-none', value === 'none');
    }
    for (const button of this.#element.querySelectorAll('[data-canvas-none]')) button.setAttribute('aria-pressed', String(look[button.dataset.canvasNone] === 'none'));
  }

  #showBuilding(said) {
    const words = JSON.stringify(said);
    for (const list of this.#element.querySelectorAll('[data-canvas-building]')) {
      if (list.dataset.shown === words) continue; // where somebody reads, it stays where it is
      list.dataset.shown = words;
      list.replaceChildren(...said.flatMap(([name, value]) => [Object.assign(document.createElement('dt'), { textContent: name }), Object.assign(document.createElement('dd'), { textContent: value })]));
    }
  }

  /** The mark may stand anywhere on the page, so it is looked for there. What the browser has kept outlives the tab; `held`: the server does not take it for now. */
  showStatus(connection, pending, kept, held) {
    const [name, words] = connection === 'refused' ? ['refused', 'Not connected']
      : connection === 'connecting' ? ['connecting', 'Connecting…']
        : connection === 'offline' ? ['offline', pending ? `Offline · ${pending} ${kept ? 'kept here' : 'unsaved'}` : 'Offline']
          : pending && held ? ['held', 'Not saved yet']
            : pending ? ['saving', pending > 50 ? `Saving ${pending}…` : 'Saving…'] : ['saved', 'Saved'];
    for (const mark of document.querySelectorAll('[data-canvas-status]')) {
      if (mark.dataset.state !== name) mark.dataset.state = name;
      const text = mark.querySelector('[data-canvas-status-text]') ?? mark;
      if (text.textContent !== words) text.textContent = words;
    }
  }

  #showRefusal({ code, reason }) {
    const refusal = REFUSALS[code] ?? ['This drawing cannot be opened', 'Try again in a moment.'];
    const [title, advice] = refusal, isSignedOut = refusal === SIGNED_OUT;
    // Whoever is signed out is led by the page itself to the sign-in and back; what the protocol says of tokens is for tools.
    for (const way of this.#element.querySelectorAll('[data-canvas-refusal="way"]')) {
      way.textContent = isSignedOut ? 'Sign in' : 'Back to your drawings';
      way.href = isSignedOut ? location.href : document.baseURI;
    }
    for (const [part, words] of Object.entries({ title, reason: isSignedOut ? '' : reason, advice })) {
      for (const element of this.#element.querySelectorAll(`[data-canvas-refusal="${part}"]`)) element.textContent = words;
    }
  }
}
