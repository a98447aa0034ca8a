// The drawing as DOM: built from the model once, then kept in step with what the model says was touched. Never redrawn as a whole.
import { namespaceOf, SVG_NAMESPACE, Touched } from '../client/svgx-client.js';
import { attributeNamespace, isDrawable, safeSheet } from './safety.js';
import { Sheets } from './sheets.js';

const OWNER = Symbol('element id');

/** So many placements in one parent are cheaper as one pass over all its children. */
const ONE_PASS_FROM = 8;

/**
 * In these, characters are never drawn: only the line breaks between the elements of a file. They stay in the model and are left out of the DOM, where keeping them in order would cost a pass over
 * all children for every element that comes or goes.
 */
const WITHOUT_WORDS = new Set(['svg', 'g', 'defs', 'symbol', 'marker', 'clipPath', 'mask', 'pattern', 'linearGradient', 'radialGradient', 'filter', 'switch']);

export class Surface {
  #shadow;
  #elements = new Map();
  #model = null;
  #frozen = new Set();
  #deferred = new Touched();
  #ghosts = new Set();
  #standing = new Map(); // id -> by how many gestures what is in it is held
  #grounds = new Map(); // frozen id -> what lets go of what it stands in
  #sheets = new Sheets(() => this.reshaped?.());
  /** Called with the id of an element that was drawn as the model has it, or put down: what others do with it shows on top. */
  decorate = null;
  /** Called when the drawing's own fonts have come: what is measured has to be measured again. */
  reshaped = null;

  constructor(host) {
    this.host = host;
    this.#shadow = host.attachShadow({ mode: 'open' });
    const own = document.createElement('style');
    // The sheet of the drawing cannot reach out of the shadow root; `isolation` keeps its blend modes in as well.
    own.textContent = ':host{display:block;isolation:isolate;color:#000;font:16px/normal serif;cursor:inherit;-webkit-user-select:none;user-select:none}'
      + ':host>svg,svg:first-of-type{display:block}:host([data-meets-all]) :is(svg,svg *){pointer-events:auto!important}';
    this.#shadow.append(own);
  }

  get root() { return this.#model && this.#elements.get(this.#model.root.id); }
  get(id) { return this.#elements.get(id); }
  idOf(element) { return element?.[OWNER]; }

  /** The elements of the drawing at a client point, topmost first. What lies over the drawing does not hide them, and links in it are never pressed. */
  elementsAt(x, y) { return this.#shadow.elementsFromPoint(x, y).filter(element => element.getRootNode() === this.#shadow); }

  /** What `look` gives while all that is drawn can be met by `elementsAt`, also what the drawing takes out of a pointer's way, such as the labels of a chart; null where it does so nowhere. */
  meetingAll(look) {
    const says = 'pointer-events';
    if (!this.#shadow.querySelector(`svg[${says}], svg [${says}], svg[style*=${says}], svg [style*=${says}]`) && !Array.from(this.#shadow.querySelectorAll('svg style')).some(sheet => sheet.textContent.includes(says))) return null;
    this.host.dataset.meetsAll = '';
    try { return look(); } finally { delete this.host.dataset.meetsAll; }
  }

  /** Draws a model: from nothing the first time; afterwards only what differs. */
  show(model) {
    const first = !this.#model;
    this.#model = model;
    if (first) {
      const root = this.#build(model.root);
      root.style.overflow = 'visible'; // what lies beyond the page stays in reach
      this.#shadow.append(root);
      root.pauseAnimations?.();
      this.#dress();
      return;
    }
    const all = new Touched();
    for (const id of this.#elements.keys()) all.structure.add(id);
    for (const id of model.elements.keys()) all.structure.add(id);
    this.update(all);
  }

  /** Draws a model as `show` does from nothing, element by element, so that a large one can be drawn over several frames: each step of the iterator is one element. */
  *draw(model) {
    this.#model = model;
    const root = this.#shell(model.root);
    root.style.overflow = 'visible';
    this.#shadow.append(root);
    yield* this.#fillGradually(root, model.root);
    root.pauseAnimations?.();
    this.#dress();
  }

  /** The drawing is looked at no more; its fonts leave the page. */
  dispose() { this.#sheets.dispose(); }

  /** Brings the DOM in step with the model for what was touched, except inside what is frozen. */
  update(touched) {
    const parents = new Map(); // parent id -> ids of children to put in place
    for (const id of touched.structure) {
      if (this.#isFrozen(id)) { this.#deferred.structure.add(id); continue; }
      if (!this.#model.get(id)) this.#drop(id);
    }
    for (const id of touched.structure) {
      const node = this.#model.get(id);
      if (!node || this.#deferred.structure.has(id) && this.#isFrozen(id)) continue;
      const element = this.#elements.get(id);
      if (element && (element.localName !== localName(node) || element.namespaceURI !== node.namespace)) this.#drop(id);
      if (this.#elements.has(id)) { this.#syncAttributes(node); this.#syncContent(node); }
      if (node.parent) {
        if (!parents.has(node.parent.id)) parents.set(node.parent.id, []);
        parents.get(node.parent.id).push(node);
      }
    }
    for (const [parentId, nodes] of parents) this.#place(parentId, nodes);
    for (const id of touched.attributes) {
      const node = this.#model.get(id);
      if (!node || touched.structure.has(id)) continue;
      if (this.#isFrozen(id)) this.#deferred.attributes.add(id); else this.#syncAttributes(node);
    }
    for (const id of touched.content) {
      const node = this.#model.get(id);
      if (!node) continue;
      if (this.#isFrozen(id)) this.#deferred.content.add(id); else this.#syncContent(node);
    }
    this.#dress();
  }

  /** Where a font's family came or went, all that may name it is drawn with the name that counts now. */
  #dress() {
    if (!this.#sheets.isStale) return;
    this.#sheets.isStale = false;
    for (const [id, element] of this.#elements) {
      const node = this.#model.get(id);
      if (!node) continue; // gone from the model, and still in a hand
      if (element.localName === 'style') this.#fill(element, node);
      else if (!node.attributes.has('style') && !node.attributes.has('font-family')) continue;
      else if (this.#isFrozen(id)) this.#deferred.attributes.add(id);
      else this.#syncAttributes(node);
    }
  }

  /** From here on nothing changes these elements but the gesture that holds them. */
  freeze(ids) {
    for (const id of ids) {
      if (!this.#grounds.has(id)) this.#grounds.set(id, this.#stand(this.#elements.get(id)?.parentNode));
      this.#frozen.add(id);
    }
  }

  /** An element and all around it stay where they are, and there, until the returned function is called: somebody draws in it. What else is in them goes on changing. */
  hold(id) {
    const release = this.#stand(this.#elements.get(id));
    return () => { release(); this.#catchUp(); };
  }

  /** Whether a gesture holds this element or something in it, so that nothing else may move it. */
  isHeld(id) { return this.#frozen.has(id) || this.#standing.has(id); }

  /** Whether the model has other attributes by now for what a gesture holds. */
  isOutdated(id) {
    if (!this.#deferred.attributes.has(id) && !this.#deferred.structure.has(id)) return false;
    const node = this.#model.get(id), element = this.#elements.get(id);
    const counts = name => name !== 'style' && name !== 'id'; // of both the element has its own
    if (!node || !element) return false;
    return Array.from(node.attributes).some(([name, value]) => counts(name) && element.getAttribute(name) !== this.#sheets.dress(name, value))
      || Array.from(element.attributes).some(({ name }) => counts(name) && !node.attributes.has(name));
  }

  #stand(element) {
    const ids = [];
    for (let at = element; at && at !== this.#shadow; at = at.parentNode) if (at[OWNER] !== undefined) ids.push(at[OWNER]);
    for (const id of ids) this.#standing.set(id, (this.#standing.get(id) ?? 0) + 1);
    return () => {
      for (const id of ids.splice(0)) {
        const count = this.#standing.get(id) - 1;
        if (count) { this.#standing.set(id, count); continue; }
        this.#standing.delete(id);
        // What a preview has left there that ended meanwhile.
        for (const property of ['translate', 'scale', 'transform']) this.#elements.get(id)?.style.removeProperty(property);
        this.#deferred.attributes.add(id);
      }
    };
  }

  /** The gesture is over: what came meanwhile is drawn now. */
  thaw(ids) {
    for (const id of ids) {
      this.#frozen.delete(id);
      this.#grounds.get(id)?.();
      this.#grounds.delete(id);
    }
    this.#catchUp();
    for (const id of ids) this.decorate?.(id);
  }

  #catchUp() {
    const deferred = this.#deferred;
    this.#deferred = new Touched();
    this.update(deferred);
  }

  /** Sets an element's attributes back to what the model says. */
  restore(id) {
    const node = this.#model?.get(id);
    if (!node) return;
    if (this.#isFrozen(id)) this.#deferred.attributes.add(id);
    else this.#syncAttributes(node);
  }

  /** Shows attribute values that the model does not have, until `restore`. */
  pretend(id, attributes) {
    const element = this.#elements.get(id);
    if (!element) return;
    for (const [name, value] of Object.entries(attributes)) this.#set(element, name, value, this.#model.get(id));
  }

  /** An element in the making, on top of its parent and not part of the model. */
  ghost(parentId, type, attributes, text) {
    const parent = this.#elements.get(parentId) ?? this.root;
    if (!isDrawable(type) || !parent) return null;
    const element = document.createElementNS(SVG_NAMESPACE, type);
    element.style.pointerEvents = 'none';
    const scope = this.#model.get(parentId) ?? this.#model.root;
    for (const [name, value] of Object.entries(attributes)) this.#set(element, name, value, scope);
    if (text) element.textContent = text;
    parent.append(element);
    this.#ghosts.add(element);
    return { element, set: changes => { for (const [name, value] of Object.entries(changes)) this.#set(element, name, value, scope); }, remove: () => { this.#ghosts.delete(element); element.remove(); } };
  }

  /**
   * Puts many siblings into one layer for a gesture: one transform a frame instead of thousands. Without `will-change`: a composited layer inside the
   * drawing made Chromium spend 80 ms a frame on sorting 10,000 elements into layers, painting them takes 7.
   */
  lift(elements) {
    const layer = document.createElementNS(SVG_NAMESPACE, 'g');
    const last = elements.at(-1);
    last.after(layer);
    for (const element of elements) layer.append(element);
    this.#ghosts.add(layer);
    return layer;
  }

  /** Puts lifted elements back where they were. */
  settle(layer) {
    const parent = layer.parentNode;
    const ids = Array.from(layer.children, child => child[OWNER]).filter(id => id !== undefined);
    layer.replaceWith(...layer.childNodes);
    this.#ghosts.delete(layer);
    const node = this.#model.get(parent[OWNER]);
    if (node) this.#order(node, parent);
    return ids;
  }

  #isFrozen(id) {
    if (this.#standing.has(id)) return true;
    if (!this.#frozen.size) return false;
    if (this.#frozen.has(id)) return true;
    for (let at = this.#elements.get(id)?.parentNode ?? this.#elements.get(this.#model.get(id)?.parent?.id); at && at !== this.#shadow; at = at.parentNode) {
      if (this.#frozen.has(at[OWNER])) return true;
    }
    return false;
  }

  #drop(id) {
    const element = this.#elements.get(id);
    if (element?.localName === 'style') this.#sheets.drop(element);
    element?.remove();
    this.#elements.delete(id);
  }

  #build(node) {
    const existing = this.#elements.get(node.id);
    if (existing) return existing;
    const element = this.#shell(node);
    if (element) this.#fill(element, node);
    return element;
  }

  /** An element with its attributes and without what is in it; null for what is not drawn. */
  #shell(node) {
    const name = localName(node);
    if (node.namespace !== SVG_NAMESPACE || !isDrawable(name)) return null;
    const element = document.createElementNS(SVG_NAMESPACE, name);
    element[OWNER] = node.id;
    this.#elements.set(node.id, element);
    if (!node.attributes.has('id')) element.id = node.id; // so that url(#...) and href find what a tool created
    for (const [attribute, value] of node.attributes) this.#set(element, attribute, value, node);
    return element;
  }

  #fill(element, node) {
    if (element.localName === 'style') {
      const text = node.children.filter(child => child.kind === 'text' || child.kind === 'cdata').map(child => child.value).join('');
      element.textContent = this.#sheets.take(element, safeSheet(text));
      return;
    }
    for (const child of node.children) {
      if (child.id !== undefined) { const built = this.#build(child); if (built) element.append(built); }
      else if (isShown(child, element)) element.append(child.value);
    }
  }

  *#fillGradually(element, node) {
    if (element.localName === 'style') { this.#fill(element, node); return; }
    for (const child of node.children) {
      if (child.id === undefined) { if (isShown(child, element)) element.append(child.value); continue; }
      const built = this.#shell(child);
      if (!built) continue;
      element.append(built);
      yield;
      if (child.children.length) yield* this.#fillGradually(built, child);
    }
  }

  #syncAttributes(node) {
    const element = this.#elements.get(node.id);
    if (!element) return;
    for (const { name } of Array.from(element.attributes)) {
      if (!node.attributes.has(name) && !(name === 'id' && element.id === node.id)) element.removeAttribute(name);
    }
    for (const [name, value] of node.attributes) if (element.getAttribute(name) !== this.#sheets.dress(name, value)) this.#set(element, name, value, node);
    if (node === this.#model.root) element.style.overflow = 'visible';
    this.decorate?.(node.id);
  }

  #syncContent(node) {
    const element = this.#elements.get(node.id);
    if (!element) return;
    if (element.localName === 'style') { this.#fill(element, node); return; }
    for (const child of Array.from(element.childNodes)) if (child.nodeType === Node.TEXT_NODE) child.remove();
    if (node.children.some(child => isShown(child, element))) this.#order(node, element);
  }

  #place(parentId, nodes) {
    const parent = this.#elements.get(parentId);
    const model = this.#model.get(parentId);
    if (!parent || !model) return;
    if (nodes.length > ONE_PASS_FROM || (!WITHOUT_WORDS.has(parent.localName) && model.children.some(child => isShown(child, parent)))) { this.#syncContent(model); this.#order(model, parent); return; }
    // The last goes first: what each is put before has its own place by then.
    const places = nodes.map(node => ({ node, at: model.children.indexOf(node) })).sort((a, b) => b.at - a.at);
    for (const { node, at } of places) {
      const element = this.#build(node);
      if (!element) continue;
      let next = null;
      for (let i = at + 1; i < model.children.length && !next; i++) {
        const sibling = this.#elements.get(model.children[i].id);
        if (sibling?.parentNode === parent) next = sibling;
      }
      next ??= this.#firstGhost(parent);
      if (element.parentNode !== parent || element.nextSibling !== next) parent.insertBefore(element, next);
    }
  }

  #firstGhost(parent) {
    for (const ghost of this.#ghosts) if (ghost.parentNode === parent && ghost === parent.lastElementChild) return ghost;
    return null;
  }

  #set(element, name, value, scope) {
    if (value === null || value === undefined) { element.removeAttribute(name); return; }
    const text = String(value);
    const namespace = attributeNamespace(element.localName, name, text, namespaceOf(scope, name));
    if (namespace === undefined) { if (element.hasAttribute(name)) element.removeAttribute(name); return; }
    try {
      element.setAttributeNS(namespace, name, this.#sheets.dress(name, text));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // a name that XML allows and the DOM does not: not drawable
    }
  }

  /** One pass over all children; text nodes that are missing are made anew. */
  #order(model, parent) {
    const skip = node => { while (node && this.#ghosts.has(node)) node = node.nextSibling; return node; };
    const hasText = Array.prototype.some.call(parent.childNodes, child => child.nodeType === Node.TEXT_NODE);
    let last = null;
    for (const child of model.children) {
      let dom = null;
      if (child.id !== undefined) {
        dom = this.#build(child);
        if (!dom || this.#ghosts.has(dom.parentNode)) continue; // not drawn, or lifted for a gesture
      } else if (!isShown(child, parent)) continue;
      // Looked up anew each time: building a group takes children that stood here into it.
      const next = skip(last ? last.nextSibling : parent.firstChild);
      if (!dom) {
        if (hasText) { if (next?.nodeType === Node.TEXT_NODE) last = next; continue; }
        dom = document.createTextNode(child.value);
      }
      if (dom !== next) parent.insertBefore(dom, next);
      last = dom;
    }
  }
}

const isShown = (child, parent) => (child.kind === 'text' || child.kind === 'cdata') && !WITHOUT_WORDS.has(parent.localName);

const localName = node => node.name.slice(node.name.indexOf(':') + 1);
