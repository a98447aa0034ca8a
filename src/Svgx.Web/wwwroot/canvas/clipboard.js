// Copy, paste and duplicate: SVG text in, SVG text out, `create` operations in between. The server sanitises what is pasted.
import { namespaceOf, newId, SVG_NAMESPACE } from '../client/svgx-client.js';

/** A subtree above this size is created element by element, so that every message stays below the server's limit. */
const ONE_CREATE = 256 << 10;
const MOST_ELEMENTS = 20_000;
const OFFSET = 16;
const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';
const PREFIXES = new Map([['http://www.w3.org/1999/xlink', 'xlink'], ['http://www.w3.org/XML/1998/namespace', 'xml']]); // whatever a drawing calls them

/** The elements as an SVG document of their own. */
export function toSvgText(model, ids) {
  const out = document.implementation.createDocument(SVG_NAMESPACE, 'svg', null);
  const root = model.root;
  for (const [name, value] of root.attributes) {
    if (name.startsWith('xmlns:')) out.documentElement.setAttributeNS(XMLNS_NAMESPACE, name, value);
    if (name === 'viewBox' || name === 'width' || name === 'height') out.documentElement.setAttribute(name, value);
  }
  out.documentElement.setAttribute('data-svgx', 'fragment');
  for (const id of ids) out.documentElement.append(toDom(model.get(id), out));
  return new XMLSerializer().serializeToString(out);
}

function toDom(node, out) {
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

/** What pasting SVG text would create, `{operations, ids}`; null where the text is no SVG. */
export function fromSvgText(text, model, parentId, centre) {
  const parsed = parse(text);
  if (!parsed) return null;
  const names = renaming(parsed, model);
  const shapes = Array.from(parsed.children).map(child => toData(child, names)).filter(Boolean);
  if (!shapes.length) return null;
  if (count(shapes) > MOST_ELEMENTS) return { operations: [], ids: [], tooMany: true };
  const own = parsed.getAttribute('data-svgx') === 'fragment';
  const tops = own ? shapes : [wrap(parsed, shapes, centre)];
  const operations = [];
  for (const shape of tops) create(shape, parentId, operations);
  const ids = tops.filter(shape => !['defs', 'style', 'title', 'desc', 'metadata'].includes(shape.type)).map(shape => shape.element_id);
  if (own) for (const id of ids) operations.push({ operation_type: 'move', element_id: id, data: { dx: OFFSET, dy: OFFSET } });
  return { operations, ids };
}

function parse(text) {
  const source = text.trim();
  if (!source.startsWith('<')) return null;
  const attempts = /<svg[\s>]/.test(source) ? [source] : [`<svg xmlns="${SVG_NAMESPACE}" xmlns:xlink="http://www.w3.org/1999/xlink">${source}</svg>`];
  // Fragments from web pages often leave the namespace out.
  if (!/xmlns\s*=/.test(source)) attempts.push(source.replace(/<svg/, `<svg xmlns="${SVG_NAMESPACE}" xmlns:xlink="http://www.w3.org/1999/xlink"`));
  for (const attempt of attempts) {
    const root = new DOMParser().parseFromString(attempt, 'image/svg+xml').documentElement;
    if (root.localName === 'svg' && root.namespaceURI === SVG_NAMESPACE && !root.querySelector('parsererror')) return root;
  }
  return null;
}

/** Ids that are taken already get new ones, and everything that refers to them follows. */
function renaming(root, model) {
  const names = new Map();
  for (const element of root.querySelectorAll('[id]')) {
    const id = element.getAttribute('id');
    if (names.has(id)) continue;
    names.set(id, model.get(id) || !/^[A-Za-z_][\w.-]{0,120}$/.test(id) ? newId() : id);
  }
  return names;
}

function renamed(value, names) {
  return value.replace(/url\(\s*(["']?)#([^"')]+)\1\s*\)/g, (whole, quote, id) => (names.has(id) ? `url(#${names.get(id)})` : whole));
}

function toData(element, names, used = names.used ??= new Set()) {
  if (element.namespaceURI !== SVG_NAMESPACE || element.localName === 'script' || element.localName === 'foreignObject') return null;
  const data = { type: element.localName, element_id: names.get(element.getAttribute('id')) ?? newId() };
  if (used.has(data.element_id)) data.element_id = newId(); // an id used twice names its first element
  used.add(data.element_id);
  const attributes = {};
  for (const { name: own, namespaceURI, localName: local, value } of element.attributes) {
    if (own === 'id' || namespaceURI === XMLNS_NAMESPACE || /^on/i.test(own)) continue;
    if (namespaceURI !== null && !PREFIXES.has(namespaceURI)) continue;
    const name = general(own, namespaceURI);
    attributes[name] = local === 'href' && value.startsWith('#') && names.has(value.slice(1)) ? `#${names.get(value.slice(1))}` : renamed(value, names);
  }
  data.attributes = attributes;
  const mixed = element.children.length > 0;
  const children = [];
  for (const child of element.childNodes) {
    if (child.nodeType === Node.ELEMENT_NODE) { const each = toData(child, names, used); if (each) children.push(each); }
    else if (mixed && RUNNING.has(element.localName) && isText(child)) children.push({ text: child.nodeValue });
  }
  if (children.length) data.children = children;
  if (!mixed && element.textContent) {
    data.text = element.localName === 'style'
      ? renamed(element.textContent, names).replace(/#([A-Za-z_][\w.-]*)(?=[^{};]*\{)/g, (whole, id) => (names.has(id) ? `#${names.get(id)}` : whole))
      : element.textContent;
  }
  return data;
}

const RUNNING = new Set(['text', 'tspan', 'textPath', 'a']);
const isText = node => (node.nodeType === Node.TEXT_NODE || node.nodeType === Node.CDATA_SECTION_NODE) && node.nodeValue !== '';

const count = shapes => shapes.reduce((sum, shape) => sum + 1 + count(shape.children ?? []), 0);

/** A drawing from elsewhere comes as one group, in its own size, in the middle of the view. */
function wrap(root, shapes, centre) {
  const [x = 0, y = 0, width = 0, height = 0] = (root.getAttribute('viewBox') ?? '').trim().split(/[\s,]+/).map(Number).filter(Number.isFinite);
  const shownWidth = parseFloat(root.getAttribute('width')) || width || 0;
  const shownHeight = parseFloat(root.getAttribute('height')) || height || 0;
  const scale = width && shownWidth && !/%/.test(root.getAttribute('width') ?? '') ? shownWidth / width : 1;
  const look = Object.fromEntries(Array.from(root.attributes).filter(({ name }) => /^(fill|stroke|font|color|opacity|style|class|text-anchor)/.test(name)).map(({ name, value }) => [name, value]));
  if (shapes.length === 1 && !Object.keys(look).length && !width && !shownWidth) return shapes[0];
  const tx = centre.x - (shownWidth / 2) - x * scale, ty = centre.y - (shownHeight / 2) - y * scale;
  const number = value => Number(value.toFixed(3));
  const transform = `translate(${number(tx)} ${number(ty)})${scale !== 1 ? ` scale(${number(scale)})` : ''}`;
  return { type: 'g', element_id: newId(), attributes: { ...look, transform }, children: shapes };
}

function create(shape, parentId, operations) {
  const { element_id, ...data } = flat(shape);
  // Running text has no place of its own outside the element it is in.
  if (JSON.stringify(data).length <= ONE_CREATE || !shape.children || shape.children.some(child => child.type === undefined)) {
    operations.push({ operation_type: 'create', element_id, data: { ...data, parent_id: parentId } });
    return;
  }
  delete data.children;
  operations.push({ operation_type: 'create', element_id, data: { ...data, parent_id: parentId } });
  for (const child of shape.children) create(child, element_id, operations);
}

/** Attributes beside the reserved names, as `create` takes them. */
function flat({ attributes, children, ...rest }) {
  const data = { ...attributes, ...rest };
  if (attributes?.type !== undefined) { data.tag = rest.type; data.type = attributes.type; }
  if (children) data.children = children.map(flat);
  return data;
}
