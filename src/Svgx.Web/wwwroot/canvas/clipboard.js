// Copy, paste and duplicate: SVG text in, SVG text out, `create` operations in between. The server sanitises what is pasted.
import { newId, parseTransform, SVG_NAMESPACE } from '../client/svgx-client.js';
import { attributesOf, Names, referencesIn, toData, toDom, XMLNS_NAMESPACE } from './element-data.js';
import { INHERITED } from './look.js';

/** A subtree above this size is created element by element, so that every message stays below the server's limit. */
const ONE_CREATE = 256 << 10;
/** So is one that nests deeper: the server reads JSON of 64 levels, and an element takes two of them. */
const DEEPEST = 24;
const MOST_ELEMENTS = 20_000;
/** A copy stands so many of the drawing's units aside of its original. */
const OFFSET = 16;
const STOOD_IN = 'data-svgx-parent';
const REFERRED_TO = 'data-svgx-refs';
const BY_SHEETS = 'data-svgx-style';

/**
 * The elements as an SVG document of their own. What they stand in comes along as a group of its name, place and look. `ground` says of an element how what stands in it is
 * placed in the drawing and what it inherits. With `sheets`, which says what style sheets make of an element and of what is in it, by id, comes all that another drawing lacks:
 * that, and what is referred to, such as a gradient.
 */
export function toSvgText(model, ids, documentId, { ground, sheets = null }) {
  const out = document.implementation.createDocument(SVG_NAMESPACE, 'svg', null);
  const root = model.root;
  for (const [name, value] of root.attributes) {
    if (name.startsWith('xmlns:')) out.documentElement.setAttributeNS(XMLNS_NAMESPACE, name, value);
    if (name === 'viewBox' || name === 'width' || name === 'height') out.documentElement.setAttribute(name, value);
  }
  out.documentElement.setAttribute('data-svgx', 'fragment');
  out.documentElement.setAttribute('data-svgx-document', documentId);
  let group = null;
  for (const id of ids) {
    const node = model.get(id);
    if (group?.getAttribute(STOOD_IN) !== node.parent.id) {
      group = out.createElementNS(SVG_NAMESPACE, 'g');
      group.setAttribute(STOOD_IN, node.parent.id);
      const { matrix, look } = ground(node.parent.id);
      if (written(matrix) !== AS_IT_IS) group.setAttribute('transform', written(matrix));
      for (const [name, value] of Object.entries(look)) group.setAttribute(name, value);
      out.documentElement.append(group);
    }
    group.append(asSeen(node, out, sheets));
  }
  const referred = sheets ? referredTo(model, ids, out, sheets) : [];
  if (referred.length) {
    const defs = out.createElementNS(SVG_NAMESPACE, 'defs');
    defs.setAttribute(REFERRED_TO, '');
    defs.append(...referred);
    out.documentElement.prepend(defs);
  }
  return new XMLSerializer().serializeToString(out);
}

function asSeen(node, out, sheets) {
  const element = toDom(node, out), looks = sheets?.(node.id);
  if (looks?.size) for (const each of [element, ...element.querySelectorAll('*')]) if (looks.has(each.id)) each.setAttribute(BY_SHEETS, looks.get(each.id));
  return element;
}

/** What elements outside of the copied are needed to draw them, in turn with what those need. */
function referredTo(model, ids, out, sheets) {
  const copied = new Set(ids.map(id => model.get(id))), found = new Map();
  const isIn = (node, nodes) => { for (let at = node; at; at = at.parent) if (nodes.has(at)) return true; return false; };
  const search = element => {
    for (const id of referencesIn(element)) {
      const node = model.get(id);
      // What stands around the copied would bring them along a second time.
      if (!node || isIn(node, copied) || isIn(node, found) || ids.some(each => model.isWithin(model.get(each), node))) continue;
      for (const each of found.keys()) if (model.isWithin(each, node)) found.delete(each);
      found.set(node, asSeen(node, out, sheets));
      search(found.get(node));
    }
  };
  search(out.documentElement);
  return [...found.values()];
}

/** A matrix as the `transform` attribute has it. */
export const written = ({ a, b, c, d, e, f }) => `matrix(${[a, b, c, d, e, f].map(value => Number(value.toFixed(6))).join(' ')})`;
const AS_IT_IS = 'matrix(1 0 0 1 0 0)';

/**
 * What pasting SVG text would create, `{operations, ids}`; null where the text is no SVG. `ground` says of an element how what stands in it is placed in the drawing and what
 * it inherits, `placeOf` where something goes that stood in an element of this drawing or, for null, elsewhere. `beside`: each directly above what it is a copy of.
 */
export function fromSvgText(text, model, documentId, { centre, ground, placeOf, unit, beside = false }) {
  const parsed = parse(text);
  if (!parsed) return null;
  const isOwn = parsed.getAttribute('data-svgx') === 'fragment', isFromHere = parsed.getAttribute('data-svgx-document') === documentId;
  if (isOwn) settleSheets(parsed, isFromHere);
  const missing = isOwn ? missingIn(model, parsed, isFromHere) : [];
  const names = Names.in(model, parsed, isFromHere);
  const tops = isOwn ? unpacked(parsed, isFromHere ? model : null, ground, placeOf, OFFSET * unit) : Array.from(parsed.children, element => ({ element, parentId: placeOf(null) }));
  const copies = tops.map(({ element, ...place }) => ({ ...place, original: model.get(element.getAttribute('id')), shape: toData(element, names) })).filter(({ shape }) => shape);
  if (!copies.length) return isOwn ? { operations: [], ids: [] } : null;
  const shapes = copies.map(({ shape }) => shape), referred = missing.map(element => toData(element, names)).filter(Boolean);
  if (count(shapes) + count(referred) > MOST_ELEMENTS) return { operations: [], ids: [], tooMany: true };
  const operations = [], moves = [], ids = [];
  if (referred.length) define(model, referred, operations);
  for (const { shape, parentId, original, offset } of isOwn ? copies : [{ shape: wrap(parsed, shapes, names, centre), parentId: copies[0].parentId }]) {
    const next = beside && original?.parent.id === parentId ? nextElement(original) : null;
    create(shape, parentId, operations, next ? { before: next.id } : {});
    if (UNSEEN.has(shape.type)) continue;
    ids.push(shape.element_id);
    if (offset) moves.push({ operation_type: 'move', element_id: shape.element_id, data: offset });
  }
  return { operations: [...operations, ...moves], ids };
}

const UNSEEN = new Set(['defs', 'style', 'title', 'desc', 'metadata']);

const nextElement = node => node.parent.children.slice(node.parent.children.indexOf(node) + 1).find(child => child.id !== undefined);

/** Style sheets stay in their drawing. In another one an element has what they made of it by itself: there its classes would mean nothing, or something else. */
function settleSheets(root, isFromHere) {
  for (const element of root.querySelectorAll(`[${BY_SHEETS}]`)) {
    if (!isFromHere) {
      element.setAttribute('style', `${element.getAttribute(BY_SHEETS)};${element.getAttribute('style') ?? ''}`);
      element.removeAttribute('class');
    }
    element.removeAttribute(BY_SHEETS);
  }
  if (!isFromHere) for (const sheet of root.querySelectorAll('style')) sheet.remove();
}

/** What the copied refer to and the drawing lacks; the rest of it is taken out of the fragment, and means what the drawing has. */
function missingIn(model, root, isFromHere) {
  const referred = root.querySelector(`:scope > [${REFERRED_TO}]`), there = new Map();
  for (const element of referred?.children ?? []) {
    const node = model.get(element.id);
    if (node && (isFromHere || isAlike(element, toDom(node, root.ownerDocument)))) there.set(element.id, element);
  }
  // In another drawing only with all that it refers to in turn.
  const isThere = id => { const at = referred.querySelector(`[id="${CSS.escape(id)}"]`); return !at || [...there.values()].some(each => each.contains(at)); };
  for (let before = -1; !isFromHere && before !== there.size;) {
    before = there.size;
    for (const [id, element] of there) if (![...referencesIn(element)].every(isThere)) there.delete(id);
  }
  for (const element of there.values()) element.remove();
  return Array.from(referred?.children ?? []);
}

const isAlike = (...elements) => new Set(elements.map(element => JSON.stringify(toData(element, Names.own(element))))).size === 1;

/** Puts definitions beside those that the drawing has. */
function define(model, shapes, operations) {
  const defs = model.root.children.find(child => child.name === 'defs');
  if (!defs) create({ type: 'defs', element_id: newId(), children: shapes }, model.root.id, operations, { index: 0 });
  else for (const shape of shapes) create(shape, defs.id, operations);
}

/** What was copied, each with where it goes: into what it stood in, as it is; elsewhere with its place and look of there. */
function unpacked(root, model, ground, placeOf, aside) {
  const tops = [];
  for (const group of root.children) {
    if (group.hasAttribute(REFERRED_TO)) continue;
    const from = group.getAttribute(STOOD_IN);
    const parentId = placeOf(model?.get(from) ? from : null);
    const { matrix, look } = ground(parentId);
    const inverse = matrix.inverse(), round = value => Number(value.toPrecision(4));
    // A little aside as the drawing shows it, however its parent is turned.
    const offset = { dx: round((inverse.a + inverse.c) * aside), dy: round((inverse.b + inverse.d) * aside) };
    if (from === null) { tops.push({ element: group, parentId, offset }); continue; } // a copy by an older version
    const elements = Array.from(group.children);
    if (parentId !== from || !model) for (const element of elements) if (!UNSEEN.has(element.localName)) carry(element, group, inverse, look);
    tops.push(...elements.map(element => ({ element, parentId, offset })));
  }
  return tops;
}

/** Gives an element itself the place and look that it had from what it stood in, where it would get others. */
function carry(element, group, inverse, look) {
  const matrix = written(inverse.multiply(new DOMMatrix(parseTransform(group.getAttribute('transform') ?? '') ?? undefined)));
  if (matrix !== AS_IT_IS) element.setAttribute('transform', `${matrix} ${element.getAttribute('transform') ?? ''}`.trim());
  for (const [name, initial] of Object.entries(INHERITED)) {
    const had = group.getAttribute(name) ?? initial, own = element.getAttribute(name);
    if (had !== (look[name] ?? initial) && (own === null || own === 'inherit')) element.setAttribute(name, had);
  }
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

const depth = shape => 1 + (shape.children ?? []).reduce((most, child) => Math.max(most, depth(child)), 0);

const count = shapes => shapes.reduce((sum, shape) => sum + 1 + count(shape.children ?? []), 0);

/** A drawing from elsewhere comes as one group, in its own size, in the middle of the view. */
function wrap(root, shapes, names, centre) {
  const [x = 0, y = 0, width = 0, height = 0] = (root.getAttribute('viewBox') ?? '').trim().split(/[\s,]+/).map(Number).filter(Number.isFinite);
  const shownWidth = parseFloat(root.getAttribute('width')) || width || 0;
  const shownHeight = parseFloat(root.getAttribute('height')) || height || 0;
  const scale = width && shownWidth && !/%/.test(root.getAttribute('width') ?? '') ? shownWidth / width : 1;
  const look = Object.fromEntries(Object.entries(attributesOf(root, names)).filter(([name]) => /^(fill|stroke|font|color|opacity|style|class|text-anchor)/.test(name)));
  const tx = centre.x - (shownWidth / 2) - x * scale, ty = centre.y - (shownHeight / 2) - y * scale;
  const number = value => Number(value.toFixed(3));
  const transform = `translate(${number(tx)} ${number(ty)})${scale !== 1 ? ` scale(${number(scale)})` : ''}`;
  const isSingle = shapes.length === 1 && !Object.keys(look).length && !width && !shownWidth;
  const whole = isSingle ? shapes[0] : { type: 'g', element_id: newId(), attributes: { ...look, transform }, children: shapes };
  if (names.scope) whole.attributes.class = [whole.attributes.class, names.scope].filter(Boolean).join(' ');
  return whole;
}

function create(shape, parentId, operations, place = {}) {
  const { element_id, ...data } = flat(shape);
  // Running text has no place of its own outside the element it is in.
  const inParts = shape.children?.every(child => child.type !== undefined) && (depth(shape) > DEEPEST || JSON.stringify(data).length > ONE_CREATE);
  if (inParts) delete data.children;
  operations.push({ operation_type: 'create', element_id, data: { ...data, parent_id: parentId, ...place } });
  if (inParts) for (const child of shape.children) create(child, element_id, operations);
}

/** Attributes beside the reserved names, as `create` takes them. */
function flat({ attributes, children, ...rest }) {
  const data = { ...attributes, ...rest };
  if (attributes?.type !== undefined) { data.tag = rest.type; data.type = attributes.type; }
  if (children) data.children = children.map(flat);
  return data;
}
