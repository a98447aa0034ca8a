// What of a drawing is put into the page. The server has sanitised everything already; this is the second lock on the same door.
import { closes, opens, replaced, rulesOf, tokensOf } from './css.js';

const ELEMENTS = new Set(('svg g defs symbol use switch a path rect circle ellipse line polyline polygon text tspan textPath image marker pattern clipPath mask '
  + 'linearGradient radialGradient stop filter style title desc metadata view animate animateTransform animateMotion set mpath '
  + 'feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB '
  + 'feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence').split(' '));

/** Those in which attributes are drawn, whatever prefix the drawing has for them. */
const NAMESPACES = new Set(['http://www.w3.org/1999/xlink', 'http://www.w3.org/XML/1998/namespace']);
const IMAGE = /^image\/(png|jpeg|jpg|gif|webp|avif|svg\+xml)$/i;
const FONT = /^(font\/|application\/(x-)?font|application\/vnd\.ms-fontobject)/i;
/** Functions in which a string is an address. */
const TAKES_ADDRESS = /^(url|image|.*image-set|.*cross-fade)$/i;
/** Functions that give what is written in them; var(), attr() and their like give what stands elsewhere, and that may be an address. */
const PLAIN = /^(type|calc|rgba?|hsla?|hwb|(ok)?(lab|lch)|color|color-mix|.*gradient)$/i;
const MAX_NESTING = 32;

export const isDrawable = localName => ELEMENTS.has(localName);

/** A style sheet without the rules that load from outside the drawing or cannot be understood. */
export function safeSheet(css) {
  const tokens = tokensOf(css), cuts = [];
  judge(tokens, 0, tokens.length, MAX_NESTING, (start, end) => cuts.push([tokens[start].start, tokens[end - 1].end, '']));
  return replaced(css, cuts);
}

function judge(tokens, from, to, nesting, cut) {
  for (const { start, open, close, end, name, hasBlock, isGroup } of rulesOf(tokens, from, to)) {
    if (name === 'namespace' && !hasBlock) continue; // a name that looks like an address
    if (hasBlock ? close >= to || nesting === 0 : name === null) cut(start, end);
    else if (isGroup && keepsToItself(tokens, start, open)) judge(tokens, open + 1, close, nesting - 1, cut);
    else if (!keepsToItself(tokens, start, end)) cut(start, end);
  }
}

/** Whether the declarations of a `style` attribute, or a value, keep to the drawing itself. */
export function isSafeCss(css) {
  const tokens = tokensOf(css);
  return keepsToItself(tokens, 0, tokens.length);
}

function keepsToItself(tokens, start, end) {
  const isAt = name => tokens[start]?.kind === 'at' && tokens[start].text.toLowerCase() === name;
  if (isAt('import')) return false;
  const isInside = url => url.startsWith('#') || isData(url, IMAGE) || (isAt('font-face') && isData(url, FONT));
  const functions = []; // brackets count as more of the function they stand in
  for (let at = start; at < end; at++) {
    const token = tokens[at], { kind, text } = token, around = functions.at(-1) ?? '';
    if (kind === 'bad' || (kind === 'url' && !isInside(text)) || (kind === 'string' && TAKES_ADDRESS.test(around) && !isInside(text))) return false;
    if (kind === 'ident' && /^(-moz-binding|behavior)$/i.test(text)) return false;
    if (kind === 'function' && (/^(expression|src)$/i.test(text) || (TAKES_ADDRESS.test(around) && !TAKES_ADDRESS.test(text) && !PLAIN.test(text)))) return false;
    if (opens(token)) functions.push(kind === 'function' ? text : around);
    else if (closes(token) && functions.pop() === undefined) return false;
    if (functions.length > MAX_NESTING) return false;
  }
  return functions.length === 0;
}

function isData(url, types) {
  const type = /^\s*data:([^;,]+)[;,]/i.exec(url)?.[1];
  return type !== undefined && types.test(type.trim());
}

/** The namespace to set an attribute in, given the one its prefix stands for in the drawing: undefined where it must not be set at all. */
export function attributeNamespace(elementName, name, value, declared) {
  if (/^on/i.test(name) || name === 'xmlns' || name.startsWith('xmlns:')) return undefined;
  const colon = name.indexOf(':');
  if (colon >= 0 && !NAMESPACES.has(declared)) return undefined; // metadata of other programs: kept in the document, nothing to draw
  const local = name.slice(colon + 1);
  if (local === 'href' && !isSafeLink(elementName, value)) return undefined;
  // A list of values is cut at its semicolons before anybody reads them as CSS: also at those in a string or comment.
  if (/^\s*javascript:/i.test(value) || (isStyle(name, value) && !(name === 'values' ? value.split(';') : [value]).every(isSafeCss))) return undefined;
  // An animation may not turn a link or a handler into what the checks above would have refused.
  if (local === 'attributeName' && /^(on|.*href$)/i.test(value)) return undefined;
  return colon >= 0 ? declared : null;
}

/** Whether an attribute's value is CSS that could name something outside. That takes a function or an escape: what has none is not looked at any further. */
function isStyle(name, value) {
  return /[(\\]/.test(value) && !/^(d|points|id|class|transform|begin|end|data-.*|aria-.*|.*:.*)$/.test(name) && /url|image|cross-fade|src|expression|\\/i.test(value);
}

function isSafeLink(elementName, value) {
  const link = value.trim();
  if (link.startsWith('#')) return true;
  if (elementName === 'a') return /^(https?:|mailto:)/i.test(link);
  if (elementName === 'image' || elementName === 'feImage') return isData(link, IMAGE);
  return false;
}
