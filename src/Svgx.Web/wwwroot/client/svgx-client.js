// The Svgx client: joins a document over the protocol of docs/protocol.md and keeps a live copy of its drawing. One module without dependencies,
// for browsers and for Node 22 and later (20 with --experimental-websocket, or with a WebSocket passed in). Types and documentation: svgx-client.d.ts beside this file.

export const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';

// ---------------------------------------------------------------------------------------------------------------------------------- sort keys

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A key that sorts between two others by code unit; null stands for an open end. The server's keys come from the same rules. */
export function keyBetween(left, right) {
  left ??= '';
  if (right == null) return keyAfter(left);
  let at = 0;
  while (at < left.length && left[at] === right[at]) at++;
  if (at === left.length) return left + keyBefore(right.slice(at));
  const low = DIGITS.indexOf(left[at]), middle = (low + DIGITS.indexOf(right[at])) >> 1;
  return middle > low ? left.slice(0, at) + DIGITS[middle] : left.slice(0, at + 1) + keyAfter(left.slice(at + 1));
}

/** Counts down at the front: a key that begins with n times "0" in its next n digits, from their middle on. */
function keyBefore(right) {
  let zeros = 0;
  while (right[zeros] === '0') zeros++;
  if (zeros === 0) return DIGITS.indexOf(right[0]) > 1 ? DIGITS[DIGITS.indexOf(right[0]) >> 1] : right.length > 1 ? '1' : '0V';
  const digits = [...right.padEnd(zeros * 2, '0').slice(0, zeros * 2)];
  if (right.length <= digits.length) {
    let at = digits.length - 1;
    while (digits[at] === '0' && at > zeros) digits[at--] = 'z';
    digits[at] = DIGITS[Math.max(0, DIGITS.indexOf(digits[at]) - 1)];
  }
  return digits[zeros] === '0' ? `${'0'.repeat(zeros + 1)}V` : digits.join('').replace(/0+$/, '');
}

/** Counts on at the open end: a key that begins with n times "z" in its next n + 1 digits, so that a long row of appended siblings keeps short keys. */
function keyAfter(left) {
  let full = 0;
  while (left[full] === 'z') full++;
  const digits = Array.from({ length: full * 2 + 1 }, (_, i) => left[i] ?? '0');
  do {
    let at = digits.length - 1;
    while (digits[at] === 'z') digits[at--] = '0';
    digits[at] = DIGITS[DIGITS.indexOf(digits[at]) + 1];
  } while (digits.at(-1) === '0');
  return digits.join('');
}

/** Keys for a row of new siblings, ascending and all of one length. */
export function keySequence(count) {
  let width = 1;
  for (let room = 61; room < count; room *= 62) width++;
  return Array.from({ length: count }, (_, i) => {
    let rest = i + Math.floor(i / 61) + 1; // leaves out the multiples of 62, which would end in "0"
    let key = '';
    for (let at = 0; at < width; at++) { key = DIGITS[rest % 62] + key; rest = Math.floor(rest / 62); }
    return key;
  });
}

// ---------------------------------------------------------------------------------------------------------------------------------- the drawing

/** What a change made out of date, for a view that keeps up with the model. */
export class Touched {
  structure = new Set();  // ids that came, went or changed place
  attributes = new Set(); // ids whose attributes changed
  content = new Set();    // ids whose own text changed
  get isEmpty() { return this.structure.size + this.attributes.size + this.content.size === 0; }
}

/** A change that does not fit the drawing it was applied to. */
export class ChangeError extends Error {
  constructor(code, message) { super(message); this.name = 'ChangeError'; this.code = code; }
}

const CONTENT_KINDS = ['text', 'cdata', 'comment', 'pi'];

/** The tree of a drawing: elements by id, siblings in the order of their keys. */
export class DocumentModel {
  root = null;
  elements = new Map();
  #sheets = new Map(); // the ids of style sheets -> whether each refers to something of the drawing

  /** Reads the JSON of a `document` message. */
  static from(content) {
    const model = new DocumentModel();
    model.root = model.#build(content.root, null);
    return model;
  }

  get(id) { return this.elements.get(id); }

  /** Whether a style sheet of the drawing refers to something of it, as to a gradient. */
  get refersInSheets() { return [...this.#sheets.values()].includes(true); }

  #noteSheet(node) {
    if (isSvg(node) && localName(node) === 'style') this.#sheets.set(node.id, node.children.some(({ kind, value }) => ['text', 'cdata'].includes(kind) && /url\(\s*["']?#/i.test(value)));
  }

  /** Applies all changes or none; returns the changes that take them back. */
  apply(changes, touched = new Touched()) {
    const inverse = [];
    try {
      for (const change of changes) inverse.push(this.#applyOne(change, touched));
    } catch (error) {
      for (const change of inverse.reverse()) this.#applyOne(change, touched);
      throw error;
    }
    return inverse.reverse();
  }

  /** Whether one element is another's ancestor or that element itself. */
  isWithin(node, ancestor) {
    for (let at = node; at; at = at.parent) if (at === ancestor) return true;
    return false;
  }

  #require(id, code = 'unknown_element') {
    const node = this.elements.get(id);
    if (!node) throw new ChangeError(code, `There is no element "${id}".`);
    return node;
  }

  #applyOne(change, touched) {
    switch (change.change) {
      case 'set': return this.#set(change, touched);
      case 'insert': return this.#insert(change, touched);
      case 'remove': return this.#remove(change, touched);
      case 'place': return this.#place(change, touched);
      case 'content': return this.#content(change, touched);
      default: throw new ChangeError('unknown_change', `There is no change "${change.change}".`);
    }
  }

  #set({ element_id, attributes }, touched) {
    const node = this.#require(element_id);
    const former = {};
    for (const [name, value] of Object.entries(attributes)) {
      former[name] = node.attributes.get(name) ?? null;
      if (value === null) node.attributes.delete(name); else node.attributes.set(name, value);
    }
    touched.attributes.add(element_id);
    return { change: 'set', element_id, attributes: former };
  }

  #insert({ parent_id, node: content }, touched) {
    const parent = this.#require(parent_id, 'unknown_parent');
    forEachElement(content, ({ element_id }) => {
      if (this.elements.has(element_id)) throw new ChangeError('duplicate_element_id', `There is an element "${element_id}" already.`);
    });
    insertByKey(parent.children, this.#build(content, parent));
    forEachElement(content, ({ element_id }) => touched.structure.add(element_id));
    return { change: 'remove', element_id: content.element_id };
  }

  #remove({ element_id }, touched) {
    const node = this.#require(element_id);
    if (node === this.root) throw new ChangeError('root_is_fixed', 'The root cannot be removed.');
    const content = serialize(node);
    node.parent.children.splice(node.parent.children.indexOf(node), 1);
    forEachElement(content, element => { this.elements.delete(element.element_id); this.#sheets.delete(element.element_id); touched.structure.add(element.element_id); });
    return { change: 'insert', parent_id: node.parent.id, node: content };
  }

  #place({ element_id, parent_id, key }, touched) {
    const node = this.#require(element_id);
    const parent = this.#require(parent_id, 'unknown_parent');
    if (node === this.root) throw new ChangeError('root_is_fixed', 'The root cannot be moved.');
    if (this.isWithin(parent, node)) throw new ChangeError('cycle', 'An element cannot be put into itself.');
    const inverse = { change: 'place', element_id, parent_id: node.parent.id, key: node.key };
    node.parent.children.splice(node.parent.children.indexOf(node), 1);
    node.parent = parent;
    node.key = key;
    insertByKey(parent.children, node);
    touched.structure.add(element_id);
    return inverse;
  }

  #content({ element_id, nodes }, touched) {
    const node = this.#require(element_id);
    const inverse = { change: 'content', element_id, nodes: contentOf(node) };
    node.children = node.children.filter(child => child.id !== undefined);
    for (const content of nodes) insertByKey(node.children, this.#build(content, node));
    this.#noteSheet(node);
    touched.content.add(element_id);
    return inverse;
  }

  #build(content, parent) {
    if (content.element_id === undefined) {
      const kind = CONTENT_KINDS.find(name => content[name] !== undefined);
      return { key: content.key, kind, value: content[kind], parent };
    }
    const node = {
      id: content.element_id, name: content.name, namespace: content.ns ?? SVG_NAMESPACE, key: content.key, parent,
      attributes: new Map(Object.entries(content.attributes ?? {})), children: [],
    };
    this.elements.set(node.id, node);
    if (content.children) {
      for (const child of content.children) node.children.push(this.#build(child, node));
      // Siblings come in order as a rule; a sort of what is sorted already costs next to nothing.
      node.children.sort(byKey);
    }
    this.#noteSheet(node);
    return node;
  }
}

/** By keys; of one key, characters before elements, and elements by id: the same nodes are in the same order however they came to be there. */
function byKey(a, b) {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  if (a.id === undefined || b.id === undefined) return (a.id === undefined ? 0 : 1) - (b.id === undefined ? 0 : 1);
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function insertByKey(siblings, node) {
  let low = 0, high = siblings.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byKey(siblings[middle], node) <= 0) low = middle + 1; else high = middle;
  }
  siblings.splice(low, 0, node);
}

const contentOf = node => node.children.filter(child => child.id === undefined).map(child => ({ key: child.key, [child.kind]: child.value }));

/** A node as the protocol writes it. */
export function serialize(node) {
  if (node.id === undefined) return { key: node.key, [node.kind]: node.value };
  const content = { element_id: node.id, name: node.name, key: node.key };
  if (node.namespace !== SVG_NAMESPACE) content.ns = node.namespace;
  if (node.attributes.size) content.attributes = Object.fromEntries(node.attributes);
  if (node.children.length) content.children = node.children.map(serialize);
  return content;
}

// Names of attributes, by the same rules as the server's.

const XLINK_NAMESPACE = 'http://www.w3.org/1999/xlink';
const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

/** Prefixes that operations may use without the file having declared them. */
const KNOWN_PREFIXES = new Map([
  ['xlink', XLINK_NAMESPACE], ['xml', XML_NAMESPACE], ['svg', SVG_NAMESPACE], ['arx', 'http://arxos.io/svgx'],
  ['inkscape', 'http://www.inkscape.org/namespaces/inkscape'], ['sodipodi', 'http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd'],
  ['rdf', 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'], ['cc', 'http://creativecommons.org/ns#'], ['dc', 'http://purl.org/dc/elements/1.1/'],
]);

/** The namespace of an attribute's name in an element; null where it has none, or a prefix that nobody declared. */
export function namespaceOf(node, name) {
  const colon = name.indexOf(':');
  if (colon <= 0) return null;
  const prefix = name.slice(0, colon);
  for (let at = node; at; at = at.parent) {
    const declared = at.attributes.get(`xmlns:${prefix}`);
    if (declared !== undefined) return declared;
  }
  return KNOWN_PREFIXES.get(prefix) ?? null;
}

/** Those of an element's names that mean one attribute with another name: under two prefixes of one namespace two names are one attribute. */
function spellings(node, name, names) {
  const namespace = namespaceOf(node, name);
  if (namespace === null) return [];
  const local = name.slice(name.indexOf(':') + 1);
  return [...names].filter(other => other.endsWith(`:${local}`) && namespaceOf(node, other) === namespace);
}

/** The declarations of prefixes that an element takes along into a parent where they would stand for something else. */
function takenAlong(node, parent) {
  const declares = at => at?.parent && ([...at.attributes.keys()].some(name => name.startsWith('xmlns:')) || declares(at.parent)); // the root's count everywhere
  if (parent === node.parent || (!declares(node.parent) && !declares(parent))) return [];
  const used = new Set();
  const collect = (element, outside) => {
    const declared = new Set(outside);
    for (const name of element.attributes.keys()) if (name.startsWith('xmlns:')) declared.add(name.slice(6));
    for (const name of element.attributes.keys()) {
      const prefix = name.slice(0, Math.max(0, name.indexOf(':')));
      if (prefix && prefix !== 'xmlns' && !declared.has(prefix)) used.add(prefix);
    }
    for (const child of element.children) if (child.id !== undefined) collect(child, declared);
  };
  collect(node, []);
  const attributes = {};
  for (const prefix of [...used].sort()) {
    const namespace = namespaceOf(node.parent, `${prefix}:`);
    if (namespace !== null && namespaceOf(parent, `${prefix}:`) !== namespace) attributes[`xmlns:${prefix}`] = namespace;
  }
  return Object.keys(attributes).length ? [{ change: 'set', element_id: node.id, attributes }] : [];
}

/** The value of an attribute in a namespace, under whatever prefix the drawing has for it; undefined where there is none. */
function valueIn(node, namespace, local) {
  for (const [name, value] of node.attributes) if (name.endsWith(`:${local}`) && namespaceOf(node, name) === namespace) return value;
  return undefined;
}

function forEachElement(content, action) {
  if (content.element_id === undefined) return;
  action(content);
  content.children?.forEach(child => forEachElement(child, action));
}

// ---------------------------------------------------------------------------------------------------------------------------------- geometry
// The same rules as the server's (docs/geometry.md). A prediction that differs lasts until the acknowledgement and no longer.

/** A plain number of user units, with or without `px`; absent or empty is 0, anything else NaN. */
const number = value => {
  if (value === undefined || value === null || value.trim() === '') return 0;
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?(px)?\s*$/i.test(value) ? parseFloat(value) : NaN;
};

const format = value => {
  const rounded = Math.round(value * 1e6) / 1e6;
  return String(Object.is(rounded, -0) ? 0 : rounded);
};

const PATH_ARGUMENTS = { m: 2, l: 2, h: 1, v: 1, c: 6, s: 4, q: 4, t: 2, a: 7, z: 0 };

/** Path data as commands with their numbers; null where it cannot be read. */
export function parsePath(data) {
  const segments = [];
  const scanner = /([MmLlHhVvCcSsQqTtAaZz])|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([\s,]+)|(.)/g;
  let command = null, numbers = [], first = true;
  const flush = () => {
    if (command === null) return numbers.length === 0;
    const count = PATH_ARGUMENTS[command.toLowerCase()];
    if (count === 0) { if (numbers.length) return false; segments.push({ command, numbers: [] }); return true; }
    if (!numbers.length || numbers.length % count) return false;
    for (let i = 0; i < numbers.length; i += count) {
      segments.push({ command, numbers: numbers.slice(i, i + count) });
      if (command === 'M') command = 'L';
      if (command === 'm') command = 'l';
    }
    return true;
  };
  // Flags of an arc may stand without anything between them and what follows.
  const inFlags = () => command !== null && command.toLowerCase() === 'a' && [3, 4].includes(numbers.length % 7);
  for (let match = scanner.exec(data); match; match = scanner.exec(data)) {
    if (match[1]) {
      if (first && match[1].toLowerCase() !== 'm') return null;
      if (!flush()) return null;
      first = false;
      command = match[1];
      numbers = [];
    } else if (match[2]) {
      if (command === null) return null;
      if (inFlags()) {
        if (!/^[01]/.test(match[2])) return null;
        numbers.push(Number(match[2][0]));
        scanner.lastIndex = match.index + 1;
      } else numbers.push(Number(match[2]));
    } else if (match[4]) return null;
  }
  return flush() ? segments : null;
}

/** Path data scaled and moved along the axes; null where that cannot be written as path data. */
export function mapPath(data, sx, sy, tx, ty) {
  const segments = parsePath(data);
  if (!segments) return null;
  let text = '';
  for (const [index, { command, numbers }] of segments.entries()) {
    const relative = command === command.toLowerCase() && index > 0; // a leading m is absolute
    const ox = relative ? 0 : tx, oy = relative ? 0 : ty;
    let mapped;
    switch (command.toLowerCase()) {
      case 'h': mapped = [numbers[0] * sx + ox]; break;
      case 'v': mapped = [numbers[0] * sy + oy]; break;
      case 'a': {
        const [rx, ry, rotation, large, sweep, x, y] = numbers;
        if (sx !== sy && rotation % 180 !== 0) return null;
        mapped = [rx * sx, ry * sy, rotation, large, sweep, x * sx + ox, y * sy + oy];
        break;
      }
      default: mapped = numbers.map((value, i) => (i % 2 ? value * sy + oy : value * sx + ox));
    }
    text += command + mapped.map(format).join(' ');
  }
  return text;
}

function mapPoints(points, sx, sy, tx, ty) {
  const numbers = points.split(/[ ,\t\r\n]+/).filter(Boolean).map(number);
  if (numbers.length % 2 || numbers.some(Number.isNaN)) return null;
  const pairs = [];
  for (let i = 0; i < numbers.length; i += 2) pairs.push(`${format(numbers[i] * sx + tx)},${format(numbers[i + 1] * sy + ty)}`);
  return pairs.join(' ');
}

const localName = node => node.name.slice(node.name.indexOf(':') + 1);
const isSvg = node => node.namespace === SVG_NAMESPACE;
const elementsOf = node => node.children.filter(child => child.id !== undefined);
const ANIMATIONS = new Set(['animate', 'animateMotion', 'animateTransform', 'set']);
const PAINTS = ['fill', 'stroke', 'clip-path', 'mask', 'filter', 'style'];

/**
 * Elements whose geometry attributes do not tell the whole: those with a transform, those whose paint or clip may be laid out in the element's own coordinates and
 * has to move along, and those that an animation moves. What a class makes of an element is not looked up: where a sheet refers to anything, it may be that.
 */
function isHeldByTransform(model, node) {
  return Boolean(node.attributes.get('transform')?.trim())
    || (node.attributes.has('class') && model.refersInSheets)
    || PAINTS.some(name => /url\(/i.test(node.attributes.get(name) ?? ''))
    || elementsOf(node).some(child => isSvg(child) && ANIMATIONS.has(localName(child)));
}

/** The attributes that map an element's own geometry along the axes; null where its `transform` has to. */
function mapGeometry(model, node, sx, sy, tx, ty) {
  if (!isSvg(node) || isHeldByTransform(model, node)) return null;
  const isMove = sx === 1 && sy === 1;
  const has = (...names) => names.every(name => node.attributes.has(name));
  const read = (...names) => {
    const values = names.map(name => number(node.attributes.get(name)));
    return values.every(Number.isFinite) ? values : null;
  };
  const write = values => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, format(value)]));
  const x = value => value * sx + tx, y = value => value * sy + ty;
  let n;
  switch (localName(node)) {
    case 'rect': case 'image': case 'svg':
      n = read('x', 'y', 'width', 'height');
      if (!n || (!isMove && !has('width', 'height'))) return null;
      return write({ x: x(n[0]), y: y(n[1]), ...(isMove ? {} : { width: n[2] * sx, height: n[3] * sy }) });
    case 'use':
      n = read('x', 'y');
      return isMove && n ? write({ x: x(n[0]), y: y(n[1]) }) : null;
    case 'circle':
      n = read('cx', 'cy', 'r');
      return sx === sy && n ? write({ cx: x(n[0]), cy: y(n[1]), ...(isMove ? {} : { r: n[2] * sx }) }) : null;
    case 'ellipse':
      n = read('cx', 'cy', 'rx', 'ry');
      if (!n || (!isMove && !has('rx', 'ry'))) return null;
      return write({ cx: x(n[0]), cy: y(n[1]), ...(isMove ? {} : { rx: n[2] * sx, ry: n[3] * sy }) });
    case 'line':
      n = read('x1', 'y1', 'x2', 'y2');
      return n ? write({ x1: x(n[0]), y1: y(n[1]), x2: x(n[2]), y2: y(n[3]) }) : null;
    case 'polyline': case 'polygon': {
      const points = mapPoints(node.attributes.get('points') ?? '', sx, sy, tx, ty);
      return points === null ? null : { points };
    }
    case 'path': {
      const d = mapPath(node.attributes.get('d') ?? '', sx, sy, tx, ty);
      return d === null ? null : { d };
    }
    case 'text':
      n = read('x', 'y');
      return isMove && !elementsOf(node).length && n ? write({ x: x(n[0]), y: y(n[1]) }) : null;
    default: return null;
  }
}

const LEADING_TRANSLATE = /^translate\s*\(\s*([-+.\deE]+)(?:[\s,]+([-+.\deE]+))?\s*\)/;

/** A map as a prefix of `transform`. A leading `translate` takes a further move into itself. */
function prefixTransform(node, sx, sy, tx, ty) {
  const own = (node.attributes.get('transform') ?? '').trim();
  const isMove = sx === 1 && sy === 1;
  const leading = isMove ? LEADING_TRANSLATE.exec(own) : null;
  const x = leading ? number(leading[1]) : NaN, y = leading ? number(leading[2]) : NaN;
  const join = (prefix, rest) => ({ transform: rest ? `${prefix} ${rest}` : prefix });
  if (Number.isFinite(x) && Number.isFinite(y)) return join(`translate(${format(x + tx)} ${format(y + ty)})`, own.slice(leading[0].length).replace(/^[ ,\t\r\n]+/, ''));
  return join(isMove ? `translate(${format(tx)} ${format(ty)})` : `matrix(${format(sx)} 0 0 ${format(sy)} ${format(tx)} ${format(ty)})`, own);
}

const multiply = (m, n) => [
  m[0] * n[0] + m[2] * n[1], m[1] * n[0] + m[3] * n[1], m[0] * n[2] + m[2] * n[3], m[1] * n[2] + m[3] * n[3],
  m[0] * n[4] + m[2] * n[5] + m[4], m[1] * n[4] + m[3] * n[5] + m[5],
];
const through = ([a, b, c, d, e, f], x, y) => [a * x + c * y + e, b * x + d * y + f];

/** The matrix of a `transform` attribute; null where it cannot be read. */
export function parseTransform(text = '') {
  let matrix = [1, 0, 0, 1, 0, 0], at = 0;
  for (const step of text.matchAll(/([a-zA-Z]+)\s*\(([^()]*)\)/g)) {
    const n = step[2].split(/[ ,\t\r\n]+/).filter(Boolean).map(Number);
    const next = n.every(Number.isFinite) && /^[\s,]*$/.test(text.slice(at, step.index)) ? transformStep(step[1], n) : null;
    if (!next) return null;
    matrix = multiply(matrix, next);
    at = step.index + step[0].length;
  }
  return /^[\s,]*$/.test(text.slice(at)) ? matrix : null;
}

function transformStep(name, n) {
  const turn = n[0] * Math.PI / 180;
  const rotation = [Math.cos(turn), Math.sin(turn), -Math.sin(turn), Math.cos(turn), 0, 0];
  switch (`${name} ${n.length}`) {
    case 'matrix 6': return n;
    case 'translate 1': return [1, 0, 0, 1, n[0], 0];
    case 'translate 2': return [1, 0, 0, 1, n[0], n[1]];
    case 'scale 1': return [n[0], 0, 0, n[0], 0, 0];
    case 'scale 2': return [n[0], 0, 0, n[1], 0, 0];
    case 'skewX 1': return [1, 0, Math.tan(turn), 1, 0, 0];
    case 'skewY 1': return [1, Math.tan(turn), 0, 1, 0, 0];
    case 'rotate 1': return rotation;
    case 'rotate 3': return multiply(multiply([1, 0, 0, 1, n[1], n[2]], rotation), [1, 0, 0, 1, -n[1], -n[2]]);
    default: return null;
  }
}

const boxAround = (x1, y1, x2, y2) => ({ x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) });

function join(a, b) {
  if (!a || !b) return a ?? b;
  const x = Math.min(a.x, b.x), y = Math.min(a.y, b.y);
  return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y };
}

const joinPoints = points => points.reduce((box, [x, y]) => join(box, { x, y, width: 0, height: 0 }), null);
const MAX_USE_DEPTH = 16;
const UNMEASURED = new Set(['defs', 'symbol', 'clipPath', 'mask', 'marker', 'pattern', 'style', 'title', 'desc', 'metadata']);

/**
 * The box around an element in its parent's coordinates, its transform included, strokes not; null where there is nothing to measure. Computed from the
 * attributes alone, as the server does: text is estimated, curves and arcs are measured exactly.
 */
export function boundsOf(model, node) { return measure(model, node, MAX_USE_DEPTH, new Map()); }

/** What is used is measured once, however often, and not in itself: groups that use each other tenfold, ten deep, are ten billion boxes. */
function measure(model, node, depth, used) {
  if (depth === 0 || !isSvg(node) || UNMEASURED.has(localName(node))) return null;
  if (depth === MAX_USE_DEPTH) return placed(model, node, depth, used);
  if (!used.has(node)) {
    used.set(node, null);
    used.set(node, placed(model, node, depth, used));
  }
  return used.get(node);
}

function placed(model, node, depth, used) {
  const own = ownBounds(model, node, depth, used);
  const matrix = own && parseTransform(node.attributes.get('transform'));
  if (!matrix) return own;
  const { x, y, width, height } = own;
  return joinPoints([[x, y], [x + width, y], [x, y + height], [x + width, y + height]].map(([px, py]) => through(matrix, px, py)));
}

function ownBounds(model, node, depth, used) {
  const read = (...names) => {
    const values = names.map(name => number(node.attributes.get(name)));
    return values.every(Number.isFinite) ? values : null;
  };
  let n;
  switch (localName(node)) {
    case 'rect': case 'image': case 'svg': return (n = read('x', 'y', 'width', 'height')) && { x: n[0], y: n[1], width: Math.abs(n[2]), height: Math.abs(n[3]) };
    case 'circle': return (n = read('cx', 'cy', 'r')) && boxAround(n[0] - n[2], n[1] - n[2], n[0] + n[2], n[1] + n[2]);
    case 'ellipse': return (n = read('cx', 'cy', 'rx', 'ry')) && boxAround(n[0] - n[2], n[1] - n[3], n[0] + n[2], n[1] + n[3]);
    case 'line': return (n = read('x1', 'y1', 'x2', 'y2')) && boxAround(...n);
    case 'polyline': case 'polygon': {
      const numbers = (node.attributes.get('points') ?? '').split(/[ ,\t\r\n]+/).filter(Boolean).map(number);
      if (numbers.length % 2 || numbers.some(Number.isNaN)) return null;
      return joinPoints(Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i], numbers[2 * i + 1]]));
    }
    case 'path': { const segments = parsePath(node.attributes.get('d') ?? ''); return segments && pathBounds(segments); }
    case 'text': {
      if (!(n = read('x', 'y'))) return null;
      const given = number(node.attributes.get('font-size'));
      const size = given > 0 ? given : 16;
      return { x: n[0], y: n[1] - size * 0.8, width: textLength(node) * size * 0.6, height: size };
    }
    case 'use': {
      const href = node.attributes.get('href') ?? valueIn(node, XLINK_NAMESPACE, 'href') ?? '';
      const target = href.startsWith('#') && (n = read('x', 'y')) ? model.get(href.slice(1)) : null;
      const box = target ? measure(model, target, depth - 1, used) : null;
      return box && { ...box, x: box.x + n[0], y: box.y + n[1] };
    }
    case 'g': case 'a': case 'switch': return elementsOf(node).reduce((box, child) => join(box, measure(model, child, depth, used)), null);
    default: return null;
  }
}

const textLength = node => node.children.reduce((sum, child) => sum + (child.id !== undefined ? textLength(child) : ['text', 'cdata'].includes(child.kind) ? child.value.trim().length : 0), 0);

/**
 * The exact box around a path: the ends of its segments, and of its curves and arcs the points in between where they turn back along an axis. In the server's
 * order of steps, so that both come to the same numbers.
 */
function pathBounds(segments) {
  let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
  const takeX = x => { left = Math.min(left, x); right = Math.max(right, x); };
  const takeY = y => { top = Math.min(top, y); bottom = Math.max(bottom, y); };
  let x0 = 0, y0 = 0, startX = 0, startY = 0, controlX = 0, controlY = 0, previous = '';
  const cubic = (x1, y1, x2, y2, x, y) => {
    cubicTurns(x0, x1, x2, x, takeX);
    cubicTurns(y0, y1, y2, y, takeY);
    controlX = x2;
    controlY = y2;
  };
  const quadratic = (x1, y1, x, y) => {
    quadraticTurn(x0, x1, x, takeX);
    quadraticTurn(y0, y1, y, takeY);
    controlX = x1;
    controlY = y1;
  };
  const smooth = kinds => (kinds.includes(previous) ? [2 * x0 - controlX, 2 * y0 - controlY] : [x0, y0]);
  for (const { command, numbers: n } of segments) {
    const kind = command.toLowerCase();
    const ox = command === kind ? x0 : 0, oy = command === kind ? y0 : 0;
    if (kind === 'z') { x0 = startX; y0 = startY; previous = kind; continue; }
    const x = kind === 'v' ? x0 : (kind === 'h' ? n[0] : n.at(-2)) + ox, y = kind === 'h' ? y0 : n.at(-1) + oy;
    switch (kind) {
      case 'm': startX = x; startY = y; break;
      case 'c': cubic(n[0] + ox, n[1] + oy, n[2] + ox, n[3] + oy, x, y); break;
      case 's': cubic(...smooth(['c', 's']), n[0] + ox, n[1] + oy, x, y); break;
      case 'q': quadratic(n[0] + ox, n[1] + oy, x, y); break;
      case 't': quadratic(...smooth(['q', 't']), x, y); break;
      case 'a': arcTurns(x0, y0, Math.abs(n[0]), Math.abs(n[1]), n[2] * Math.PI / 180, n[3] !== 0, n[4] !== 0, x, y, takeX, takeY); break;
    }
    takeX(x);
    takeY(y);
    x0 = x;
    y0 = y;
    previous = kind;
  }
  const width = right - left, height = bottom - top;
  return Number.isFinite(width) && Number.isFinite(height) ? { x: left, y: top, width, height } : null;
}

/** Where the derivative, a third of which is `a t² + b t + c`, has a root within the curve. */
function cubicTurns(p0, p1, p2, p3, take) {
  const a = p3 - 3 * p2 + 3 * p1 - p0, b = 2 * (p2 - 2 * p1 + p0), c = p1 - p0;
  const discriminant = b * b - 4 * a * c;
  if (!(discriminant >= 0)) return;
  // This form of the roots loses no digits where a is next to nothing; without any root it gives what is not between 0 and 1.
  const q = -(b + (b < 0 ? -Math.sqrt(discriminant) : Math.sqrt(discriminant))) / 2;
  for (const t of [q / a, c / q]) {
    if (!(t > 0 && t < 1)) continue;
    const s = 1 - t;
    take(s * s * s * p0 + 3 * s * s * t * p1 + 3 * s * t * t * p2 + t * t * t * p3);
  }
}

function quadraticTurn(p0, p1, p2, take) {
  const t = (p0 - p1) / (p0 - 2 * p1 + p2);
  if (!(t > 0 && t < 1)) return;
  const s = 1 - t;
  take(s * s * p0 + 2 * s * t * p1 + t * t * p2);
}

/** From ends to centre as in SVG 1.1, F.6.5 and F.6.6; then those of the ellipse's four outermost points that lie on the arc's side of its chord. */
function arcTurns(x0, y0, rx, ry, turn, isLarge, isSweep, x, y, takeX, takeY) {
  if (rx === 0 || ry === 0 || (x === x0 && y === y0)) return; // a line, or nothing at all
  const cos = rx === ry ? 1 : Math.cos(turn), sin = rx === ry ? 0 : Math.sin(turn); // a circle is the same however it is turned
  const halfX = (x0 - x) / 2, halfY = (y0 - y) / 2;
  // Half the chord, in a space where the ellipse is a circle of radius 1.
  const u = (cos * halfX + sin * halfY) / rx, v = (cos * halfY - sin * halfX) / ry;
  const square = u * u + v * v;
  if (!Number.isFinite(square)) return; // radii as good as 0
  if (square > 1) { // radii that do not reach are scaled until they do
    const scale = Math.sqrt(square);
    rx *= scale;
    ry *= scale;
  }
  // Half an ellipse has its centre on the chord: the root would make much of the last digit there, in which two machines may differ.
  let away = square < 1 - 1e-14 ? Math.sqrt((1 - square) / square) : 0;
  if (isLarge === isSweep) away = -away;
  const alongX = away * rx * v, alongY = -away * ry * u;
  const centreX = cos * alongX - sin * alongY + (x0 + x) / 2, centreY = sin * alongX + cos * alongY + (y0 + y) / 2;
  const reachX = Math.sqrt(rx * cos * rx * cos + ry * sin * ry * sin), reachY = Math.sqrt(rx * sin * rx * sin + ry * cos * ry * cos);
  const slant = (rx * rx - ry * ry) * cos * sin;
  const isOnArc = (px, py) => {
    const side = (x - x0) * (py - y0) - (y - y0) * (px - x0);
    return isSweep ? side < 0 : side > 0;
  };
  if (isOnArc(centreX - reachX, centreY - slant / reachX)) takeX(centreX - reachX);
  if (isOnArc(centreX + reachX, centreY + slant / reachX)) takeX(centreX + reachX);
  if (isOnArc(centreX - slant / reachY, centreY - reachY)) takeY(centreY - reachY);
  if (isOnArc(centreX + slant / reachY, centreY + reachY)) takeY(centreY + reachY);
}

/** The point that `x` and `y` of a move name: a text's anchor, the top left of any other element's box. */
function positionOf(model, node) {
  if (isSvg(node) && localName(node) === 'text') {
    const x = number(node.attributes.get('x')), y = number(node.attributes.get('y'));
    const matrix = parseTransform(node.attributes.get('transform'));
    if (Number.isFinite(x) && Number.isFinite(y)) { const [px, py] = matrix ? through(matrix, x, y) : [x, y]; return { x: px, y: py }; }
  }
  return boundsOf(model, node);
}

// ---------------------------------------------------------------------------------------------------------------------------------- prediction

const RESERVED = new Set(['type', 'tag', 'element_id', 'parent_id', 'before', 'index', 'text', 'children']);

/** The changes that the server will make of an operation, as far as they can be known here; null where only the server can tell. */
export function predictChanges(model, operation) {
  const data = operation.data ?? {};
  const node = model.get(operation.element_id);
  switch (operation.operation_type) {
    case 'create': return predictCreate(model, operation.element_id, data);
    case 'update': case 'property_update': return node ? predictUpdate(node, data) : null;
    case 'move': return node && node !== model.root ? predictMove(model, node, data) : null;
    case 'resize': return node ? predictResize(model, node, data) : null;
    case 'delete': return node && node !== model.root ? [{ change: 'remove', element_id: node.id }] : null;
    case 'layer_change': return node && node !== model.root ? predictPlace(model, node, data) : null;
    default: return null;
  }
}

const set = (node, attributes) => [{ change: 'set', element_id: node.id, attributes }];
const written = value => (value === null ? null : typeof value === 'number' ? format(value) : String(value));

function placeIn(parent, { before, index }, model, moving = null) {
  const elements = parent.children.filter(child => child.id !== undefined && child !== moving);
  const next = before !== undefined ? model.get(before) : index !== undefined ? elements[index] : null;
  if (next && next === moving) return moving.key;
  if (before !== undefined && next?.parent !== parent) return null;
  const siblings = parent.children.filter(child => child !== moving);
  const at = next ? siblings.indexOf(next) : siblings.length;
  let left = at - 1;
  while (next && siblings[left]?.key === next.key) left--; // there is no room between two of one key: in front of them all
  return keyBetween(siblings[left]?.key ?? null, siblings[at]?.key ?? null);
}

function predictCreate(model, elementId, data) {
  const parent = data.parent_id !== undefined ? model.get(data.parent_id) : model.root;
  if (!parent || !elementId || model.get(elementId)) return null;
  const key = placeIn(parent, data, model);
  const node = key === null ? null : createdNode(parent, elementId, data, key);
  return node && [{ change: 'insert', parent_id: parent.id, node }];
}

function createdNode(scope, elementId, data, key) {
  const name = data.tag ?? data.type ?? 'rect';
  const given = elementId === undefined ? {} : { id: elementId }; // an id that the server makes is no part of the drawing
  for (const [attribute, value] of Object.entries(data)) {
    if (value !== null && typeof value !== 'object' && attribute !== 'id' && (!RESERVED.has(attribute) || (attribute === 'type' && data.tag !== undefined))) given[spellings(scope, attribute, Object.keys(given))[0] ?? attribute] = written(value);
  }
  const attributes = completed(name, given);
  if (!attributes) return null;
  const node = { element_id: elementId ?? newId(), name, key };
  if (Object.keys(attributes).length) node.attributes = attributes;
  const children = [];
  let last = null;
  const text = data.text ?? (name === 'text' && data.children === undefined ? 'Text' : '');
  if (text !== '') children.push({ key: (last = keyBetween(last, null)), text });
  for (const child of data.children ?? []) {
    last = keyBetween(last, null);
    const isText = child.type === undefined && child.tag === undefined && child.text !== undefined;
    const made = isText ? { key: last, text: child.text } : createdNode(scope, child.element_id, child, last);
    if (!made) return null;
    children.push(made);
  }
  if (children.length) node.children = children;
  return node;
}

/** What a new element gets that its author left out; null where the server would refuse it. */
function completed(kind, attributes) {
  const fallback = defaults => { for (const [name, value] of Object.entries(defaults)) attributes[name] ??= format(value); return attributes; };
  const takePlace = () => {
    const { x, y } = attributes;
    delete attributes.x;
    delete attributes.y;
    const place = x === undefined && y === undefined ? null : { x: number(x), y: number(y) };
    return place && Number.isFinite(place.x) && Number.isFinite(place.y) ? place : null;
  };
  const read = (name, otherwise) => { const value = number(attributes[name]); return attributes[name] !== undefined && Number.isFinite(value) ? value : otherwise; };
  switch (kind) {
    case 'rect': return fallback({ width: 100, height: 100 });
    case 'circle': case 'ellipse': {
      fallback(kind === 'circle' ? { r: 50 } : { rx: 60, ry: 40 });
      const place = takePlace();
      return place ? fallback({ cx: place.x + read(kind === 'circle' ? 'r' : 'rx', 0), cy: place.y + read(kind === 'circle' ? 'r' : 'ry', 0) }) : attributes;
    }
    case 'line': {
      const place = takePlace() ?? { x: 0, y: 0 };
      const x1 = read('x1', place.x), y1 = read('y1', place.y);
      fallback({ x1, y1, x2: x1 + 100, y2: y1 });
      attributes.stroke ??= 'black';
      return attributes;
    }
    case 'path': case 'polyline': case 'polygon': {
      const name = kind === 'path' ? 'd' : 'points';
      const place = takePlace();
      if (!attributes[name]?.trim()) return null;
      const segments = place && parsePath(kind === 'path' ? attributes.d : `M${attributes.points.trim()}`);
      const box = segments && pathBounds(segments);
      const shifted = box && (kind === 'path' ? mapPath(attributes.d, 1, 1, place.x - box.x, place.y - box.y) : mapPoints(attributes.points, 1, 1, place.x - box.x, place.y - box.y));
      if (shifted) attributes[name] = shifted;
      return attributes;
    }
    case 'g': {
      const place = takePlace();
      return place ? { ...attributes, ...prefixTransform({ attributes: new Map(Object.entries(attributes)) }, 1, 1, place.x, place.y) } : attributes;
    }
    default: return attributes;
  }
}

function predictUpdate(node, { text, ...attributes }) {
  const changes = [];
  const values = new Map();
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && typeof value === 'object') continue;
    const carried = spellings(node, name, node.attributes.keys()); // of several, from a journal before the server saw to it, the last is the one in files
    for (const other of carried.slice(0, -1)) values.set(other, null);
    values.set(carried.at(-1) ?? spellings(node, name, values.keys())[0] ?? name, written(value));
  }
  if (values.size) changes.push({ change: 'set', element_id: node.id, attributes: Object.fromEntries(values) });
  if (text !== undefined) {
    const key = keyBetween(null, elementsOf(node)[0]?.key ?? null);
    changes.push({ change: 'content', element_id: node.id, nodes: text === '' ? [] : [{ key, text }] });
  }
  return changes;
}

function predictMove(model, node, data) {
  let { dx, dy } = data;
  if (dx === undefined && dy === undefined) {
    const to = data.position ?? data;
    const at = positionOf(model, node);
    if (!at) return null;
    dx = to.x === undefined ? 0 : to.x - at.x;
    dy = to.y === undefined ? 0 : to.y - at.y;
  }
  return mapped(model, node, 1, 1, dx ?? 0, dy ?? 0);
}

function predictResize(model, node, data) {
  const { x, y, width, height } = data;
  if (width < 0 || height < 0) return null;
  if (node === model.root) { // its size is the size of the sheet: the drawing on it stays as it is
    const size = Object.entries({ width, height }).filter(([, value]) => value !== undefined);
    return size.length ? set(node, Object.fromEntries(size.map(([name, value]) => [name, format(value)]))) : null;
  }
  const from = data.from ?? boundsOf(model, node);
  if (!from) return null;
  const to = { x: x ?? from.x, y: y ?? from.y, width: width ?? from.width, height: height ?? from.height };
  const scale = (length, next) => (length < 1e-6 ? 1 : next / length); // below what is written is what rounding left of no length
  const sx = scale(from.width, to.width), sy = scale(from.height, to.height);
  return mapped(model, node, sx, sy, to.x - from.x * sx, to.y - from.y * sy);
}

function mapped(model, node, sx, sy, tx, ty) {
  if ([sx, sy, tx, ty].some(value => typeof value !== 'number' || !Number.isFinite(value))) return null;
  return set(node, mapGeometry(model, node, sx, sy, tx, ty) ?? prefixTransform(node, sx, sy, tx, ty));
}

function predictPlace(model, node, data) {
  const parent = data.parent_id !== undefined ? model.get(data.parent_id) : node.parent;
  if (!parent || model.isWithin(parent, node)) return null;
  const key = placeIn(parent, data, model, node);
  return key === null ? null : [...takenAlong(node, parent), { change: 'place', element_id: node.id, parent_id: parent.id, key }];
}

// ---------------------------------------------------------------------------------------------------------------------------------- the client

const MAX_PENDING = 20_000;               // while so many operations wait for the server, new ones are refused here
const MAX_STEP = 200_000;                 // operations in one step: a drawing has no more elements
const MAX_OPERATIONS_PER_FRAME = 5_000;   // the protocol's bound
const MAX_DEPTH = 64;                     // levels of JSON in one message, by the protocol
const FRAME_MARGIN = 1_024;               // for the envelope around a batch
const MAX_BYTES_IN_FLIGHT = 4 << 20;      // sent and not yet acknowledged; the rest waits here rather than in the socket's buffer
const BACK_OFF = { first: 250, most: 10_000 };
const PING_EVERY = 15_000;
const FIRST_PING = 1_000;                 // how good a connection is should be known soon
const JOIN_LIMIT = 15_000;                // a line that opens, or is opening, and brings no answer for so long is given up
const SILENCE_LIMIT = 40_000;             // without any message for so long the connection is dead, whatever the socket says
const DOUBT_LIMIT = 4_000;                // where the browser says that its network went or changed, a server that can still be reached answers well within this
const ACTIVITY_EVERY = 40;
const SHOWN_SELECTION = 500;              // others are shown no more of it, and none whose id is longer than LONGEST_SHOWN
const LONGEST_SHOWN = 256;
const RESTORE_PATIENCE = 5_000;           // for what earlier pages have left unsent
const PREVIEW_LIFETIME = 10_000;
const FINAL_CLOSES = { 4401: 'token_invalid', 4403: 'forbidden', 4404: 'document_not_found' };
const UNREADABLE = { invalid_json: 'A text in it has half a character.', nesting_too_deep: 'It is nested deeper than the server takes in one message.' }; // the answers that name no message
const RETRYABLE = new Set(['rate_limited', 'storage_failed']);
const KEEPS_ALIVE = new Set(['reconnect', 'resume']); // in Node: a client that waits for its server is not done
const PRESENCE_TYPES = new Set(['select', 'deselect']);

const encoder = new TextEncoder();
const byteLength = text => (/^[\x00-\x7f]*$/.test(text) ? text.length : encoder.encode(text).length);

/** An id that no other client makes: for operations, gestures, groups and elements. Begins with a letter, so it is an XML name too. */
export function newId(prefix = 'e') {
  if (randomUsed === RANDOM.length) {
    crypto.getRandomValues(RANDOM);
    randomUsed = 0;
  }
  let id = prefix;
  for (const end = randomUsed + 12; randomUsed < end; randomUsed++) id += DIGITS[RANDOM[randomUsed] % 62];
  return id;
}

const RANDOM = new Uint8Array(1_200); // a hundred ids' worth
let randomUsed = RANDOM.length;

export class SvgxClient {
  status = 'idle';
  refusal = null;
  joined = null;
  model = null;
  revision = 0;
  presence = [];
  /** Threads by id, as the server last told; empty without the feature `comments`. */
  comments = new Map();
  canUndo = false;
  canRedo = false;
  latency = null;
  /** Why the server takes nothing at the moment, and how often in a row it has said so; null while it does. */
  held = null;

  #options;
  #handlers = new Map();
  #socket = null;
  #attempts = 0;
  #timers = new Map();
  #closed = false;
  #entries = new Map();      // operation id -> entry, in the order of submission: own operations not yet seen in `operations`
  #frames = [];              // frames with operations not yet acknowledged, and undo and redo requests that wait behind them
  #bytesInFlight = 0;
  #pausedUntil = 0;
  #pendingTouches = new Map();
  #parts = null;
  #early = [];
  #requests = new Map();
  #asked = new Map();
  #previewsOut = new Map();
  #previewsIn = new Map();
  #activityOut = null;
  #selection = null;
  #lastMessageAt = 0;
  #maxMessageBytes = 1 << 20;
  #oversized = 0;
  #taking = false;
  #restoring = false;
  #probe = null;             // the message that is tried out by itself, while it is not known which one the server cannot read
  #settled = [];
  #undoneUnsent = [];
  #threads = new Map();
  #commentSequence = 0;
  #conflicts = new Map();
  #locks = [];
  #commentRead = new Map();  // thread id -> the sequence up to which this user has read it
  #commentParts = null;
  #commentRequests = new Map();
  #switching = null; // on the way to another branch
  #stale = false; // the copy is known to be wrong: ask for a whole document

  constructor(options = {}) {
    this.#options = { branch: 'main', features: ['ack', 'document', 'changes', 'preview', 'comments', 'conflicts', 'presence_changes'], WebSocket: globalThis.WebSocket, ...options };
    this.sessionId = options.sessionId ?? newId('s');
    options.signal?.addEventListener('abort', () => this.close(), { once: true });
  }

  // ---- events

  on(name, handler) {
    if (!this.#handlers.has(name)) this.#handlers.set(name, new Set());
    this.#handlers.get(name).add(handler);
    return () => this.#handlers.get(name).delete(handler);
  }

  #emit(name, value) { for (const handler of this.#handlers.get(name) ?? []) handler(value); }

  // ---- connection

  connect() {
    if (this.#closed || this.#socket) return this;
    this.#setStatus(this.joined ? 'offline' : 'connecting');
    this.#open();
    globalThis.addEventListener?.('online', this.#hurry);
    globalThis.addEventListener?.('offline', this.#doubt);
    return this;
  }

  /** Tries again at once: after a refusal, or without waiting for the next attempt or for one that has had no answer yet. */
  retry() {
    if (this.#closed || this.status === 'live') return;
    const former = this.#socket;
    this.#socket = null;
    former?.close();
    this.refusal = null;
    this.#attempts = 0;
    this.#setStatus(this.joined ? 'offline' : 'connecting');
    this.#open();
  }

  close() {
    if (this.#closed) return;
    this.#closed = true;
    globalThis.removeEventListener?.('online', this.#hurry);
    globalThis.removeEventListener?.('offline', this.#doubt);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    if (this.#socket?.readyState === 1) this.#socket.send('{"type":"leave"}');
    this.#socket?.close(1000);
    this.#socket = null;
    this.#failRequests('closed', 'The client is closed.');
    this.#switching?.reject?.(failure('closed', 'The client is closed.'));
    this.#setStatus('closed');
  }

  #hurry = () => { if (this.status === 'offline' || this.status === 'connecting') this.retry(); else this.#doubt(); };

  /** The browser says that its network went or is another one. The socket itself would notice only after a long silence. */
  #doubt = () => {
    if (this.status !== 'live') return;
    const asked = now();
    this.#ping();
    this.#after('doubt', DOUBT_LIMIT, () => { if (this.#lastMessageAt < asked) this.#giveUp(); });
  };

  #open() {
    this.#cancel('reconnect');
    const { WebSocket, url = defaultUrl(), token } = this.#options;
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#awaitJoin();
    // A socket that was replaced may still report; only the current one is listened to.
    const current = handler => event => { if (this.#socket === socket) handler(event); };
    socket.onopen = current(async () => {
      let value = token;
      this.#cancel('join'); // whoever makes tokens may take their time
      try {
        if (typeof token === 'function') value = await token();
      } catch (error) {
        if (this.#socket === socket) this.#refuseJoin('token_missing', `No token could be got: ${error.message}`);
        return;
      }
      if (this.#socket !== socket) return;
      this.#lastMessageAt = now();
      this.#awaitJoin();
      this.#send(prune({
        type: 'join', token: value, document_id: this.#options.documentId, branch: this.#options.branch, user_id: this.#options.userId,
        username: this.#options.username, session_id: this.sessionId, features: this.#options.features, last_revision: this.model && !this.#stale ? this.revision : undefined,
      }));
    });
    socket.onmessage = current(event => this.#receive(event.data));
    socket.onclose = current(event => this.#lost(event.code, event.reason));
    socket.onerror = () => {}; // a close event follows and says all there is to say
  }

  #awaitJoin() { this.#after('join', JOIN_LIMIT, () => this.#giveUp()); }

  /** What a connection had under way ends with it. */
  #lostConnection(reason) {
    this.#cancel('join');
    this.#probe = null;
    this.#setHeld(null);
    this.#cancel('ping');
    this.#cancel('doubt');
    this.#parts = null;
    this.#early = [];
    // Without the feature `ack` nothing says that a request was carried out.
    if (this.#requests.size && this.#options.features.includes('ack')) {
      const [type] = this.#requests.values();
      this.#emit('refused', { code: 'offline', reason: `The connection was lost before the server said whether the last step is ${type === 'undo' ? 'undone' : 'redone'}. It shows when it is back.`, operations: [] });
    }
    this.#requests.clear();
    this.#commentParts = null;
    this.#failRequests('offline', reason);
    for (const id of [...this.#previewsIn.keys()]) this.#endPreview(id);
  }

  #lost(code, reason) {
    this.#socket = null;
    this.#lostConnection('The server is away. Try again when it is back.');
    const largest = this.#frames.filter(frame => frame.sent).sort((a, b) => b.bytes - a.bytes)[0];
    for (const frame of this.#frames) frame.sent = false;
    this.#bytesInFlight = 0;
    if (this.status === 'refused' || this.#closed) return;
    // A token that has expired is replaced by one who can make new ones; whether that is good the join will say.
    const renews = code === 4401 && this.status === 'live' && typeof this.#options.token === 'function';
    if (code in FINAL_CLOSES && !renews) return this.#refuseJoin(FINAL_CLOSES[code], reason || 'The server closed the connection.');
    if (code === 1009 && largest) this.#shrink(largest);
    this.#setStatus(this.joined ? 'offline' : 'connecting');
    const delay = Math.min(BACK_OFF.most, BACK_OFF.first * 2 ** this.#attempts++) * (0.5 + Math.random() / 2);
    this.#after('reconnect', code === 4429 ? Math.max(delay, 5_000) : delay, () => this.#open());
  }

  /** The server found a frame too large although it kept to the announced limit: try smaller ones, and never the same again. */
  #shrink(frame) {
    if (++this.#oversized > 4 || frame.entries.length === 1) {
      this.#refuse([...frame.entries], 'too_large', 'The server takes no message of this size.');
      return;
    }
    this.#maxMessageBytes = Math.max(16_384, Math.floor(frame.bytes / 2));
    this.#frames.splice(this.#frames.indexOf(frame), 1, ...this.#framesOf(frame.entries, false));
  }

  #setStatus(status) {
    if (this.status === status) return;
    this.status = status;
    this.#emit('status', status);
  }

  #refuseJoin(code, reason) {
    const { reject, former } = this.#switching ?? {};
    if (reject) {
      reject(failure(code, reason));
      if (former) return this.#enter(former);
    }
    this.refusal = { code, reason };
    this.#cancel('join');
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
    this.#setStatus('refused');
  }

  #send(message) {
    if (this.#socket?.readyState !== 1) return false;
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    return true;
  }

  #after(name, delay, action) {
    this.#cancel(name);
    const timer = setTimeout(() => { this.#timers.delete(name); action(); }, delay);
    if (!KEEPS_ALIVE.has(name)) timer.unref?.();
    this.#timers.set(name, timer);
  }

  #cancel(name) { clearTimeout(this.#timers.get(name)); this.#timers.delete(name); }

  #beat(delay = PING_EVERY) {
    this.#after('ping', delay, () => {
      if (now() - this.#lastMessageAt > SILENCE_LIMIT) {
        this.#giveUp();
        return;
      }
      this.#ping();
      this.#beat();
    });
  }

  #ping() { this.#send({ type: 'ping', sent_at: new Date().toISOString(), request_id: `ping:${now()}` }); }

  /** The connection is dead, whatever its socket says. */
  #giveUp() {
    const socket = this.#socket;
    this.#lost(1006, '');
    socket?.close();
  }

  // ---- messages in

  #receive(text) {
    this.#lastMessageAt = now();
    const message = JSON.parse(text);
    const answered = this.#answer(message);
    if (answered && message.type === 'error') return;
    switch (message.type) {
      case 'current_state': return this.#onJoined(message);
      case 'document': return this.#onDocumentPart(message);
      case 'operations': return this.#onOperations(message.operations);
      case 'ack': return this.#onAcknowledged(message);
      case 'presence_update': return this.#onPresence(message.active_users);
      case 'presence_changes': return this.#onPresence(amend(this.presence, message));
      case 'preview': return this.#onPreview(message);
      case 'error': return this.#onError(message);
      case 'pong': return this.#onPong(message);
      case 'comments': return this.#onComments(message);
      case 'comment_update': return this.#onCommentUpdate(message);
      case 'comment_read': return this.#onCommentRead(message);
      case 'conflict_notification': return this.#onConflicts(message.conflicts);
      case 'conflict_resolution': return this.#onConflictSettled(message);
      case 'lock_update': this.#locks = message.locks; return this.#emit('locks', message.locks);
      case 'role_changed': return this.#onRoleChanged(message);
      case 'version_created': return this.#emit('versionCreated', message.version);
      case 'version_reverted': return this.#emit('versionReverted', { version: message.version, revertedTo: message.reverted_to });
      case 'version_updated': return this.#emit('versionUpdated', message.version);
      case 'branch_created': return this.#emit('branchCreated', message.branch);
      case 'branch_deleted': return this.#emit('branchDeleted', message.branch);
      case 'branch_purged': return this.#emit('branchPurged', message.branch);
      default: if (!answered) this.#emit('message', message);
    }
  }

  #onJoined(message) {
    const isFirst = this.joined === null;
    this.joined = message;
    this.#attempts = 0;
    this.#cancel('join');
    this.#pausedUntil = 0;
    if (message.max_message_bytes && !this.#oversized) this.#maxMessageBytes = message.max_message_bytes;
    this.canUndo ||= message.revision > 0;
    this.#parts = message.resync === 'document' ? [] : null; // live operations wait until the drawing they follow is whole
    this.#restore(isFirst);
    this.#setStatus('live');
    this.#forgetConflicts(); // those that are open, and the locks, follow
    this.#emit('joined', message);
    this.#beat(FIRST_PING);
    if (this.#selection) this.#sendSelection();
    if (message.last_comment !== undefined) this.#catchUpComments(message.last_comment);
    this.#pump();
    if (!this.#parts) this.#arrived();
  }

  #onDocumentPart({ part, parts, content, revision }) {
    if (part === 0) this.#parts = [];
    this.#parts?.push(content);
    if (!this.#parts || part < parts - 1) return;
    const model = DocumentModel.from(JSON.parse(this.#parts.join('')));
    this.#parts = null;
    this.model = model;
    this.#stale = false;
    this.revision = revision;
    for (const entry of [...this.#entries.values()]) if (entry.revision != null && entry.revision <= revision) this.#forget(entry);
    for (const entry of this.#entries.values()) this.#predict(entry, new Touched());
    this.#countTouches();
    this.#emit('document', model);
    this.#arrived();
    const early = this.#early;
    this.#early = [];
    if (early.length) this.#onOperations(early);
  }

  #onOperations(operations) {
    if (this.#parts) { this.#early.push(...operations); return; }
    const fresh = operations.filter(operation => operation.revision > this.revision);
    for (const { gesture_id } of operations) if (gesture_id) this.#endPreview(gesture_id);
    if (fresh.length && this.model && this.#options.features.includes('changes')) this.#confirm(fresh);
    else if (fresh.length) this.revision = fresh.at(-1).revision;
    for (const operation of fresh) {
      if (!this.#options.features.includes('ack')) this.#acknowledge(operation.operation_id, operation.revision);
      if (operation.user_id !== this.joined?.user_id) continue;
      this.canUndo = true;
      this.canRedo = operation.undo_of != null || (operation.redo_of != null && this.canRedo);
    }
    this.#emit('operations', operations);
  }

  #onAcknowledged({ acks, request_id }) {
    this.#requests.delete(request_id);
    for (const ack of acks) {
      this.#acknowledge(ack.operation_id, ack.revision);
      if (ack.removed?.length) this.#emit('removed', { operationId: ack.operation_id, removed: ack.removed, more: ack.more_removed ?? 0 });
    }
    this.#pump();
    this.#changedPending();
  }

  #acknowledge(operationId, revision) {
    const entry = this.#entries.get(operationId);
    if (!entry) return;
    this.#setHeld(null);
    entry.revision = revision;
    this.#settle(entry);
    // An operation sent twice: it has been in the confirmed drawing since its first time.
    if (revision <= this.revision) this.#rebase(() => this.#forget(entry));
  }

  #onPresence(people) {
    this.presence = people;
    const sessions = new Set(people.flatMap(person => person.sessions?.map(session => session.session_id) ?? []));
    for (const [id, { sessionId }] of this.#previewsIn) if (!sessions.has(sessionId)) this.#endPreview(id);
    this.#emit('presence', people);
  }

  #onPreview(message) {
    const id = message.gesture_id;
    if (!message.element_ids?.length) return this.#endPreview(id);
    this.#previewsIn.set(id, { sessionId: message.session_id });
    this.#after(`preview:${id}`, PREVIEW_LIFETIME, () => this.#endPreview(id));
    this.#emit('preview', message);
  }

  #endPreview(id) {
    if (!this.#previewsIn.delete(id)) return;
    this.#cancel(`preview:${id}`);
    this.#emit('previewEnded', id);
  }

  #onPong({ request_id }) {
    if (request_id === this.#probe?.requestId) { this.#onProbed(); return; }
    const sent = Number(request_id?.split(':')[1]);
    if (!sent) return;
    this.latency = now() - sent;
    this.activity({ rtt_ms: Math.min(60_000, Math.round(this.latency * 10) / 10) });
    this.#emit('latency', this.latency);
  }

  #onError(message) {
    const { code, error, operation_id, request_id, retry_after_ms } = message;
    if (this.status !== 'live') {
      if (!RETRYABLE.has(code) && retry_after_ms === undefined) return this.#refuseJoin(code, error);
      this.#socket.close(); // the answer to a join that may succeed in a moment
      return;
    }
    if (this.#requests.has(request_id)) {
      this.#requests.delete(request_id);
      if (code === 'nothing_to_undo') this.canUndo = false;
      if (code === 'nothing_to_redo') this.canRedo = false;
      this.#emit('state', null);
      if (!code.startsWith('nothing_to_')) this.#emit('refused', { code, reason: error, operations: [] });
      return;
    }
    const waiting = this.#commentRequests.get(request_id);
    if (waiting) {
      this.#commentRequests.delete(request_id);
      waiting.reject(failure(code, error, retry_after_ms));
      return;
    }
    if (request_id !== undefined && request_id === this.#probe?.requestId) { this.#onProbed(); return; } // an answer to the ping too
    if (code in UNREADABLE && request_id === undefined && operation_id === undefined) { this.#onUnreadable(message); return; }
    const frame = this.#frames.find(candidate => candidate.requestId === request_id) ?? this.#entries.get(operation_id)?.frame;
    if (!frame) { this.#emit('error', message); return; }
    // What was sent of it goes out again, or has: what became of the first time does not matter.
    if (!frame.sent || (request_id !== undefined && frame.requestId !== request_id)) return;
    if (RETRYABLE.has(code) || retry_after_ms !== undefined) {
      this.#holdFrom(frame, retry_after_ms ?? 1_000);
      this.#setHeld({ code, reason: error, times: (this.held?.times ?? 0) + 1 });
      return;
    }
    const entry = frame.atomic || !operation_id ? null : frame.entries.find(candidate => candidate.operation.operation_id === operation_id);
    this.#setHeld(null);
    this.#refuse(entry ? [entry] : [...frame.entries], code, error);
    this.#pump();
  }

  #setHeld(held) {
    if (this.held === held) return;
    this.held = held;
    this.#emit('held', held);
  }

  /** They go out again, in order; acknowledged ids make the repetition harmless. */
  #takeBack(frames) {
    for (const frame of frames) {
      if (frame.sent) this.#bytesInFlight -= frame.bytes;
      frame.sent = false;
      frame.requestId = newId('r'); // by it the answers to the first time, of which there may be thousands still to come, are known
    }
  }

  /**
   * The server could not read a message and so cannot say which: what has no answer is tried out by itself, frame by frame, each with a ping behind it. An error that comes before the ping's answer is
   * that frame's. First a ping alone: errors of what is under way may still come.
   */
  #onUnreadable(message) {
    if (this.#probe) { this.#probe.error ??= message; return; }
    const sent = this.#frames.filter(frame => frame.sent);
    if (!sent.length) { this.#emit('error', message); return; }
    this.#takeBack(sent);
    for (const frame of sent) frame.isDoubtful = true;
    this.#tryOut(null);
  }

  #tryOut(frame) {
    this.#probe = { frame, requestId: newId('r'), error: null };
    if (frame) this.#sendFrame(frame);
    this.#send({ type: 'ping', request_id: this.#probe.requestId });
  }

  #onProbed() {
    const { frame, error } = this.#probe;
    this.#probe = null;
    if (frame) frame.isDoubtful = false;
    if (error && frame?.entries.length > 1 && !frame.atomic) {
      this.#takeBack([frame]);
      const middle = frame.entries.length >> 1;
      const halves = [frame.entries.slice(0, middle), frame.entries.slice(middle)].flatMap(entries => this.#framesOf(entries, false));
      for (const half of halves) half.isDoubtful = true;
      this.#frames.splice(this.#frames.indexOf(frame), 1, ...halves);
    } else if (error && frame?.entries.length) this.#refuse([...frame.entries], error.code, error.error);
    const next = this.#frames.find(each => each.isDoubtful);
    if (next) this.#tryOut(next); else this.#pump();
  }

  /** From the frame that came too early on, everything goes out again later. */
  #holdFrom(frame, delay) {
    this.#probe = null;
    this.#takeBack(this.#frames.slice(this.#frames.indexOf(frame)));
    // The server says when there is room for one: for many it takes longer, and each try that comes too early is an error for each of them.
    delay = Math.max(delay, Math.min(1_000, frame.entries.length));
    this.#pausedUntil = now() + delay;
    this.#after('resume', delay, () => { this.#pausedUntil = 0; this.#pump(); }); // a timer may come a moment before its time
  }

  #onRoleChanged({ role }) {
    this.joined = { ...this.joined, role };
    this.#emit('role', role);
  }

  // ---- asking the server

  /**
   * Asks for anything in docs/protocol.md; gives the message that repeats the `request_id`; an answer in several messages is put together. Fails with an `Error` that has the server's `code`, or `offline` where the server is away or the
   * connection is lost before the answer: then it may have been done or not.
   */
  request(type, fields = {}) {
    const requestId = newId('r');
    return new Promise((resolve, reject) => {
      const fault = faultIn(fields, MAX_DEPTH);
      if (fault) reject(failure(fault, UNREADABLE[fault]));
      else if (this.status !== 'live' || !this.#send({ ...fields, type, request_id: requestId })) reject(failure('offline', 'The server is away. Try again when it is back.'));
      else this.#asked.set(requestId, { resolve, reject, messages: [] });
    });
  }

  #answer(message) {
    const waiting = this.#asked.get(message.request_id);
    if (!waiting) return false;
    if (message.type === 'error') {
      this.#asked.delete(message.request_id);
      waiting.reject(failure(message.code, message.error, message.retry_after_ms));
      return true;
    }
    waiting.messages.push(message);
    if (message.more === true || message.part < message.parts - 1) return true;
    this.#asked.delete(message.request_id);
    waiting.resolve(joinMessages(waiting.messages));
    return true;
  }

  #failRequests(code, reason) {
    const waiting = [...this.#asked.values(), ...this.#commentRequests.values()];
    this.#asked.clear();
    this.#commentRequests.clear();
    for (const { reject } of waiting) reject(failure(code, reason));
  }

  // ---- conflicts and locks

  /** The conflicts that are open, by id. */
  get conflicts() { return this.#conflicts; }

  /** The element locks there are. */
  get locks() { return this.#locks; }

  /** Settles a conflict; gives the server's answer, or fails with its `code`. */
  resolveConflict(conflictId, resolution, { chosenOperationId, choices } = {}) {
    return this.request('conflict_resolution', prune({ conflict_id: conflictId, resolution, chosen_operation_id: chosenOperationId, choices }));
  }

  /** Locks elements for this user, or renews the leases; fails with `locked` where somebody else holds one. */
  lock(elementIds) { return this.request('lock', { element_ids: [elementIds].flat() }); }
  unlock(elementIds) { return this.request('unlock', { element_ids: [elementIds].flat() }); }

  #onConflicts(conflicts) {
    for (const conflict of conflicts) {
      if (conflict.status === 'open') this.#conflicts.set(conflict.conflict_id, conflict); else this.#conflicts.delete(conflict.conflict_id);
    }
    this.#emit('conflicts', conflicts);
  }

  #onConflictSettled(message) {
    this.#conflicts.delete(message.conflict_id);
    this.#emit('conflictSettled', message);
  }

  #forgetConflicts() {
    if (this.#conflicts.size) { this.#conflicts = new Map(); this.#emit('conflicts', []); }
    if (this.#locks.length) { this.#locks = []; this.#emit('locks', []); }
  }

  // ---- versions and branches
  // A point of history is a version's id, `BRANCH`, `BRANCH@REVISION` or `BRANCH@TIME`. All fail with the server's `code`.

  /** The branch that this client is in, or is on its way to. */
  get branch() { return this.#options.branch; }

  async createVersion({ description, name, tags, metadata, branch } = {}) { return (await this.#control('create_version', { description, name, tags, metadata, branch })).version; }

  /** A page of versions, newest first; `next` is the `before` of the next one. */
  async listVersions({ branch, before, limit, checkpoints } = {}) {
    const { versions, total, next = null } = await this.#control('list_versions', { branch, before, limit, checkpoints });
    return { versions, total, next };
  }

  async getVersion(versionId) { return (await this.#control('get_version', { version_id: versionId })).version; }

  /** The drawing as of a point of history: a model of its own, which nothing changes any more. */
  async readVersion(point) {
    const { branch, revision, version_id: versionId = null, content } = await this.#control('get_content', { from: point });
    return { branch, revision, versionId, model: DocumentModel.from(JSON.parse(content)) };
  }

  /** Name, tags and metadata in place of those it had. */
  async labelVersion(versionId, { name, tags, metadata } = {}) { return (await this.#control('label_version', { version_id: versionId, name, tags, metadata })).version; }

  /** Brings a branch back to a version, by one operation that can be undone. */
  revertVersion(versionId, { branch, description } = {}) { return this.#changeVersion('revert_version', { version_id: versionId, branch, description }); }

  /** Brings back a point of history, or only some of its elements. */
  restoreVersion(point, { branch, elementIds, description } = {}) { return this.#changeVersion('restore', { from: point, branch, element_ids: elementIds, description }); }

  /** How two points differ, element by element; the second is the joined branch as it is now unless named. */
  async diff(from, to) { return (await this.#control('diff', { from, to })).elements; }

  /** Makes a branch of a point of history; of the joined branch as it is now unless named. */
  async createBranch(name, from) { return (await this.#control('create_branch', { name, from })).branch; }

  async listBranches({ deleted } = {}) { return (await this.#control('list_branches', { deleted })).branches; }

  /** Deletes a branch; who is in it is sent away. Its versions stay. */
  async deleteBranch(name) { return (await this.#control('delete_branch', { branch: name })).branch; }

  /** Lets go, for good, of what a deleted branch holds: the owner alone may. */
  async purgeBranch(name) { return (await this.#control('purge_branch', { branch: name })).branch; }

  /** What merging a branch would do; nothing is changed. Into the joined branch unless named. */
  async previewMerge(source, { branch, resolutions } = {}) {
    const { elements, clashes = [], ...preview } = await this.#control('preview_merge', { source, branch, resolutions });
    return { source, sourceRevision: preview.source_revision, target: preview.target, targetRevision: preview.target_revision, baseBranch: preview.base_branch, baseRevision: preview.base_revision, elements, clashes };
  }

  /** Merges a branch into the joined one unless another is named. What no resolution decides is held as conflicts. */
  mergeBranch(source, { branch, resolutions, description } = {}) { return this.#changeVersion('merge_branch', { source, branch, resolutions, description }); }

  /** What happened to an element, newest first; `next` is the `cursor` of the next page. */
  async elementHistory(elementId, { branch, cursor, limit } = {}) {
    const { events, next = null } = await this.#control('element_history', { element_id: elementId, branch, cursor, limit });
    return { events, next };
  }

  /** Has the server check every checksum of the document. */
  async verify() {
    const { intact, truncated, branches, operations, unsealed, snapshots, versions, damages } = await this.#control('verify', {});
    return { intact, truncated, branches, operations, unsealed, snapshots, versions, damages };
  }

  /**
   * Goes over to another branch: waits until the server has everything of this one, then joins the other. Gives what `joined` is then; fails with the server's `code` and is back in the
   * former branch where the other cannot be joined. A client that was refused, as when its branch was deleted, gives up what waited there.
   */
  async switchBranch(name) {
    if (this.#options.outbox) throw failure('invalid_state', 'A client with an outbox stays in its branch. Make another client.');
    if (this.#switching) throw failure('invalid_state', 'The client is on its way to another branch.');
    if (this.#closed) throw failure('closed', 'The client is closed.');
    if (name === this.branch && this.status === 'live') return this.joined;
    this.#switching = { former: this.status === 'refused' ? null : this.branch };
    try {
      if (this.status === 'refused') this.#giveUpPending();
      else await this.#allSaved();
      return await new Promise((resolve, reject) => {
        Object.assign(this.#switching, { resolve, reject });
        this.#enter(name);
      });
    } finally {
      this.#switching = null;
    }
  }

  /** Waits until the server has everything; fails where that will not come. */
  #allSaved() {
    return new Promise((resolve, reject) => {
      const offs = [];
      const look = () => {
        const isOver = this.status === 'closed' || this.status === 'refused';
        if (!isOver && (this.pendingCount > 0 || this.status !== 'live')) return;
        for (const off of offs) off();
        if (isOver) reject(failure(this.refusal?.code ?? 'closed', this.refusal?.reason ?? 'The client is closed.'));
        else resolve();
      };
      offs.push(this.on('pending', look), this.on('status', look));
      look();
    });
  }

  #giveUpPending() {
    const operations = this.#frames.flatMap(frame => frame.entries).map(entry => entry.operation);
    this.#frames = [];
    this.#changedPending();
    if (operations.length) this.#emit('refused', { code: 'branch_not_found', reason: 'The branch that these changes were made in is gone.', operations });
  }

  /** Forgets everything of the branch it was in and connects anew. */
  #enter(branch) {
    const socket = this.#socket;
    this.#socket = null;
    if (socket?.readyState === 1) socket.send('{"type":"leave"}');
    socket?.close(1000);
    this.#lostConnection('The branch was changed.');
    this.#cancel('selection');
    this.#options.branch = branch;
    this.#frames = this.#frames.filter(frame => !frame.history);
    this.refusal = this.joined = this.model = this.#selection = null;
    this.revision = this.#commentSequence = this.#attempts = 0;
    this.#entries.clear();
    this.#pendingTouches.clear();
    this.#previewsOut.clear();
    this.#undoneUnsent = [];
    this.canUndo = this.canRedo = false;
    this.comments.clear();
    this.#threads.clear();
    this.#commentRead.clear();
    this.#onPresence([]);
    this.#setStatus('connecting');
    this.#open();
  }

  /** Joined, and with the drawing where one was asked for. */
  #arrived() { this.#switching?.resolve?.(this.joined); }

  #control(action, fields) { return this.request('version_control', prune({ action, ...fields })); }

  async #changeVersion(action, fields) {
    const { version, operation_id: operationId = null, open_clashes: openClashes = 0, conflict_ids: conflictIds = [] } = await this.#control(action, fields);
    return { version, operationId, openClashes, conflictIds };
  }

  // ---- comments

  /**
   * Begins a thread at `{x, y}` or `{element_id, offset: {x, y}}`. This and the others below give a promise of the thread as it is then; it fails with a `code` where the server refuses.
   * With an id of one's own it can be sent again after a failure and is still one comment.
   */
  comment(anchor, text, commentId = newId('c')) { return this.#askComments({ type: 'comment_create', anchor, text, comment_id: commentId }); }
  reply(threadId, text, commentId = newId('c')) { return this.#askComments({ type: 'comment_reply', thread_id: threadId, text, comment_id: commentId }); }
  editComment(commentId, text) { return this.#askComments({ type: 'comment_edit', comment_id: commentId, text }); }
  deleteComment(commentId) { return this.#askComments({ type: 'comment_delete', comment_id: commentId }); }
  restoreComment(commentId) { return this.#askComments({ type: 'comment_restore', comment_id: commentId }); }
  resolveThread(threadId) { return this.#askComments({ type: 'comment_resolve', thread_id: threadId }); }
  reopenThread(threadId) { return this.#askComments({ type: 'comment_reopen', thread_id: threadId }); }
  /** Notes that this user has read a thread, or all, as far as it is known here. */
  readComments(threadId) { return this.#askComments(prune({ type: 'comment_read', thread_id: threadId, sequence: this.#commentSequence || undefined })); }

  /** How many comments of others in a thread this user has not read. */
  unreadComments(threadId) {
    const thread = this.comments.get(threadId);
    const own = this.joined?.user_id;
    let read = this.#commentRead.get(threadId) ?? 0;
    for (const { user_id, sequence } of thread?.comments ?? []) if (user_id === own) read = Math.max(read, sequence);
    return (thread?.comments ?? []).filter(comment => !comment.deleted && comment.user_id !== own && comment.sequence > read).length;
  }

  #askComments(message) {
    const requestId = newId('r');
    return new Promise((resolve, reject) => {
      const fault = faultIn(message, MAX_DEPTH);
      if (fault) { reject(failure(fault, UNREADABLE[fault])); return; }
      if (this.status !== 'live' || !this.#send({ ...message, request_id: requestId })) {
        reject(failure('offline', 'The server is away. Try again when it is back.'));
        return;
      }
      this.#commentRequests.set(requestId, { resolve, reject });
    });
  }

  #answerComments(requestId, value) {
    const waiting = this.#commentRequests.get(requestId);
    if (!waiting) return;
    this.#commentRequests.delete(requestId);
    waiting.resolve(value);
  }

  /** On joining: what happened to comments since the last that is known here. */
  #catchUpComments(last) {
    if (last === this.#commentSequence) return;
    this.#listComments(last < this.#commentSequence ? 0 : this.#commentSequence); // lower: another history, as after a backup was put back
  }

  #listComments(after) {
    this.#commentParts = { threads: [] };
    this.#send({ type: 'comment_list', after });
  }

  #onComments({ threads, after, sequence, more, read }) {
    this.#commentParts ??= { threads: [] };
    this.#commentParts.threads.push(...threads);
    if (read) this.#commentRead = new Map(Object.entries(read));
    if (more) return;
    const all = this.#commentParts.threads;
    this.#commentParts = null;
    const touched = new Set(all.map(thread => thread.thread_id));
    if (after === 0) {
      for (const id of this.#threads.keys()) touched.add(id);
      this.#threads.clear();
      this.comments.clear();
    }
    for (const thread of all) this.#keepThread(thread);
    this.#commentSequence = sequence;
    this.#emit('comments', touched);
  }

  /** Deleted threads stay in mind: they may come back. */
  #keepThread(thread) {
    this.#threads.set(thread.thread_id, thread);
    if (thread.deleted) this.comments.delete(thread.thread_id); else this.comments.set(thread.thread_id, thread);
  }

  #onCommentUpdate({ action, sequence, thread: header, comment, request_id }) {
    const id = header.thread_id;
    if (this.#options.features.includes('comments')) {
      const known = this.#threads.get(id);
      if (known || comment?.comment_id === id) {
        const comments = [...(known?.comments ?? [])];
        const at = comments.findIndex(each => each.comment_id === comment?.comment_id);
        if (comment) comments.splice(at < 0 ? comments.length : at, 1, comment);
        if (!known || header.sequence >= known.sequence) this.#keepThread({ ...header, comments });
        if (action && sequence > this.#commentSequence + 1 && !this.#commentParts) this.#listComments(this.#commentSequence); // something was missed
        else if (action && !this.#commentParts) this.#commentSequence = Math.max(sequence, this.#commentSequence);
      } else if (!this.#commentParts) this.#listComments(0); // a thread that was gone before this client came is back, with more in it than came along
      this.#emit('comments', new Set([id]));
    }
    this.#answerComments(request_id, this.comments.get(id) ?? { ...header, comments: comment ? [comment] : [] });
  }

  #onCommentRead({ read, request_id }) {
    for (const [id, sequence] of Object.entries(read)) this.#commentRead.set(id, Math.max(sequence, this.#commentRead.get(id) ?? 0));
    this.#emit('comments', new Set(Object.keys(read)));
    this.#answerComments(request_id, null);
  }

  // ---- own operations

  /** Submits one operation; returns its id, or null where it was refused here. */
  submit(operation) { return this.submitMany([operation])[0] ?? null; }

  /** Submits operations in order; returns their ids. */
  submitMany(operations, { atomic = false, groupId, gestureId } = {}) {
    const group = groupId ?? (operations.length > 1 ? newId('g') : undefined);
    const presence = operations.filter(operation => PRESENCE_TYPES.has(operation.operation_type));
    for (const operation of presence) this.#send({ type: 'operation', data: {}, ...operation });
    const own = operations.filter(operation => !PRESENCE_TYPES.has(operation.operation_type));
    if (!own.length) return [];
    if (this.joined && !['owner', 'editor'].includes(this.joined.role)) return this.#refuseLocally(own, 'read_only', 'You may look at this drawing, not change it.');
    if (own.length > MAX_STEP) return this.#refuseLocally(own, 'too_large', `One step changes at most ${MAX_STEP.toLocaleString('en')} elements. Do it in parts.`);
    // What waits is bounded, not the step that comes next: all of a large drawing can be deleted or moved at once.
    if (this.#entries.size >= MAX_PENDING) return this.#refuseLocally(own, 'queue_full', 'Too many changes are waiting for the server. Try again when they are saved.');
    const entries = own.map(operation => ({
      operation: prune({
        operation_id: newId('o'), base_revision: this.revision, group_id: group, gesture_id: gestureId, ...operation, data: operation.data ?? {},
      }),
    }));
    const fault = faultIn(entries.map(entry => entry.operation), MAX_DEPTH - 1);
    if (fault) return this.#refuseLocally(own, fault, UNREADABLE[fault]);
    const limit = this.#maxMessageBytes - FRAME_MARGIN;
    for (const entry of entries) entry.bytes = byteLength(JSON.stringify(entry.operation)) + 1;
    if (entries.some(entry => entry.bytes > limit)) {
      return this.#refuseLocally(own, 'too_large', `One element is larger than the ${Math.floor(limit / 1024)} KiB the server takes in one message. Import the file instead.`);
    }
    const touched = new Touched();
    for (const entry of entries) {
      this.#entries.set(entry.operation.operation_id, entry);
      this.#predict(entry, touched);
      this.#countTouch(entry, 1);
      this.#previewsOut.delete(entry.operation.gesture_id);
    }
    this.#frames.push(...this.#framesOf(entries, atomic));
    this.#keep(entries);
    this.canUndo = true;
    this.canRedo = false;
    this.#undoneUnsent = [];
    if (!touched.isEmpty) this.#emit('changes', touched);
    this.#pump();
    this.#changedPending();
    return entries.map(entry => entry.operation.operation_id);
  }

  undo() { this.#history('undo'); }
  redo() { this.#history('redo'); }

  #history(type) {
    if (type === 'redo' && this.#redoUnsent()) return; // also when the server is back: it has never seen that step
    const isLive = this.status === 'live';
    if (type === 'undo' && (!isLive || this.#frames.some(frame => !frame.sent)) && this.#undoUnsent()) return;
    if (!isLive) {
      this.#emit('refused', { code: 'offline', reason: `What the server has already can be ${type === 'undo' ? 'undone' : 'redone'} when it is back.`, operations: [] });
      return;
    }
    this.#undoneUnsent = [];
    // In its place among the operations: before one that still waits here it would take back the step before.
    this.#frames.push({ requestId: newId('r'), history: type, entries: [], bytes: 0, atomic: false, sent: false });
    this.#pump();
  }

  /** What is not with the server yet is taken back here, as long as nothing of the step was ever sent. */
  #undoUnsent() {
    const last = [...this.#entries.values()].at(-1);
    if (!last || last.tried) return false;
    const group = last.operation.group_id;
    const step = group ? [...this.#entries.values()].filter(entry => entry.operation.group_id === group) : [last];
    if (step.some(entry => entry.tried)) return false;
    this.#rebase(() => step.forEach(entry => { this.#forget(entry); this.#settle(entry); }));
    this.#undoneUnsent.push(step.map(entry => entry.operation));
    this.canRedo = true;
    this.#changedPending();
    return true;
  }

  #redoUnsent() {
    const undone = this.#undoneUnsent;
    const step = undone.pop();
    if (!step) return false;
    this.#undoneUnsent = []; // or the submission below would drop the rest
    this.submitMany(step);
    this.#undoneUnsent = undone;
    this.canRedo = undone.length > 0;
    return true;
  }

  /** Own operations without an acknowledgement. 0 means saved, unless it is still looked for what earlier pages have left. */
  get pendingCount() { return this.#frames.reduce((sum, frame) => sum + frame.entries.length, 0); }

  /** Whether it is not known yet what earlier pages have left unsent. */
  get isRestoring() { return this.#restoring; }

  #refuseLocally(operations, code, reason) {
    this.#emit('refused', { code, reason, operations });
    return [];
  }

  #framesOf(entries, atomic) {
    const frames = [];
    let frame = null;
    const limit = this.#maxMessageBytes - FRAME_MARGIN;
    for (const entry of entries) {
      if (!frame || frame.bytes + entry.bytes > limit || frame.entries.length >= MAX_OPERATIONS_PER_FRAME) {
        frame = { requestId: newId('r'), entries: [], bytes: 0, atomic, sent: false };
        frames.push(frame);
      }
      frame.entries.push(entry);
      frame.bytes += entry.bytes;
      entry.frame = frame;
    }
    // All-or-none holds within one frame alone; a batch over the limit is tied together by its group_id, so that it is undone as one.
    if (frames.length > 1) for (const each of frames) each.atomic = false;
    return frames;
  }

  #pump() {
    if (this.status !== 'live' || this.#probe || now() < this.#pausedUntil) return;
    for (let i = 0; i < this.#frames.length; i++) {
      const frame = this.#frames[i];
      if (frame.sent) continue;
      if (frame.history) {
        if (!this.#send({ type: frame.history, request_id: frame.requestId })) break;
        this.#requests.set(frame.requestId, frame.history);
        this.#frames.splice(i--, 1);
        continue;
      }
      if (this.#bytesInFlight > 0 && this.#bytesInFlight + frame.bytes > MAX_BYTES_IN_FLIGHT) break;
      if (!this.#sendFrame(frame)) break;
    }
  }

  #sendFrame(frame) {
    const operations = frame.entries.map(entry => entry.operation);
    const sent = operations.length === 1
      ? this.#send({ type: 'operation', request_id: frame.requestId, ...operations[0] })
      : this.#send({ type: 'operations', request_id: frame.requestId, atomic: frame.atomic, operations });
    if (!sent) return false;
    frame.sent = true;
    for (const entry of frame.entries) entry.tried = true;
    this.#bytesInFlight += frame.bytes;
    return true;
  }

  /** The server has answered for the entry, one way or the other. */
  #settle(entry) {
    const frame = entry.frame;
    if (!frame) return;
    entry.frame = null;
    this.#leaveOutbox(entry.operation.operation_id);
    frame.entries.splice(frame.entries.indexOf(entry), 1);
    if (frame.entries.length) return;
    if (frame.sent) this.#bytesInFlight -= frame.bytes;
    this.#frames.splice(this.#frames.indexOf(frame), 1);
  }

  /** Acknowledgements come in rows: they leave the outbox together. */
  #leaveOutbox(operationId) {
    if (!this.#options.outbox) return;
    if (this.#settled.push(operationId) === 1) queueMicrotask(() => { this.#options.outbox.remove(this.#settled); this.#settled = []; });
  }

  #refuse(entries, code, reason) {
    this.#rebase(() => { for (const entry of entries) { this.#forget(entry); this.#settle(entry); } });
    this.#emit('refused', { code, reason, operations: entries.map(entry => entry.operation) });
    this.#changedPending();
  }

  #stopRestoring() {
    this.#restoring = false;
    this.#changedPending();
  }

  #forget(entry) {
    this.#entries.delete(entry.operation.operation_id);
    this.#countTouch(entry, -1);
  }

  #changedPending() {
    this.#emit('pending', this.pendingCount);
  }

  // ---- confirmed drawing below, own operations on top

  #predict(entry, touched) {
    entry.changes = [];
    entry.inverse = [];
    if (!this.model) return;
    const predicted = predictChanges(this.model, entry.operation);
    if (!predicted) return;
    try {
      entry.inverse = this.model.apply(predicted, touched);
      entry.changes = predicted;
    } catch (error) {
      if (!(error instanceof ChangeError)) throw error;
      // It does not fit what is confirmed by now. The server decides; until then it is not drawn.
    }
  }

  #rebase(action, touched = new Touched()) {
    const entries = [...this.#entries.values()];
    if (this.model) for (const entry of entries.reverse()) if (entry.inverse?.length) this.model.apply(entry.inverse, touched);
    action(touched);
    this.#pendingTouches.clear();
    for (const entry of this.#entries.values()) { this.#predict(entry, touched); this.#countTouch(entry, 1); }
    if (!touched.isEmpty) this.#emit('changes', touched);
  }

  #confirm(operations) {
    const touched = new Touched();
    try {
      for (let i = 0; i < operations.length; i++) {
        const operation = operations[i];
        const first = this.#entries.values().next().value;
        if (operation.revision > this.revision + 1) { this.#resync(); break; }
        if (first?.operation.operation_id === operation.operation_id && sameJson(first.changes, operation.changes)) {
          this.#forget(first); // as predicted: what is drawn is right already
          this.#settle(first);
        } else if (!this.#entries.size || !this.#meetsPending(operation)) {
          this.model.apply(operation.changes ?? [], touched);
        } else {
          this.#rebase(inner => this.#confirmBelow(operations.slice(i), inner), touched);
          return;
        }
        this.revision = operation.revision;
      }
    } catch (error) {
      if (!(error instanceof ChangeError)) throw error;
      this.#startOver();
      return;
    }
    if (!touched.isEmpty) this.#emit('changes', touched);
  }

  #confirmBelow(operations, touched) {
    for (const operation of operations) {
      const own = this.#entries.get(operation.operation_id);
      if (own) { this.#entries.delete(operation.operation_id); this.#settle(own); }
      if (operation.revision > this.revision + 1) { this.#resync(); return; }
      this.model.apply(operation.changes ?? [], touched);
      this.revision = operation.revision;
    }
  }

  /** Whether an operation reaches anything that own unconfirmed operations have touched; if not, the order of the two does not matter. */
  #meetsPending({ operation_id, changes = [] }) {
    if (this.#entries.has(operation_id)) return true;
    for (const change of changes) {
      if (change.change === 'remove') {
        const node = this.model.get(change.element_id);
        if (!node) return true;
        let meets = false;
        const visit = at => { meets ||= this.#pendingTouches.has(at.id); if (!meets) at.children.forEach(child => child.id !== undefined && visit(child)); };
        visit(node);
        if (meets) return true;
      } else if (change.change === 'insert') {
        if (this.#pendingTouches.has(change.node.element_id) || !this.model.get(change.parent_id)) return true;
      } else if (change.change === 'place') {
        // A place may make a cycle with an own place elsewhere on the path: rare enough to always go the slow way.
        return true;
      } else if (this.#pendingTouches.has(change.element_id)) return true;
    }
    return false;
  }

  #countTouches() {
    this.#pendingTouches.clear();
    for (const entry of this.#entries.values()) this.#countTouch(entry, 1);
  }

  #countTouch(entry, step) {
    const count = id => {
      const sum = (this.#pendingTouches.get(id) ?? 0) + step;
      if (sum > 0) this.#pendingTouches.set(id, sum); else this.#pendingTouches.delete(id);
    };
    // Elements that a deletion took along and the parents that a creation needs are touched too.
    for (const change of [...entry.changes ?? [], ...entry.inverse ?? []]) {
      if (change.change === 'insert') { count(change.parent_id); forEachElement(change.node, ({ element_id }) => count(element_id)); }
      else { count(change.element_id); if (change.parent_id) count(change.parent_id); }
    }
    count(entry.operation.element_id);
  }

  #resync() { this.#send({ type: 'sync', last_revision: this.revision }); }

  /** The copy does not fit what the server says: get a fresh one. */
  #startOver() {
    this.#stale = true;
    const socket = this.#socket;
    this.#lost(1006, '');
    socket?.close();
  }

  // ---- previews, presence

  /** Shows others a gesture under way. The newest of a gesture goes out, at most once a frame. */
  preview(gestureId, elementIds, data) {
    this.#previewsOut.set(gestureId, { type: 'preview', gesture_id: gestureId, element_ids: elementIds, data });
    if (!this.#timers.has('previews')) this.#after('previews', 16, () => this.#flushPreviews());
  }

  /** Ends a gesture that came to nothing. */
  endPreview(gestureId) { this.preview(gestureId, [], {}); }

  #flushPreviews() {
    const previews = [...this.#previewsOut.values()];
    this.#previewsOut.clear();
    if (this.status !== 'live') return;
    for (const preview of previews) {
      const text = JSON.stringify(preview);
      // A preview is a courtesy: one that is too large for a frame, or not to be read, is left out.
      if (byteLength(text) < this.#maxMessageBytes && !faultIn(preview, MAX_DEPTH)) this.#send(text);
    }
  }

  /** Tells others what this user does: cursor, current element, status. Fields not named stay as they were. */
  activity(report) {
    this.#activityOut = { ...this.#activityOut, ...report };
    if (this.#timers.has('activity')) return;
    this.#after('activity', ACTIVITY_EVERY, () => {
      const message = { type: 'activity', ...this.#activityOut };
      this.#activityOut = null;
      if (this.status === 'live') this.#send(message);
    });
  }

  /** Tells others what is selected. Presence alone: nothing is stored. */
  select(elementIds) {
    this.#selection = elementIds;
    this.#after('selection', ACTIVITY_EVERY, () => this.#sendSelection());
  }

  #sendSelection() {
    if (this.status !== 'live' || !this.model) return;
    const elements = this.#selection.filter(id => id.length <= LONGEST_SHOWN).slice(0, SHOWN_SELECTION);
    this.#send({ type: 'operation', operation_type: 'select', element_id: elements[0] ?? this.model.root.id, data: { elements } });
  }

  // ---- pending operations outlive the page

  #keep(entries) {
    if (this.joined) this.#options.outbox?.add(this.joined.user_id, entries.map(entry => entry.operation));
  }

  /** With each join: what pages that are gone by then have left unsent is this page's to send. */
  async #restore(isFirst) {
    const { outbox } = this.#options;
    if (!outbox || this.#taking) return;
    this.#taking = true;
    this.#restoring = isFirst;
    if (isFirst) this.#after('restore', RESTORE_PATIENCE, () => this.#stopRestoring()); // what a store that is slower has kept still goes out
    const kept = (await outbox.takeOver(this.joined.user_id)).filter(operation => !this.#entries.has(operation.operation_id));
    this.#taking = false;
    this.#cancel('restore');
    if (this.#closed) return this.#stopRestoring();
    const unreadable = kept.filter(operation => faultIn(operation, MAX_DEPTH - 2)); // an older client has sent it in vain at each visit
    const operations = kept.filter(operation => !unreadable.includes(operation));
    if (unreadable.length) {
      const code = faultIn(unreadable, MAX_DEPTH - 1);
      outbox.remove(unreadable.map(operation => operation.operation_id));
      this.#emit('refused', { code, reason: UNREADABLE[code], operations: unreadable });
    }
    if (!operations.length) return this.#stopRestoring();
    this.#restoring = false;
    const entries = operations.map(operation => ({ operation, tried: true, bytes: byteLength(JSON.stringify(operation)) + 1 }));
    this.#rebase(() => { for (const entry of entries) this.#entries.set(entry.operation.operation_id, entry); });
    this.#frames.push(...this.#framesOf(entries, false));
    this.#pump();
    this.#changedPending();
  }
}

/** The people as they are after some changes: a whole entry replaces the former one, others have only what is new, and so have their sessions. */
function amend(people, { changed, left }) {
  const result = new Map(people.filter(person => !left.includes(person.user_id)).map(person => [person.user_id, person]));
  for (const change of changed) {
    const former = result.get(change.user_id);
    if (!former || change.username !== undefined) { result.set(change.user_id, change); continue; }
    const news = new Map(change.sessions?.map(session => [session.session_id, session]));
    const sessions = former.sessions.map(session => { const own = news.get(session.session_id); return own ? { ...session, ...own } : session; });
    const person = { ...former, ...change, sessions };
    person.cursor_position = sessions.find(session => session.session_id === person.active_session)?.cursor_position;
    person.selection = [...new Set(sessions.flatMap(session => session.selection))];
    result.set(change.user_id, person);
  }
  return [...result.values()];
}

function defaultUrl() {
  if (typeof document === 'undefined') return 'ws://localhost:8765';
  const url = new URL('ws', document.baseURI);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

const now = () => performance.now();
const failure = (code, reason, retryAfter) => Object.assign(new Error(reason), { code, retryAfter });
/** The answer that came in several messages: texts and lists of the same name one behind the other. */
function joinMessages(messages) {
  if (messages.length === 1) return messages[0];
  const joined = Object.assign({}, ...messages);
  for (const [name, value] of Object.entries(messages[0])) {
    if (Array.isArray(value)) joined[name] = messages.flatMap(message => message[name] ?? []);
    else if (name === 'content') joined[name] = messages.map(message => message.content).join('');
  }
  return joined;
}

/** Why the server could not read a message with this in it, which may have so many levels; null where it can. */
function faultIn(value, levels) {
  if (typeof value === 'string') return value.isWellFormed() ? null : 'invalid_json';
  if (typeof value !== 'object' || value === null) return null;
  if (levels === 0) return 'nesting_too_deep';
  for (const name in value) {
    const fault = faultIn(name, 0) ?? faultIn(value[name], levels - 1);
    if (fault) return fault;
  }
  return null;
}

const prune = object => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

function sameJson(a, b) {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every(name => sameJson(a[name], b[name]));
}
