// Where the person looks: pan and zoom of the stage that carries the drawing.

const LIMITS = { least: 0.02, most: 64 };
/** However small or large a drawing is, its longer side can be seen in so many pixels; fitted into the view, what is small is shown as large as that. */
const SEEN_IN = { least: 100, fitted: 400, most: 12_800 };
const ABSOLUTE = { px: 1, '': 1, pt: 96 / 72, pc: 16, in: 96, cm: 96 / 2.54, mm: 96 / 25.4, q: 96 / 101.6 };
const DEFAULT_SIZE = { width: 1200, height: 800 };

export class Viewport {
  x = 0;
  y = 0;
  scale = 1;
  size = DEFAULT_SIZE;
  /** What counts as one of the drawing's units where something new is made: a power of ten, 1 in drawings of a usual size. `step` is the same in pixels of the page. */
  unit = 1;
  step = 1;
  /** Whether the drawing is shown as a whole, as `fit` left it. */
  isFitted = false;
  #limits = { ...LIMITS, fitted: 4 };
  #seen = null; // the frame's size when the view was set
  #frame;
  #stage;
  #changed;

  constructor(frame, stage, changed) {
    this.#frame = frame;
    this.#stage = stage;
    this.#changed = changed;
  }

  /** The page's own size is what percentages in it refer to; the panel's size has no say. */
  measure(root) {
    const [, , boxWidth, boxHeight] = (root.attributes.get('viewBox') ?? '').trim().split(/[\s,]+/).map(Number);
    const width = pixels(root.attributes.get('width'));
    const height = pixels(root.attributes.get('height'));
    const ratio = isSize(boxWidth) && isSize(boxHeight) ? boxWidth / boxHeight : null;
    // Without a size of its own a drawing has a usual one: browsers lay out no words of a hundredth of a pixel, and no page of millions of them.
    const unit = ratio && roughly(Math.max(boxWidth, boxHeight));
    this.size = {
      width: width ?? (height && ratio ? height * ratio : ratio ? boxWidth / unit : DEFAULT_SIZE.width),
      height: height ?? (width && ratio ? width / ratio : ratio ? boxHeight / unit : DEFAULT_SIZE.height),
    };
    const longer = Math.max(this.size.width, this.size.height);
    this.#limits = { least: Math.min(LIMITS.least, SEEN_IN.least / longer), fitted: Math.max(4, SEEN_IN.fitted / longer), most: Math.max(LIMITS.most, SEEN_IN.most / longer) };
    this.unit = unit ?? roughly(longer);
    this.step = roughly(longer);
    this.#stage.style.width = `${this.size.width}px`;
    this.#stage.style.height = `${this.size.height}px`;
  }

  get bounds() { return this.#frame.getBoundingClientRect(); }

  fit() {
    const { width, height } = this.bounds;
    if (!width || !height) return;
    const narrow = width < 600;
    // On a phone there is room for the properties below the drawing, unless a panel has taken it.
    const margin = narrow ? { x: 16, top: 72, bottom: height > 480 ? 136 : 72 } : { x: 64, top: 84, bottom: 72 };
    const scale = clamp(Math.min((width - 2 * margin.x) / this.size.width, (height - margin.top - margin.bottom) / this.size.height), this.#limits.least, this.#limits.fitted);
    this.set((width - this.size.width * scale) / 2, margin.top + (height - margin.top - margin.bottom - this.size.height * scale) / 2, scale);
    this.isFitted = true;
  }

  /** The frame has another size, as when a panel opens beside it: what was seen as a whole is so again, else the middle stays in the middle. */
  resized() {
    const { width, height } = this.bounds;
    const former = this.#seen;
    if (!width || !height || !former || (former.width === width && former.height === height)) return;
    if (this.isFitted) this.fit(); else this.panBy((width - former.width) / 2, (height - former.height) / 2);
  }

  set(x, y, scale) {
    const { width, height } = this.bounds;
    this.isFitted = false;
    this.#seen = width && height ? { width, height } : this.#seen;
    this.x = x;
    this.y = y;
    this.scale = scale;
    this.#stage.firstElementChild?.style.setProperty('--pixel', `${1 / scale}px`); // the paper's edge stays thin; on the stage it would count for all of the drawing
    this.#stage.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    this.#changed();
  }

  panBy(dx, dy) { this.set(this.x + dx, this.y + dy, this.scale); }

  /** Zooms so that the point under the pointer stays under it. */
  zoomAt(clientX, clientY, factor) {
    const { left, top } = this.bounds;
    const scale = clamp(this.scale * factor, this.#limits.least, this.#limits.most);
    const ratio = scale / this.scale;
    const px = clientX - left, py = clientY - top;
    this.set(px - (px - this.x) * ratio, py - (py - this.y) * ratio, scale);
  }

  /** Brings a box of the screen into sight: moves what lies outside to the middle, and zooms out only where it is larger than the view. */
  reveal({ left, top, right, bottom }) {
    const { left: x, top: y, width, height } = this.bounds;
    const margin = 64;
    if (left >= x + margin && top >= y + margin && right <= x + width - margin && bottom <= y + height - margin) return;
    const factor = Math.min(1, (width - 2 * margin) / Math.max(right - left, 1), (height - 2 * margin) / Math.max(bottom - top, 1));
    const cx = (left + right) / 2, cy = (top + bottom) / 2;
    this.panBy(x + width / 2 - cx, y + height / 2 - cy);
    if (factor < 1) this.zoomTo(this.scale * factor);
  }

  zoomTo(scale) {
    const { left, top, width, height } = this.bounds;
    this.zoomAt(left + width / 2, top + height / 2, scale / this.scale);
  }
}

/** A file may say what no drawing can be: what is larger than any coordinate (rule O13) counts as nothing said. */
const isSize = value => value > 0 && value <= 1e9;

function pixels(length) {
  const match = /^\s*([+]?[\d.]+(?:e[+-]?\d+)?)\s*([a-z]*)\s*$/i.exec(length ?? '');
  const factor = match && ABSOLUTE[match[2].toLowerCase()];
  const value = factor ? Number(match[1]) * factor : 0;
  return isSize(value) ? value : null;
}

/** Of a drawing of 75 to 7,500 units one of them; of smaller and larger ones, so much that a line of two of it can be drawn and seen there too. */
const roughly = longer => 10 ** Math.trunc(Math.log10(longer / 750));

const clamp = (value, least, most) => Math.min(most, Math.max(least, value));
