// What can be done with the drawing: selection, tools and commands. Gestures, keys, toolbar and page all come through here.
import { newId } from '../client/svgx-client.js';
import { fromSvgText, toSvgText, written } from './clipboard.js';
import { attributesFor, FIRST_LOOK, firstLook, handedDown, leavesOf, lookAt, lookOf, looksBySheets } from './look.js';
import { isLayer } from './picking.js';
import { fromScreen, rounder, toScreen } from './space.js';
import { restacked } from './stacking.js';
import { TextEditor } from './text-editor.js';
import { xmlText } from './xml-text.js';

export const TOOLS = ['select', 'hand', 'rect', 'ellipse', 'line', 'path', 'text', 'comment'];

/** A look set for one element is shown to others while it slides; for so many at once it is not worth the messages. */
const PREVIEWED_LOOKS = 20;

/** So many shapes of a group are looked through for a text, each time that the controls are shown. */
const LOOKED_THROUGH = 300;

const PAPER_IMAGE = { most: 600, type: /^image\/(png|jpeg|gif|webp)$/ };

export class Editor {
  tool = 'select';
  selection = [];
  /** While the drawing is looked at as it was: what answers keys in the meantime. Nothing is changed then. */
  past = null;
  style = { ...FIRST_LOOK };
  text = new TextEditor(this);
  /** What the arrow keys have in the hand, and what puts it down. */
  nudge = null;
  settle = () => {};
  #copied = '';
  #sliding = null;
  #selected = new Set();

  constructor({ client, surface, viewport, overlay, picking, frame, glass, host, changed, notice, announce }) {
    Object.assign(this, { client, surface, viewport, overlay, picking, frame, glass, host, changed, notice, announce });
  }

  get canEdit() { return this.past === null && ['owner', 'editor'].includes(this.client.joined?.role) && this.client.model !== null; }
  get canComment() { return this.past === null && ['owner', 'editor', 'commenter'].includes(this.client.joined?.role) && this.client.model !== null; }
  focus() { this.host.focus({ preventScroll: true }); }

  // ---- selection

  select(ids) {
    const next = ids.filter(id => this.client.model?.get(id));
    const same = next.length === this.selection.length && next.every((id, index) => id === this.selection[index]);
    this.selection = next;
    this.#selected = new Set(next);
    this.overlay.select(next, this.canEdit && this.tool === 'select');
    if (same) return;
    this.client.select(next.slice(0, 500));
    this.client.activity({ current_element: next[0] ?? null });
    this.announce(next.length ? `${this.describe()} selected` : 'Nothing selected');
    this.changed();
  }

  isSelected(id) { return this.#selected.has(id); }

  /** Elements that went away are no longer selected. */
  dropGone() {
    if (this.picking.scope && !this.client.model.get(this.picking.scope)) this.picking.scope = null;
    if (this.selection.some(id => !this.client.model.get(id))) this.select(this.selection);
  }

  describe() {
    if (!this.selection.length) return '';
    if (this.selection.length > 1) return `${this.selection.length} elements`;
    const node = this.client.model.get(this.selection[0]);
    const names = { rect: 'rectangle', g: 'group', path: 'path', use: 'symbol', a: 'link' };
    const lock = this.locks?.of(node.id);
    const holder = lock && (lock.user_id === this.client.joined?.user_id ? ', locked by you' : `, locked by ${lock.username}`);
    const title = node.attributes.get('inkscape:label') ?? node.children.find(child => child.name === 'title')?.children.find(child => child.kind === 'text')?.value;
    return (names[node.name] ?? node.name) + (title ? ` “${title.trim().slice(0, 60)}”` : '') + (holder ?? '');
  }

  /** Tab and Shift+Tab: through what could be clicked, from bottom to top. */
  selectNext(step) {
    const candidates = this.picking.candidates();
    if (!candidates.length) return;
    const at = candidates.indexOf(this.selection.at(-1));
    const next = at < 0 ? (step > 0 ? 0 : candidates.length - 1) : (at + step + candidates.length) % candidates.length;
    this.select([candidates[next]]);
  }

  enter(id) {
    const node = this.client.model.get(id);
    if (!node || !['g', 'a', 'svg', 'switch'].includes(node.name)) return false;
    this.picking.scope = id;
    return true;
  }

  /** Where new elements go: the entered group, the selected element's layer, else the root. */
  layer() {
    const model = this.client.model;
    if (this.picking.scope && model.get(this.picking.scope)) return this.picking.scope;
    for (let at = model.get(this.selection[0]); at; at = at.parent) if (isLayer(at)) return at.id;
    return model.root.id;
  }

  // ---- tools

  setTool(tool) {
    const allowed = tool === 'select' || tool === 'hand' || (tool === 'comment' ? this.canComment : this.canEdit);
    if (!TOOLS.includes(tool) || !allowed || this.past) return;
    this.text.close();
    this.tool = tool;
    this.frame.dataset.tool = tool;
    if (tool !== 'select' && tool !== 'hand') this.select([]);
    this.overlay.select(this.selection, this.canEdit && tool === 'select');
    this.changed();
  }

  /** A shape is done: back to selecting it, except for strokes, which come in rows. */
  drawn(id, { keepTool = false } = {}) {
    if (keepTool) { this.changed(); return; }
    this.setTool('select');
    this.select([id]);
  }

  look(type) { return lookOf(type, this.style, this.viewport.unit); }

  /** What something in the making stands in: the chosen parent first, then all around it, each with its matrix to the screen as it is now. */
  ground(parentId) {
    const ground = [];
    for (let at = this.client.model.get(parentId); at; at = at.parent) ground.push({ id: at.id, matrix: toScreen(this.surface.get(at.id)) });
    return ground;
  }

  /** Where something drawn on such ground goes: its parent, or, where somebody deleted that meanwhile, what is left around it, in the place where it was drawn. */
  placeOn(ground) {
    const at = ground.find(({ id }) => this.client.model.get(id)) ?? ground.at(-1);
    if (at === ground[0]) return { parent_id: at.id };
    this.notice('info', 'Somebody deleted the group that you were drawing in. What you drew is beside it.');
    return { parent_id: at.id, transform: written(at.matrix.inverse().multiply(ground[0].matrix)) };
  }

  // ---- operations

  /** Sends what a gesture or a command came to. What somebody deleted meanwhile is left out, and said. */
  submit(operations, gestureId) {
    const { model } = this.client;
    const created = new Set(operations.filter(operation => operation.operation_type === 'create').map(operation => operation.element_id));
    const fitting = operations.filter(({ operation_type, element_id }) => operation_type === 'create' || model.get(element_id) || created.has(element_id));
    if (fitting.length < operations.length) this.notice('warning', 'Somebody deleted what you were changing.', 'unknown_element');
    if (!fitting.length) {
      if (gestureId) this.client.endPreview(gestureId);
      return [];
    }
    return this.client.submitMany(fitting, { atomic: fitting.length > 1, gestureId });
  }

  /** Others see at once that this person is drawing. That it is over the server tells them in time (rule R6); to say so here would end it with every stroke. */
  tellEditing() { this.client.activity({ status: 'editing' }); }

  // ---- look

  /** The drawing is there: what is drawn next is as large as things are in it. */
  begin() { this.style = firstLook(this.viewport.unit); }

  /** What the property bar shows: the selected element's look, else that of the next shape. */
  shownLook() {
    const [leaf] = leavesOf(this.client.model?.get(this.selection[0]) ?? { name: 'g', children: [] }, 1);
    const element = this.surface.get(leaf?.id);
    if (!element) return this.style;
    const text = this.surface.get(this.#firstText()?.id);
    return { ...lookAt(element), ...(text ? { 'font-size': lookAt(text)['font-size'] } : {}) };
  }

  #firstText() {
    for (const id of this.selection) {
      const text = leavesOf(this.client.model.get(id), LOOKED_THROUGH).find(leaf => leaf.name === 'text' || leaf.name === 'tspan');
      if (text) return text;
    }
    return null;
  }

  hasText() { return this.tool === 'text' || this.#firstText() !== null; }

  /** While a colour or width slides: shown here and to others, nothing kept. */
  slide(name, value) {
    if (!this.canEdit || !this.selection.length) return;
    if (this.#sliding?.name !== name) { this.cancelSlide(); this.#sliding = { name, ids: new Set(), gestures: new Map() }; }
    const { ids, gestures } = this.#sliding;
    const targets = this.#targets();
    for (const { node, element } of targets) {
      const attributes = attributesFor(node, element, name, value);
      this.surface.pretend(node.id, attributes);
      ids.add(node.id);
      if (targets.length > PREVIEWED_LOOKS) continue;
      if (!gestures.has(node.id)) gestures.set(node.id, newId('l'));
      this.client.preview(gestures.get(node.id), [node.id], attributes);
    }
  }

  /** Nothing comes of it: here and for the others all is as it was. */
  cancelSlide() {
    const { ids = [], gestures } = this.#sliding ?? {};
    this.#sliding = null;
    for (const id of ids) this.surface.restore(id);
    for (const gesture of gestures?.values() ?? []) this.client.endPreview(gesture);
  }

  /** The value is chosen: one update for each element, one step to undo. Also the look of the next shape. */
  setLook(name, value) {
    this.style = { ...this.style, [name]: typeof FIRST_LOOK[name] === 'number' ? Number(value) : value };
    const gestures = this.#sliding?.name === name ? this.#sliding.gestures : null;
    const targets = this.canEdit ? this.#targets() : [];
    const operations = targets.map(({ node, element }) => ({
      operation_type: 'update', element_id: node.id, data: attributesFor(node, element, name, value), ...(gestures?.has(node.id) ? { gesture_id: gestures.get(node.id) } : {}),
    }));
    this.submit(operations);
    for (const { element_id } of operations) gestures?.delete(element_id); // they end with their operations
    this.cancelSlide();
    this.changed();
  }

  #targets() {
    return this.selection.flatMap(id => leavesOf(this.client.model.get(id))).map(node => ({ node, element: this.surface.get(node.id) })).filter(({ element }) => element);
  }

  // ---- commands

  run(command, argument) {
    this.settle();
    switch (command) {
      case 'tool': return this.setTool(argument);
      case 'undo': if (this.past) return undefined; this.text.close(); return this.client.undo();
      case 'redo': if (this.past) return undefined; this.text.close(); return this.client.redo();
      case 'delete': return this.delete();
      case 'duplicate': return this.duplicate();
      case 'copy': return this.copyByCommand();
      case 'cut': return this.copyByCommand().then(() => this.delete());
      case 'paste': return this.paste(argument ?? this.#copied);
      case 'selectAll': return this.select(this.picking.candidates());
      case 'select': return this.select(argument ?? []);
      case 'reveal': return this.reveal(argument ?? []);
      case 'jumpTo': return this.following.jumpTo(argument) || this.notice('info', 'It is not known where they are in the drawing.');
      case 'follow': return this.following.follow(argument);
      case 'toggleLock': return this.toggleLock();
      case 'forward': return this.reorder(1);
      case 'backward': return this.reorder(-1);
      case 'front': return this.reorder(Infinity);
      case 'back': return this.reorder(-Infinity);
      case 'zoomIn': return this.viewport.zoomTo(this.viewport.scale * 1.25);
      case 'zoomOut': return this.viewport.zoomTo(this.viewport.scale / 1.25);
      case 'zoomReset': return this.viewport.zoomTo(1);
      case 'zoomFit': return this.viewport.fit();
      case 'style': for (const [name, value] of Object.entries(argument ?? {})) this.setLook(name, value); return;
      case 'retry': return this.client.retry();
      case 'focus': return this.focus();
      default: throw new Error(`There is no command "${command}".`);
    }
  }

  /** Holds the selection for oneself, or lets go of it. */
  toggleLock() {
    if (!this.canEdit || !this.selection.length) return undefined;
    const release = this.locks.holds(this.selection);
    return this.locks.toggle([...this.selection]).then(
      () => this.announce(release ? 'Unlocked' : 'Locked for others'),
      error => this.notice('warning', error.message, error.code));
  }

  /** Selects elements and brings them into sight: the view moves only as far as it must. */
  reveal(ids) {
    this.setTool('select');
    this.select(ids);
    const boxes = this.selection.map(id => this.surface.get(id)?.getBoundingClientRect()).filter(Boolean);
    if (!boxes.length) { this.notice('info', 'This is not in the drawing any more.'); return; }
    this.viewport.reveal({
      left: Math.min(...boxes.map(box => box.left)), top: Math.min(...boxes.map(box => box.top)),
      right: Math.max(...boxes.map(box => box.right)), bottom: Math.max(...boxes.map(box => box.bottom)),
    });
  }

  delete() {
    if (!this.canEdit) return;
    const operations = this.outermost().map(id => ({ operation_type: 'delete', element_id: id }));
    const count = operations.length;
    this.select([]);
    this.submit(operations);
    if (count) this.announce(`${count === 1 ? 'Element' : `${count} elements`} deleted`);
  }

  /** Each copy stands directly above its original. */
  duplicate() { if (this.canEdit && this.selection.length) this.paste(this.#toText(), { beside: true }); }

  copyText() {
    this.#copied = this.selection.length ? this.#toText(this.#sheets()) : '';
    return this.#copied;
  }

  #toText(sheets = null) { return toSvgText(this.client.model, this.#inOrder(), this.client.joined.document_id, { ground: id => this.#ground(id), sheets }); }

  #sheets() {
    const looksOf = looksBySheets(this.surface.root);
    return id => {
      const element = this.surface.get(id);
      return new Map(element ? Array.from(looksOf(element), ([each, look]) => [this.surface.idOf(each), look]) : []);
    };
  }

  /** How what stands in an element is placed in the drawing, and what it inherits. */
  #ground(id) {
    const { root } = this.surface, element = this.surface.get(id) ?? root;
    return { matrix: DOMMatrix.fromMatrix(toScreen(root)).inverse().multiply(toScreen(element) ?? toScreen(root)), look: handedDown(element) };
  }

  /** Where something is pasted that stood in an element of this drawing: there again, but into an entered group where that is elsewhere. */
  #placeOf(from) {
    const { model } = this.client, node = model.get(from), scope = model.get(this.picking.scope);
    return node && (!scope || model.isWithin(node, scope)) ? from : this.layer();
  }

  async copyByCommand() {
    const text = this.copyText();
    // Without permission, or on a plain http address, what was copied can still be pasted here.
    if (text) await navigator.clipboard?.writeText(text).catch(() => {});
  }

  paste(text, { beside = false } = {}) {
    text = xmlText(text ?? '');
    if (!this.canEdit || !text) return;
    const parentId = this.layer();
    const parent = this.surface.get(parentId);
    const { left, top, width, height } = this.viewport.bounds;
    const centre = fromScreen(parent, left + width / 2, top + height / 2);
    const pasted = fromSvgText(text, this.client.model, this.client.joined.document_id, { centre, unit: this.viewport.unit, ground: id => this.#ground(id), placeOf: from => (beside ? from : this.#placeOf(from)), beside });
    if (pasted?.tooMany) { this.notice('error', 'This is too much to paste. Import the file instead.', 'too_large'); return; }
    const round = rounder(toScreen(parent));
    const operations = pasted?.operations ?? this.#plainText(text, parentId, centre, round);
    const ids = pasted?.ids ?? operations.map(operation => operation.element_id);
    if (!this.submit(operations).length) return;
    this.setTool('select');
    this.select(ids);
  }

  #plainText(text, parentId, centre, round) {
    const lines = text.split(/\r?\n/).map(line => line.trimEnd()).filter(Boolean).slice(0, 100);
    const look = this.look('text');
    return lines.map((line, index) => ({
      operation_type: 'create', element_id: newId(),
      data: { type: 'text', parent_id: parentId, x: round(centre.x), y: round(centre.y + index * look['font-size'] * 1.25), ...look, text: /^.{0,2000}/su.exec(line)[0] },
    }));
  }

  async pasteImage(file) {
    if (!this.canEdit || !PAPER_IMAGE.type.test(file.type)) return;
    const href = await new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(file);
    });
    const picture = new Image();
    picture.src = href;
    await picture.decode();
    const parentId = this.layer();
    const { left, top, width, height } = this.viewport.bounds;
    const centre = fromScreen(this.surface.get(parentId), left + width / 2, top + height / 2);
    const scale = this.viewport.unit * Math.min(1, PAPER_IMAGE.most / Math.max(picture.naturalWidth, picture.naturalHeight)), round = rounder(toScreen(this.surface.get(parentId)));
    const w = round(picture.naturalWidth * scale), h = round(picture.naturalHeight * scale);
    const id = newId();
    if (this.submit([{ operation_type: 'create', element_id: id, data: { type: 'image', parent_id: parentId, href, x: round(centre.x - w / 2), y: round(centre.y - h / 2), width: w, height: h } }]).length) this.select([id]);
  }

  reorder(step) {
    if (!this.canEdit) return;
    const chosen = new Set(this.outermost());
    const parents = new Set(Array.from(chosen, id => this.client.model.get(id).parent).filter(Boolean));
    this.submit([...parents].flatMap(parent => restacked(parent, chosen, step)));
  }

  /** Selected elements in the order they are painted in; the drawing as a whole is none of them. */
  #inOrder() {
    const ids = this.outermost().filter(id => this.client.model.get(id).parent);
    if (ids.length < 2) return ids;
    const elements = ids.map(id => [id, this.surface.get(id)]).filter(([, element]) => element);
    return elements.sort(([, a], [, b]) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1)).map(([id]) => id);
  }

  /** Without those that go along with a selected group anyway. */
  outermost() {
    const chosen = new Set(this.selection);
    return this.selection.filter(id => {
      for (let at = this.client.model.get(id)?.parent; at; at = at.parent) if (chosen.has(at.id)) return false;
      return this.client.model.get(id) !== undefined;
    });
  }
}
