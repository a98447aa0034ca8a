// Pictures of an element in its surroundings, each as it would be with other values. Made in the browser from what the canvas shows; as images, so that nothing in them runs.

const MARGIN = 0.35; // of the element's larger side, around it
const LEAST = 40;    // user units: a point needs surroundings too

/** Draws a picture for each variant into the host's images. */
export function draw(host, elementId, variants) {
  const drawing = document.querySelector('.canvas-drawing')?.shadowRoot;
  const root = drawing?.querySelector('svg');
  const images = Array.from(host.querySelectorAll('img'));
  if (!root || !drawing.getElementById(elementId)) return;
  // A copy that is laid out but not seen: its boxes can be measured and it can be changed at will.
  const copy = root.cloneNode(true);
  copy.style.cssText += ';position:absolute;visibility:hidden;pointer-events:none';
  drawing.append(copy);
  try {
    const element = Array.from(copy.querySelectorAll(`#${CSS.escape(elementId)}`))[0];
    if (!element) return;
    const original = Array.from(element.attributes, ({ name, value }) => [name, value]);
    const text = element.textContent;
    let region = null;
    for (const variant of variants) {
      dress(element, original, text, variant);
      region = union(region, boxOf(element, copy));
    }
    if (!region) return;
    const margin = Math.max(region.width, region.height, LEAST) * MARGIN;
    region = { x: region.x - margin, y: region.y - margin, width: region.width + 2 * margin, height: region.height + 2 * margin };
    leaveOut(copy, element, region);
    copy.removeAttribute('style');
    copy.setAttribute('viewBox', `${region.x} ${region.y} ${region.width} ${region.height}`);
    copy.setAttribute('width', '400');
    copy.setAttribute('height', '300');
    const parent = element.parentNode, next = element.nextSibling;
    variants.forEach((variant, index) => {
      dress(element, original, text, variant);
      if (variant.deleted) element.remove();
      else if (!element.parentNode) parent.insertBefore(element, next);
      show(images[index], new XMLSerializer().serializeToString(copy));
      if (variant.deleted) parent.insertBefore(element, next);
    });
  } finally {
    copy.remove();
  }
}

/** Lets go of the pictures. */
export function release(host) {
  for (const image of host?.querySelectorAll('img') ?? []) if (image.src.startsWith('blob:')) URL.revokeObjectURL(image.src);
}

function dress(element, original, text, { values }) {
  for (const { name } of Array.from(element.attributes)) element.removeAttribute(name);
  for (const [name, value] of original) element.setAttribute(name, value);
  if (!element.firstElementChild && element.textContent !== text) element.textContent = text;
  for (const [name, value] of Object.entries(values)) {
    if (name === '#text') { if (!element.firstElementChild) element.textContent = JSON.parse(value ?? '[]').map(node => node.text ?? node.cdata ?? '').join(''); }
    else if (name.startsWith('#') || /^on/i.test(name) || name.includes(':')) continue;
    else if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
}

/** The element's box in the coordinates of the drawing. */
function boxOf(element, root) {
  const toRoot = root.getScreenCTM()?.inverse().multiply(element.getScreenCTM?.() ?? new DOMMatrix());
  const box = element.getBBox?.();
  if (!toRoot || !box) return null;
  const corners = [[box.x, box.y], [box.x + box.width, box.y], [box.x, box.y + box.height], [box.x + box.width, box.y + box.height]].map(([x, y]) => new DOMPoint(x, y).matrixTransform(toRoot));
  const xs = corners.map(({ x }) => x), ys = corners.map(({ y }) => y);
  return { x: Math.min(...xs), y: Math.min(...ys), width: Math.max(...xs) - Math.min(...xs), height: Math.max(...ys) - Math.min(...ys) };
}

/** What lies outside the picture and is not referred to from inside it need not be in it. */
function leaveOut(root, element, region) {
  for (const child of Array.from(root.children)) {
    if (child.contains(element) || /^(defs|style|symbol|marker|clipPath|mask|pattern|filter|linearGradient|radialGradient)$/.test(child.localName) || child.querySelector('[id]') !== null) continue;
    const box = boxOf(child, root);
    if (box && (box.x > region.x + region.width || box.y > region.y + region.height || box.x + box.width < region.x || box.y + box.height < region.y)) child.remove();
  }
}

const union = (a, b) => {
  if (!a || !b) return a ?? b;
  const x = Math.min(a.x, b.x), y = Math.min(a.y, b.y);
  return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y };
};

function show(image, markup) {
  if (!image) return;
  const former = image.src;
  image.src = URL.createObjectURL(new Blob([markup], { type: 'image/svg+xml' }));
  if (former.startsWith('blob:')) URL.revokeObjectURL(former);
}
