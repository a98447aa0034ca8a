// What a drawing knows of an element beside its looks: the SVGX data on it, its constraints and its assembly.

import { namespaceOf } from '../client/svgx-client.js';

const SVGX_NAMESPACE = 'http://arxos.io/svgx';
const MOST = 100;
const LONGEST = 200;

const localName = name => name.slice(name.indexOf(':') + 1);
const short = text => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** Pairs of a name and what it says, in the order of the drawing. */
export function buildingData(node) {
  if (!node) return [];
  const said = [];
  for (const [name, value] of node.attributes) if (namespaceOf(node, name) === SVGX_NAMESPACE) said.push([localName(name), short(value)]);
  for (const child of node.children) {
    if (said.length >= MOST) break;
    if (child.namespace === SVGX_NAMESPACE) said.push([localName(child.name), short(fieldsOf(child))]);
  }
  return said.slice(0, MOST);
}

function fieldsOf(node) {
  const fields = [...node.attributes].filter(([name]) => name !== 'xmlns' && !name.startsWith('xmlns:') && name !== 'id').map(([name, value]) => `${localName(name)} ${value}`);
  const words = node.children.filter(child => child.kind === 'text' || child.kind === 'cdata').map(child => child.value).join('').trim();
  return [...fields, ...(words ? [words] : [])].join(', ') || '–';
}
