// Boxes and matrices: from an element's own coordinates to its parent's, and to the screen.

/** The matrix from an element's children coordinates to client coordinates. */
export const toScreen = element => element.getScreenCTM();

export function apply(matrix, x, y) { return { x: matrix.a * x + matrix.c * y + matrix.e, y: matrix.b * x + matrix.d * y + matrix.f }; }

/** A client point in the coordinates that an element's children live in. */
export function fromScreen(element, clientX, clientY) {
  return apply(toScreen(element).inverse(), clientX, clientY);
}

const corners = ({ x, y, width, height }) => [[x, y], [x + width, y], [x + width, y + height], [x, y + height]];

export function mapBox(box, matrix) {
  const points = corners(box).map(([x, y]) => apply(matrix, x, y));
  const xs = points.map(point => point.x), ys = points.map(point => point.y);
  const x = Math.min(...xs), y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

export const mapCorners = (box, matrix) => corners(box).map(([x, y]) => apply(matrix, x, y));

export function union(boxes) {
  let result = null;
  for (const box of boxes) {
    if (!box) continue;
    if (!result) { result = { ...box }; continue; }
    const right = Math.max(result.x + result.width, box.x + box.width), bottom = Math.max(result.y + result.height, box.y + box.height);
    result.x = Math.min(result.x, box.x);
    result.y = Math.min(result.y, box.y);
    result.width = right - result.x;
    result.height = bottom - result.y;
  }
  return result;
}

export const intersects = (a, b) => a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;

/** An element's own box and the matrix from it to the screen; null where nothing is drawn. */
export function measure(element) {
  const matrix = element.localName === 'svg' && element.ownerSVGElement ? toScreen(element.parentNode) : element.getScreenCTM?.();
  if (!matrix) return null;
  if (element.localName === 'svg' && element.ownerSVGElement) {
    return { box: { x: element.x.baseVal.value, y: element.y.baseVal.value, width: element.width.baseVal.value, height: element.height.baseVal.value }, matrix };
  }
  try {
    const { x, y, width, height } = element.getBBox();
    return width || height || isDot(element, x, y) ? { box: { x, y, width, height }, matrix } : null;
  } catch {
    return null; // not rendered
  }
}

/** Whether a line of no length is there, as a tap of the pen makes one: its round ends are seen. What is nowhere, such as an empty group, is at 0. */
const isDot = (element, x, y) => ['path', 'line', 'polyline', 'polygon'].includes(element.localName) && (x !== 0 || y !== 0);

/** The box around an element in its parent's coordinates. */
export const boxInParent = element => boxesIn(element.parentNode, [element])[0];

/** The same of many that stand in one parent. */
export function boxesIn(parent, elements) {
  const inverse = toScreen(parent).inverse();
  return elements.map(element => {
    const measured = measure(element);
    return measured && mapBox(measured.box, inverse.multiply(measured.matrix));
  });
}

/**
 * The corner of an element's box in the coordinates of what it stands in. Of a group it is the point that the group had there when it was asked first (`corner`): what is in
 * it comes and goes.
 */
export function spotIn(parent, element, { corner } = {}) {
  const measured = measure(element);
  if (!measured) return null;
  const matrix = toScreen(parent).inverse().multiply(measured.matrix);
  if (!['g', 'a', 'switch'].includes(element.localName)) return mapBox(measured.box, matrix);
  corner ??= measured.box;
  return { ...apply(matrix, corner.x, corner.y), corner };
}

/** The box around an element on the screen. */
export function boxOnScreen(element) {
  const measured = measure(element);
  return measured && mapBox(measured.box, measured.matrix);
}

/** Rounds to about a tenth of a screen pixel, so that files keep readable numbers at any scale. */
export function rounder(matrix) {
  const pixels = Math.sqrt(Math.abs(matrix.a * matrix.d - matrix.b * matrix.c)) || 1;
  const factor = 10 ** Math.min(6, Math.max(0, Math.ceil(Math.log10(pixels)) + 1));
  return value => Math.round(value * factor) / factor;
}
