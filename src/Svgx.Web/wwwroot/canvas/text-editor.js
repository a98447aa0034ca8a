// Typing in place: a text area laid over the text, in its size, colour and rotation. What is typed is kept at every pause.
import { newId } from '../client/svgx-client.js';
import { fromScreen, rounder, toScreen } from './space.js';
import { xmlText } from './xml-text.js';

const MOST_QUOTED = 500;
const PAUSE = 700;
/** So far from the edge of the view words end at least. */
const EDGE = 24;

/** Words as they are told to whoever has typed them for nothing. */
export const quoted = words => `“${words.length > MOST_QUOTED ? `${words.slice(0, MOST_QUOTED)}…` : words}”`;

export class TextEditor {
  #editor;
  #area = null;
  #session = null;
  #timer = null;

  constructor(editor) { this.#editor = editor; }

  get isOpen() { return this.#session !== null; }

  /** Whether something is typed that no operation carries yet. */
  get isUnsent() {
    if (!this.#session || !this.#area) return false;
    const text = this.#typed();
    return text !== this.#session.committed && (!this.#session.isNew || text.trim() !== '');
  }

  /** The text being typed into; null for none, and for a new one that is not created yet. */
  get elementId() { return this.#session?.isNew ? null : this.#session?.id ?? null; }

  /** A new text with its baseline at a client point. */
  create(clientX, clientY) {
    const editor = this.#editor;
    const parentId = editor.layer();
    const parent = editor.surface.get(parentId);
    const round = rounder(toScreen(parent));
    const { x, y } = fromScreen(parent, clientX, clientY);
    const look = editor.look('text');
    const attributes = { x: round(x), y: round(y), ...look };
    const ghost = editor.surface.ghost(parentId, 'text', attributes, '');
    this.#open({ id: newId(), isNew: true, ground: editor.ground(parentId), letGo: editor.surface.hold(parentId), attributes, element: ghost.element, ghost, text: '' });
  }

  /** An existing text or run of text. False where its parts are more than this editor can hold. */
  edit(node) {
    const element = this.#editor.surface.get(node.id);
    if (!element || node.children.some(child => child.id !== undefined)) return false;
    const text = node.children.filter(child => child.kind === 'text' || child.kind === 'cdata').map(child => child.value).join('');
    this.#editor.surface.freeze([node.id]);
    this.#open({ id: node.id, isNew: false, element, text });
    return true;
  }

  #open(session) {
    this.close();
    this.#session = session;
    session.seen = this.#editor.client.revision;
    const area = document.createElement('textarea');
    area.className = 'canvas-text-editor';
    area.setAttribute('aria-label', 'Text');
    area.spellcheck = false;
    area.rows = 1;
    area.wrap = 'off';
    area.value = session.text.replace(/\s+/g, ' ');
    this.#area = area;
    session.committed = this.#typed(); // opening a text whose spaces this editor shows otherwise is no change
    this.#editor.glass.append(area);
    const style = getComputedStyle(session.element);
    for (const property of ['fontFamily', 'fontWeight', 'fontStyle']) area.style[property] = style[property];
    session.fontSize = parseFloat(style.fontSize) || 16;
    session.letterSpacing = parseFloat(style.letterSpacing) || 0;
    session.anchor = style.textAnchor;
    area.style.color = style.fill === 'none' ? 'currentColor' : style.fill;
    session.start = this.#startOf(session);
    session.element.style.visibility = 'hidden';
    this.place();
    area.addEventListener('input', event => { this.place(); this.#follow(); this.#editor.changed(); if (!event.isComposing) this.#afterPause(); });
    area.addEventListener('compositionend', () => this.#afterPause());
    area.addEventListener('blur', () => this.close());
    area.addEventListener('keydown', event => {
      event.stopPropagation();
      if (event.isComposing) return; // Enter and Escape belong to the input method
      if (event.key === 'Escape' || (event.key === 'Enter' && !event.shiftKey)) { event.preventDefault(); this.close(); this.#editor.focus(); }
    });
    for (const type of ['pointerdown', 'copy', 'cut', 'paste', 'wheel']) area.addEventListener(type, event => event.stopPropagation());
    area.focus();
    area.select();
    this.#editor.overlay.hush(true);
    this.#editor.tellEditing();
  }

  #startOf({ element, attributes }) {
    if (attributes) return { x: attributes.x, y: attributes.y };
    try {
      if (element.getNumberOfChars()) { const point = element.getStartPositionOfChar(0); return { x: point.x, y: point.y }; }
    } catch { /* not laid out: its attributes have to do */ }
    return { x: element.x?.baseVal[0]?.value ?? 0, y: element.y?.baseVal[0]?.value ?? 0 };
  }

  /** Lays the text area over the text again: after typing, and when the view moves. */
  place() {
    const { element, start, fontSize, letterSpacing, anchor } = this.#session ?? {};
    if (!element?.isConnected) return;
    const area = this.#area;
    const { left, top } = this.#editor.viewport.bounds;
    const matrix = toScreen(element);
    // Laid out in pixels of the screen: browsers measure in whole ones, and draw one as the caret.
    const scale = Math.sqrt(Math.abs(matrix.a * matrix.d - matrix.b * matrix.c)) || 1, size = fontSize * scale;
    area.style.fontSize = `${size}px`;
    area.style.letterSpacing = letterSpacing ? `${letterSpacing * scale}px` : 'normal';
    area.style.width = '0';
    const width = Math.max(area.scrollWidth + size / 2, size);
    area.style.width = `${width}px`;
    // The start of an existing text is where its first glyph is, whatever its anchor; a new one grows around its anchor.
    const shift = this.#session.isNew ? (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0) / scale : 0;
    const x = start.x - shift, y = start.y - fontSize; // line height is 1.25, so the baseline is about one size below the top
    area.style.height = `${size * 1.3}px`;
    area.style.transform = `matrix(${matrix.a / scale}, ${matrix.b / scale}, ${matrix.c / scale}, ${matrix.d / scale}, ${matrix.a * x + matrix.c * y + matrix.e - left}, ${matrix.b * x + matrix.d * y + matrix.f - top})`;
  }

  /** The view goes along with a caret at the end of the words, which else would leave it. */
  #follow() {
    const { viewport } = this.#editor, area = this.#area;
    if (area.selectionEnd < area.value.length) return;
    const { left, top, width, height } = viewport.bounds, end = area.getBoundingClientRect();
    const beyond = (at, from, length) => Math.max(0, at - from - length + EDGE);
    const dx = beyond(end.right, left, width), dy = beyond(end.bottom, top, height);
    if (dx || dy) viewport.panBy(-dx, -dy);
  }

  #afterPause() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.commit(), PAUSE);
  }

  #typed() { return xmlText(this.#area.value.replace(/[\r\n]+/g, ' ')); }

  /** Sends what was typed since the last time. */
  commit() {
    clearTimeout(this.#timer);
    const session = this.#session;
    if (!session) return;
    const text = this.#typed();
    if (text === session.committed) return;
    if (this.#isReadOnly) return; // it may be given back before this is closed; else what was typed is told then
    if (session.isNew) {
      if (!text.trim() || !this.#send(text, { operation_type: 'create', element_id: session.id, data: { type: 'text', ...session.attributes, text, ...this.#editor.placeOn(session.ground) } })) return;
      session.isNew = false;
      session.fresh = true;
      session.ghost.remove();
      session.element = this.#editor.surface.get(session.id) ?? session.element;
      session.element.style.visibility = 'hidden';
      this.#editor.surface.freeze([session.id]);
      return;
    }
    if (!this.#editor.client.model.get(session.id)) { this.#editor.changed(); return; }
    this.#send(text, { operation_type: 'update', element_id: session.id, base_revision: session.seen, data: { text } });
  }

  /** What could not be sent is still to be sent: at the next pause, or when this is closed. */
  #send(text, operation) {
    const session = this.#session, former = session.committed;
    session.committed = text; // before the canvas hears of the operation and asks whether all is sent
    const isSent = this.#editor.submit([operation]).length > 0;
    if (isSent) session.seen = this.#editor.client.revision; else session.committed = former;
    return isSent;
  }

  /** Keeps what was typed and goes away. A text left empty is taken out. */
  close() {
    const session = this.#session;
    if (!session) return;
    const written = this.#typed().trim(), empty = !written;
    if (!empty) this.commit();
    const { isUnsent } = this, refused = this.#isReadOnly && isUnsent;
    clearTimeout(this.#timer);
    this.#session = null;
    this.#area.remove();
    this.#area = null;
    this.#editor.overlay.hush(false);
    session.ghost?.remove();
    session.letGo?.();
    session.element.style.removeProperty('visibility');
    this.#editor.surface.thaw([session.id]);
    this.#editor.surface.restore(session.id);
    this.#editor.changed();
    const exists = this.#editor.client.model?.get(session.id);
    if (empty) { if (exists && !session.isNew) this.#editor.submit([{ operation_type: 'delete', element_id: session.id }]); return; }
    if (refused) this.#editor.notice('warning', `You may look at this drawing now, not change it. What you typed was: ${quoted(written)}`, 'read_only');
    else if (exists && !isUnsent) this.#editor.drawn(session.id);
    else if (exists || session.isNew) this.#editor.notice('warning', `What you typed could not be sent. It was: ${quoted(written)}`);
    else this.#editor.notice('warning', `Somebody deleted this text while you were typing. It was: ${quoted(written)}`, 'unknown_element');
  }

  /** The role was taken away while this was open. */
  get #isReadOnly() { return !this.#editor.canEdit && this.#editor.past === null; }
}
