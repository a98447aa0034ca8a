// An element as DOM that any program reads, and DOM as `create` takes it.
import { namespaceOf, newId, SVG_NAMESPACE } from '../client/svgx-client.js';
import { isDrawable } from './safety.js';

export const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';
const PREFIXES = new Map([['http://www.w3.org/1999/xlink', 'xlink'], ['http://www.w3.org/XML/1998/namespace', 'xml']]); // whatever a drawing calls them

/** An element of a drawing, with what is in it. */
export function toDom(node, out) {
  const element = out.createElementNS(node.namespace, node.name);
  for (const [name, value] of node.attributes) {
    const namespace = namespaceOf(node, name);
    // Other programs' metadata stays in the drawing it belongs to.
    if (!name.includes(':')) element.setAttribute(name, value);
    else if (PREFIXES.has(namespace)) element.setAttributeNS(namespace, general(name, namespace), value);
  }
  if (!element.hasAttribute('id')) element.setAttribute('id', node.id);
  for (const child of node.children) {
    if (child.id !== undefined) element.append(toDom(child, out));
    else if (child.kind === 'text' || child.kind === 'cdata') element.append(child.value);
  }
  return element;
}

/** An attribute's name as any drawing understands it. */
const general = (name, namespace) => (PREFIXES.has(namespace) ? `${PREFIXES.get(namespace)}:${name.slice(name.indexOf(':') + 1)}` : name);

/** The ids that an element and what is in it refer to for how they are drawn. */
export function referencesIn(element) {
  const ids = new Set();
  for (const each of [element, ...element.querySelectorAll('*')]) {
    for (const { localName: local, value } of each.attributes) {
      if (local === 'href') { if (value.startsWith('#') && each.localName !== 'a') ids.add(value.slice(1)); }
      else if (value.includes('url(')) for (const [, , id] of value.matchAll(REFERENCE)) ids.add(id);
    }
    if (each.localName === 'style') for (const [, , id] of each.textContent.matchAll(REFERENCE)) ids.add(id);
  }
  return ids;
}

const REFERENCE = /url\(\s*(["']?)#([^"')]+)\1\s*\)/g;
/** All that stands before a bracket or a semicolon, so that a sheet is read once, however long the fonts in it: before an opening bracket it is a list of selectors. */
const PRELUDES = /([^{};]+)([{};]|$)/g;
const ID = /#([\w\u0080-\uffff-]+)/g;
const CLASS = /\.(-?[A-Za-z_\u0080-\uffff][\w\u0080-\uffff-]*)/g;

/** What ids and classes are called in a drawing: those that are taken there already get new names, and everything that refers to them follows. */
export class Names {
  #ids = new Map();
  #classes = new Map();
  #used = new Set();
  #isForeign = false;
  /** The class of what comes together, where a sheet in it would else mean all of the drawing; null where none does. */
  scope = null;

  /** The names for what stands in `root`. The classes of a drawing's own copies mean what they mean in it. */
  static in(model, root, isFromHere) {
    const names = new Names();
    for (const element of root.querySelectorAll('[id]')) {
      const id = element.getAttribute('id');
      if (!names.#ids.has(id)) names.#ids.set(id, model.get(id) || !/^[A-Za-z_][\w.-]{0,120}$/.test(id) ? newId() : id);
    }
    names.#isForeign = !isFromHere;
    const classes = isFromHere ? [] : Array.from(root.querySelectorAll('style'), style => classesIn(style.textContent)).flat();
    if (classes.length) {
      const taken = classesOf(model);
      for (const name of classes) if (taken.has(name)) names.#classes.set(name, newId('c'));
    }
    return names;
  }

  /** Those that an element and what is in it have. */
  static own(element) {
    const names = new Names();
    for (const { id } of [element, ...element.querySelectorAll('[id]')]) names.#ids.set(id, id);
    return names;
  }

  /** The id that an element gets; one that stands twice names its first element. */
  take(id) {
    let name = this.#ids.get(id) ?? newId();
    if (this.#used.has(name)) name = newId();
    this.#used.add(name);
    return name;
  }

  /** An attribute's value with the names that count now. */
  value(local, value) {
    if (local === 'class' && this.#classes.size) return value.split(/\s+/).map(name => this.#classes.get(name) ?? name).join(' ');
    if (local === 'href' && value.startsWith('#')) return `#${this.#ids.get(value.slice(1)) ?? value.slice(1)}`;
    return value.replace(REFERENCE, (whole, quote, id) => (this.#ids.has(id) ? `url(#${this.#ids.get(id)})` : whole));
  }

  sheet(text) {
    const plain = this.value('style', text).replace(/\/\*[^]*?\*\//g, '');
    return plain.replace(PRELUDES, (whole, list, end) => (end !== '{' || /^\s*(@|from\b|to\b|[\d.]+%)/.test(list) ? whole : `${list.split(/,(?![^([]*[)\]])/).map(each => this.#selector(each)).join(',')}{`));
  }

  #selector(text) {
    const selector = text.replace(ID, (whole, id) => `#${this.#ids.get(id) ?? id}`).replace(CLASS, (whole, name) => `.${this.#classes.get(name) ?? name}`);
    // Kinds of elements, such as all rectangles, mean those that come with the sheet.
    return !this.#isForeign || /[.#]/.test(text) ? selector : `.${this.scope ??= newId('c')} ${selector.trim().replace(/^(svg|:root)\b/, '')}`;
  }
}

const classesIn = sheet => Array.from(sheet.matchAll(PRELUDES)).flatMap(([, list, end]) => (end === '{' ? Array.from(list.matchAll(CLASS), ([, name]) => name) : []));

function classesOf(model) {
  const classes = new Set();
  for (const node of model.elements.values()) {
    for (const name of node.attributes.get('class')?.split(/\s+/) ?? []) classes.add(name);
    if (node.name === 'style') for (const child of node.children) if (child.value) for (const name of classesIn(child.value)) classes.add(name);
  }
  return classes;
}

/** An element as `create` takes it; null for what has no place in a drawing, or draws nothing. */
export function toData(element, names) {
  // One element that the server refuses would refuse the whole paste.
  if (element.namespaceURI !== SVG_NAMESPACE || !isDrawable(element.localName)) return null;
  if (element.localName in NEEDED && !element.getAttribute(NEEDED[element.localName])?.trim()) return null;
  const data = { type: element.localName, element_id: names.take(element.getAttribute('id')), attributes: attributesOf(element, names) };
  const mixed = element.children.length > 0;
  const children = [];
  for (const child of element.childNodes) {
    if (child.nodeType === Node.ELEMENT_NODE) { const each = toData(child, names); if (each) children.push(each); }
    else if (mixed && RUNNING.has(element.localName) && isText(child)) children.push({ text: child.nodeValue });
  }
  if (children.length) data.children = children;
  if (data.type === 'text') data.text = ''; // else `create` writes "Text"
  if (!mixed && element.textContent) data.text = element.localName === 'style' ? names.sheet(element.textContent) : element.textContent;
  return data;
}

export function attributesOf(element, names) {
  const attributes = {}, kind = element.localName;
  for (const { name, namespaceURI, localName: local, value } of element.attributes) {
    if (name === 'id' || namespaceURI === XMLNS_NAMESPACE || /^on/i.test(name)) continue;
    if (namespaceURI !== null && !PREFIXES.has(namespaceURI)) continue;
    if (RESERVED.has(name) || (PLACELESS.has(kind) && (name === 'x' || name === 'y'))) continue;
    attributes[general(name, namespaceURI)] = names.value(local, value);
  }
  for (const [name, value] of Object.entries(UNSAID[kind]?.(attributes) ?? {})) attributes[name] ??= value;
  return attributes;
}

// `create` gives a new element what its author left out, so that it can be seen. A copy looks like its original: what is left out there means this.
const UNSAID = {
  rect: () => ({ width: '0', height: '0' }),
  circle: () => ({ r: '0' }),
  ellipse: ({ rx = '0', ry = '0' }) => ({ rx: ry, ry: rx }), // one of them counts for both; browsers do not read the "auto" that says so
  line: () => ({ x1: '0', y1: '0', x2: '0', y2: '0', stroke: 'inherit' }),
};
/** To `create` their `x` and `y` are a place, to SVG they are nothing. */
const PLACELESS = new Set(['circle', 'ellipse', 'line', 'path', 'polyline', 'polygon', 'g']);
/** Without it they draw nothing, and `create` refuses them. */
const NEEDED = { path: 'd', polyline: 'points', polygon: 'points' };
/** To `create` these are no attributes. */
const RESERVED = new Set(['tag', 'element_id', 'parent_id', 'before', 'index', 'text', 'children']);

const RUNNING = new Set(['text', 'tspan', 'textPath', 'a']);
const isText = node => (node.nodeType === Node.TEXT_NODE || node.nodeType === Node.CDATA_SECTION_NODE) && node.nodeValue !== '';
