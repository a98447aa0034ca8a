// How shapes look: what the next one gets, what the selected one has, and how a change of it is written.

export const FIRST_LOOK = { fill: '#dbeafe', stroke: '#1e40af', 'stroke-width': 2, opacity: 1, 'font-size': 24 };
/** The look of the first shape in a drawing of small or large units. */
export const firstLook = unit => ({ ...FIRST_LOOK, ...Object.fromEntries(['stroke-width', 'font-size'].map(name => [name, Number((FIRST_LOOK[name] * unit).toPrecision(6))])) });
const FONT = 'system-ui, sans-serif';
const CONTAINERS = new Set(['g', 'a', 'svg', 'switch']);

/** The attributes of a new shape of a type. */
export function lookOf(type, look, unit = 1) {
  const opacity = look.opacity < 1 ? { opacity: look.opacity } : {};
  if (type === 'text') {
    return { fill: look.stroke === 'none' ? (look.fill === 'none' ? '#000000' : look.fill) : look.stroke, 'font-size': look['font-size'], 'font-family': FONT, ...opacity };
  }
  const stroke = look.stroke === 'none' && (type === 'line' || type === 'path') ? '#1e40af' : look.stroke;
  const lines = { stroke, ...(stroke === 'none' ? {} : { 'stroke-width': look['stroke-width'] || unit }), ...opacity };
  if (type === 'line') return { ...lines, 'stroke-linecap': 'round' };
  if (type === 'path') return { fill: 'none', ...lines, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' };
  return { fill: look.fill, ...lines };
}

/** What the property bar shows for an element. */
export function lookAt(element) {
  const style = getComputedStyle(element);
  return {
    fill: hex(style.fill), stroke: hex(style.stroke), 'stroke-width': parseFloat(style.strokeWidth) || 0,
    opacity: Number(style.opacity), 'font-size': parseFloat(style.fontSize) || 16,
  };
}

/** What elements inherit of how they look, and what browsers compute for it where nobody has said anything. */
export const INHERITED = {
  fill: 'rgb(0, 0, 0)', 'fill-opacity': '1', 'fill-rule': 'nonzero', stroke: 'none', 'stroke-width': '1px', 'stroke-opacity': '1', 'stroke-linecap': 'butt', 'stroke-linejoin': 'miter',
  'stroke-miterlimit': '4', 'stroke-dasharray': 'none', 'stroke-dashoffset': '0px', 'paint-order': 'normal', color: 'rgb(0, 0, 0)', visibility: 'visible', 'clip-rule': 'nonzero',
  'marker-start': 'none', 'marker-mid': 'none', 'marker-end': 'none', 'font-family': 'serif', 'font-size': '16px', 'font-style': 'normal', 'font-weight': '400',
  'text-anchor': 'start', 'dominant-baseline': 'auto', 'letter-spacing': 'normal', 'word-spacing': '0px', 'writing-mode': 'horizontal-tb', direction: 'ltr',
};

/** What of it an element hands down that differs from that. */
export function handedDown(element) {
  const style = getComputedStyle(element);
  return Object.fromEntries(Object.entries(INHERITED).flatMap(([name, initial]) => {
    const value = style.getPropertyValue(name).replace(/url\("#([^"]*)"\)/g, 'url(#$1)');
    return value === initial || value === '' ? [] : [[name, value]];
  }));
}

/** The shapes that a colour given to an element means: those inside a group. `most`: the first so many of them. */
export function leavesOf(node, most = Infinity, result = []) {
  if (!CONTAINERS.has(node.name)) result.push(node);
  else for (const child of node.children) if (child.id !== undefined && result.length < most) leavesOf(child, most, result);
  return result;
}

/**
 * The attributes that make a property visible on an element. Where the element's own `style` or a style sheet decides the property, an attribute would be
 * without effect, so it goes into `style`.
 */
export function attributesFor(node, element, name, value) {
  const own = node.attributes.get('style');
  const scratch = element.cloneNode(false);
  const decidedByStyle = own !== undefined && scratch.style.getPropertyValue(name) !== '';
  if (!decidedByStyle && !decidedBySheet(element, name)) return { [name]: String(value) };
  scratch.setAttribute('style', own ?? '');
  scratch.style.setProperty(name, String(value));
  return { style: scratch.getAttribute('style') };
}

function decidedBySheet(element, name) {
  return rulesFor(element).some(rule => rule.style.getPropertyValue(name) && element.matches(rule.selectorText));
}

/** The rules of the drawing's own style sheets. */
function rulesFor(element) {
  const sheets = Array.from(element.getRootNode().styleSheets ?? []).filter(sheet => sheet.ownerNode?.namespaceURI === 'http://www.w3.org/2000/svg'); // the others are ours
  return sheets.flatMap(sheet => Array.from(sheet.cssRules)).filter(rule => rule.style && rule.selectorText);
}

/** Says what the drawing's style sheets make of an element and of what is in it, as their `style` would say it, by element. */
export function looksBySheets(root) {
  const rules = rulesFor(root);
  return element => {
    const names = new Map();
    for (const { selectorText, style } of rules) {
      const met = element.firstElementChild ? Array.from(element.querySelectorAll(selectorText)) : [];
      if (element.matches(selectorText)) met.push(element);
      for (const each of met) names.set(each, new Set([...names.get(each) ?? [], ...style]));
    }
    return new Map(Array.from(names, ([each, own]) => {
      const style = getComputedStyle(each);
      return [each, [...own].map(name => `${name}:${style.getPropertyValue(name)}`).join(';')];
    }));
  };
}

function hex(color) {
  if (!color || color === 'none') return 'none';
  const match = /^rgba?\((\d+), (\d+), (\d+)/.exec(color);
  if (!match) return null; // a gradient or a pattern: no single colour
  return `#${match.slice(1).map(part => Number(part).toString(16).padStart(2, '0')).join('')}`;
}
