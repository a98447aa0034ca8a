// The style sheets of a drawing as they have to be where it is drawn. In a shadow tree two things are not as in a file of their own: `:root` is nothing there, and the fonts that a sheet brings along count
// for nothing. The document keeps what it has; this is about the copy that is drawn.
import { replaced, rulesOf, tokensOf } from './css.js';

/** The outermost element of the drawing, as weighty as `:root`. */
const ROOT = ':is(:host>:where(svg))';

let drawings = 0;

export class Sheets {
  #drawing = ++drawings;
  #fonts = new Map(); // style element -> { source, sheet, families }
  #names = new Map(); // family, in small letters -> its name here
  #families = new Set(); // those that a sheet has now
  #loaded;

  /** Whether a family came or went since this was last set to false: what was dressed before is to be dressed again. */
  isStale = false;

  /** `loaded` is called when fonts have come: what is written has another size from then on. */
  constructor(loaded) { this.#loaded = loaded; }

  /** The sheet to put into a `style` element. The fonts in it go to the page, which is the only place from where they reach a shadow tree; under names of their own, so that they are this drawing's alone. */
  take(element, css) {
    const tokens = tokensOf(css), faces = [], edits = [];
    for (const rule of rulesOf(tokens)) {
      if (rule.name !== 'font-face' || !rule.hasBlock) continue;
      const [start, end] = [tokens[rule.start].start, tokens[rule.end - 1].end];
      faces.push(css.slice(start, end));
      edits.push([start, end, '']);
    }
    this.#give(element, faces);
    this.#adapt(tokens, 0, tokens.length, false, edits);
    return replaced(css, edits.sort((a, b) => a[0] - b[0]));
  }

  /** A `style` element has gone. */
  drop(element) { this.#give(element, []); }

  /** An attribute's value with the families that the drawing has under their names here. */
  dress(name, value) {
    if (!this.#families.size || (name !== 'style' && name !== 'font-family')) return value;
    const tokens = tokensOf(value), edits = [];
    if (name === 'style') this.#adapt(tokens, 0, tokens.length, true, edits); else this.#rename(tokens, 0, tokens.length, name, edits);
    return replaced(value, edits);
  }

  dispose() { for (const element of [...this.#fonts.keys()]) this.drop(element); }

  #give(element, faces) {
    const media = element.getAttribute('media') ?? '', source = JSON.stringify([media, ...faces]), before = this.#fonts.get(element);
    if (before ? before.source === source : !faces.length) return;
    if (before) document.adoptedStyleSheets.splice(document.adoptedStyleSheets.indexOf(before.sheet), 1);
    const sheet = new CSSStyleSheet({ media }), families = faces.map(familyOf);
    if (faces.length) this.#fonts.set(element, { source, sheet, families }); else this.#fonts.delete(element);
    for (const family of families) if (!this.#names.has(family)) this.#names.set(family, `svgx-${this.#drawing}-${this.#names.size}`);
    const now = new Set(Array.from(this.#fonts.values(), fonts => fonts.families).flat());
    this.isStale ||= now.size !== this.#families.size || [...now].some(family => !this.#families.has(family));
    this.#families = now;
    sheet.replaceSync(faces.map(face => this.#renamed(face)).join('\n'));
    for (let i = sheet.cssRules.length; i-- > 0; ) if (!(sheet.cssRules[i] instanceof CSSFontFaceRule)) sheet.deleteRule(i); // nothing else of a drawing counts on the page
    if (faces.length) document.adoptedStyleSheets.push(sheet);
    if (this.#fonts.size) document.fonts.addEventListener('loadingdone', this.#loaded); else document.fonts.removeEventListener('loadingdone', this.#loaded);
  }

  #renamed(css) {
    const tokens = tokensOf(css), edits = [];
    for (const { open, close } of rulesOf(tokens)) this.#adapt(tokens, open + 1, close, true, edits);
    return replaced(css, edits);
  }

  /** Names `:root` and the families of a part of a sheet anew. */
  #adapt(tokens, from, to, isInRule, edits) {
    for (const { start, open, close, name, hasBlock, isGroup } of rulesOf(tokens, from, to, isInRule)) {
      if (!hasBlock) {
        let colon = start + 1;
        while (colon < open && tokens[colon].kind === 'space') colon++;
        if (isInRule && colon < open && tokens[colon].text === ':') this.#rename(tokens, colon + 1, open, tokens[start].text.toLowerCase(), edits);
        continue;
      }
      if (name === 'font-face') continue;
      for (let at = start; (name === null || name === 'scope') && at < open - 1; at++) {
        const isRoot = tokens[at].text === ':' && tokens[at].kind === 'other' && tokens[at + 1].kind === 'ident' && tokens[at + 1].text.toLowerCase() === 'root';
        if (isRoot && tokens[at - 1]?.text !== ':') edits.push([tokens[at].start, tokens[at + 1].end, ROOT]);
      }
      this.#adapt(tokens, open + 1, close, isInRule || !(isGroup || /keyframes$/.test(name)), edits);
    }
  }

  /** Names the families in a declaration's value anew: strings, and words up to a comma or the end. */
  #rename(tokens, from, to, property, edits) {
    if (!this.#families.size || !(property === 'font-family' || property === 'font' || property.startsWith('--'))) return;
    const rename = (first, last, family) => {
      const isOurs = this.#families.has(family.toLowerCase());
      if (isOurs) edits.push([tokens[first].start, tokens[last].end, this.#names.get(family.toLowerCase())]);
      return isOurs;
    };
    for (let at = from; at < to; at++) {
      if (tokens[at].kind === 'string') rename(at, at, tokens[at].text);
      if (tokens[at].kind !== 'ident' || (tokens[at - 1]?.kind === 'other' && /[\w.%]/.test(tokens[at - 1].text))) continue; // a unit
      const words = [at];
      let end = at + 1;
      for (; end < to && (tokens[end].kind === 'space' || tokens[end].kind === 'ident'); end++) if (tokens[end].kind === 'ident') words.push(end);
      const isEnd = end >= to || /^[,!)]$/.test(tokens[end].text);
      // In `font`, other words may stand before the family.
      for (let i = 0; isEnd && i < (property === 'font' ? words.length : 1); i++) if (rename(words[i], words.at(-1), words.slice(i).map(word => tokens[word].text).join(' '))) break;
      at = end - 1;
    }
  }
}

/** The family, in small letters, that a `@font-face` rule is for. */
function familyOf(face) {
  const tokens = tokensOf(face);
  let family = '';
  for (const { open, close } of rulesOf(tokens)) {
    for (const { start, open: end } of rulesOf(tokens, open + 1, close, true)) {
      const [property, colon, ...value] = tokens.slice(start, end).filter(({ kind }) => kind !== 'space');
      if (property.text.toLowerCase() === 'font-family' && colon?.text === ':') family = value.map(({ text }) => text).join(' ').toLowerCase();
    }
  }
  return family;
}
