// How shapes look: what the next one gets, what the selected one has, and how a change of it is written.

export const FIRST_LOOK = { fill: '#dbeafe', stroke: '#1e40af', 'stroke-width': 2, opacity: 1, 'font-size': 24 };
const FONT = 'system-ui, sans-serif';
const CONTAINERS = new Set(['g', 'a', 'svg', 'switch']);

/** The attributes of a new shape of a type. */
export function lookOf(type, look) {
  const opacity = look.opacity < 1 ? { opacity: look.opacity } : {};
  if (type === 'text') {
    return { fill: look.stroke === 'none' ? (look.fill === 'none' ? '#000000' : look.fill) : look.stroke, 'font-size': look['font-size'], 'font-family': FONT, ...opacity };
  }
  const stroke = look.stroke === 'none' && (type === 'line' || type === 'path') ? '#1e40af' : look.stroke;
  const lines = { stroke, ...(stroke === 'none' ? {} : { 'stroke-width': look['stroke-width'] || 1 }), ...opacity };
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
  for (const sheet of element.getRootNode().styleSheets ?? []) {
    if (sheet.ownerNode?.namespaceURI !== 'http://www.w3.org/2000/svg') continue; // ours, not the drawing's
    for (const rule of sheet.cssRules) {
      if (rule.style?.getPropertyValue(name) && rule.selectorText && element.matches(rule.selectorText)) return true;
    }
  }
  return false;
}

function hex(color) {
  if (!color || color === 'none') return 'none';
  const match = /^rgba?\((\d+), (\d+), (\d+)/.exec(color);
  if (!match) return null; // a gradient or a pattern: no single colour
  return `#${match.slice(1).map(part => Number(part).toString(16).padStart(2, '0')).join('')}`;
}
