// What people call an element: its label, its title, its words, its id; else its kind and which of that kind it is.

const KINDS = { rect: 'Rect', circle: 'Circle', ellipse: 'Ellipse', line: 'Line', polyline: 'Line', polygon: 'Polygon', path: 'Path', text: 'Text', tspan: 'Text', image: 'Image', use: 'Symbol', g: 'Group', a: 'Link', svg: 'Drawing', 'arx:constraint': 'Constraint', 'arx:assembly': 'Assembly' };
const LONGEST = 40;

/** Names by id; of what is not in the drawing there is none. */
export function namesOf(model, ids) {
  const names = {};
  const numbered = new Map();
  for (const id of ids) {
    const node = model?.get(id);
    if (!node) continue;
    names[id] = ownName(node) ?? '';
    if (!names[id]) numbered.set(node.name, null);
  }
  if (numbered.size) count(model.root, numbered, new Map(), (id, name) => { if (names[id] === '') names[id] = name; });
  return names;
}

function ownName(node) {
  const words = node.attributes.get('inkscape:label') ?? node.attributes.get('aria-label') ?? textOf(node.children.find(child => child.name === 'title'));
  if (words?.trim()) return short(words);
  if (node.name === 'text' || node.name === 'tspan') { const text = textOf(node); if (text?.trim()) return `Text “${short(text)}”`; }
  const id = node.attributes.get('id');
  return id && !isMade(id) ? short(id) : null;
}

/** An id that a client or the server made up: nobody knows an element by it. */
function isMade(id) {
  if (/^e[0-9a-f]{16}$/.test(id)) return true;
  return /^e[0-9A-Za-z]{12}$/.test(id) && (/\d/.test(id) || (id.match(/[A-Z]/g)?.length ?? 0) > 1);
}

function count(node, kinds, counts, tell) {
  if (node.id === undefined) return;
  if (kinds.has(node.name)) {
    const number = (counts.get(node.name) ?? 0) + 1;
    counts.set(node.name, number);
    tell(node.id, `${KINDS[node.name] ?? node.name} ${number}`);
  }
  for (const child of node.children) count(child, kinds, counts, tell);
}

const textOf = node => node?.children.map(child => (child.kind === 'text' || child.kind === 'cdata' ? child.value : child.id !== undefined ? textOf(child) : '')).join('');

function short(words) {
  const clean = words.trim().replace(/\s+/g, ' ');
  return clean.length <= LONGEST ? clean : `${clean.slice(0, LONGEST - 1)}…`;
}
