// What of a drawing is put into the page. The server has sanitised everything already; this is the second lock on the same door.

const ELEMENTS = new Set(('svg g defs symbol use switch a path rect circle ellipse line polyline polygon text tspan textPath image marker pattern clipPath mask '
  + 'linearGradient radialGradient stop filter style title desc metadata view animate animateTransform animateMotion set mpath '
  + 'feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB '
  + 'feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence').split(' '));

/** Those in which attributes are drawn, whatever prefix the drawing has for them. */
const NAMESPACES = new Set(['http://www.w3.org/1999/xlink', 'http://www.w3.org/XML/1998/namespace']);
const FOREIGN_URL = /url\((?!\s*["']?\s*(?:#|data:(?:image|font|application\/(?:x-)?font)))/i;
const FOREIGN_RULE = /@import|expression\s*\(|javascript:/i;

export const isDrawable = localName => ELEMENTS.has(localName);

/** Whether a style sheet or a style attribute keeps to the drawing itself. */
export const isSafeCss = text => !FOREIGN_URL.test(text) && !FOREIGN_RULE.test(text);

/** The namespace to set an attribute in, given the one its prefix stands for in the drawing: undefined where it must not be set at all. */
export function attributeNamespace(elementName, name, value, declared) {
  if (/^on/i.test(name) || name === 'xmlns' || name.startsWith('xmlns:')) return undefined;
  const colon = name.indexOf(':');
  if (colon >= 0 && !NAMESPACES.has(declared)) return undefined; // metadata of other programs: kept in the document, nothing to draw
  const local = name.slice(colon + 1);
  if (local === 'href' && !isSafeLink(elementName, value)) return undefined;
  if (/url\(|expression|javascript:|@import/i.test(value) && !isSafeCss(value)) return undefined;
  // An animation may not turn a link or a handler into what the checks above would have refused.
  if (local === 'attributeName' && /^(on|.*href$)/i.test(value)) return undefined;
  return colon >= 0 ? declared : null;
}

function isSafeLink(elementName, value) {
  const link = value.trim();
  if (link.startsWith('#')) return true;
  if (elementName === 'a') return /^(https?:|mailto:)/i.test(link);
  if (elementName === 'image' || elementName === 'feImage') return /^data:image\/(png|jpeg|gif|webp|avif|svg\+xml)[;,]/i.test(link);
  return false;
}
