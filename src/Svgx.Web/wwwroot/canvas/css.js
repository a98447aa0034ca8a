// Style sheets as tokens and rules: split as browsers do (CSS Syntax Module Level 3), as far as it matters for what a sheet names and loads. The server's CssTokenizer and CssFilter do the same.

const SPACE = /[ \t\n\r\f]+/y;
const NAME = /[-\w\u0080-\uffff]+/y;
const ESCAPE = /\\(?:[0-9a-f]{1,6}(?:\r\n|[ \t\n\r\f])?|[^\n\r\f])/iy;
const STRINGS = { '"': /[^"\\\n\r\f]+/y, "'": /[^'\\\n\r\f]+/y };
const LINE_GOES_ON = /\\(?:\r\n|[\n\r\f])/y;
const URL = /[^)\\]+/y;
const BAD_IN_URL = /["'(\u0000-\u0008\u000b\u000e-\u001f]/;
const QUOTED = /[ \t\n\r\f]*["']/y;
const MARKS = { '{': '{', '}': '}', '(': '(', '[': '(', ')': ')', ']': ')', ';': ';' };

/** Rules that stand around other rules. */
const GROUPS = new Set(['media', 'supports', 'layer', 'container', 'scope', 'starting-style']);

/**
 * The tokens of a sheet: `{ kind, start, end, text }`, the text with escapes decoded. Kinds are `ident` (hashes too), `function`, `at`, `string`, `url`, `bad` (a string or url that does not end well),
 * `space` (comments too), the marks `{` `}` `(` `)` `;`, and `other`, one character each.
 */
export function tokensOf(css) {
  const tokens = [];
  let at = 0;

  /** Reads on over what fits, if anything does. */
  function skip(pattern) {
    pattern.lastIndex = at;
    if (!pattern.test(css)) return false;
    at = pattern.lastIndex;
    return true;
  }

  /** Reads what fits and escapes, as text. */
  function take(pattern) {
    let text = '';
    for (let from = at; ; from = at) {
      if (skip(pattern)) text += css.slice(from, at);
      else if (css[at] === '\\' && skip(ESCAPE)) text += character(css.slice(from + 1, at));
      else return text;
    }
  }

  function readString() {
    const quote = css[at++];
    let text = '';
    do text += take(STRINGS[quote]); while (skip(LINE_GOES_ON));
    const isWhole = css[at] === quote;
    if (isWhole || css[at] === '\\') at++;
    return [isWhole ? 'string' : 'bad', text];
  }

  function readName() {
    const mark = css[at] === '@' || css[at] === '#' ? css[at++] : '';
    const text = take(NAME);
    if (mark === '@') return ['at', text];
    if (mark || css[at] !== '(') return ['ident', text];
    at++;
    QUOTED.lastIndex = at;
    return text.toLowerCase() !== 'url' || QUOTED.test(css) ? ['function', text] : readUrl();
  }

  function readUrl() {
    let text = '', isBad = false;
    for (let from = at; at < css.length && css[at] !== ')'; from = at) {
      if (skip(URL)) isBad ||= BAD_IN_URL.test(css.slice(from, at));
      else if (!skip(ESCAPE)) { at++; isBad = true; continue; }
      text += css[from] === '\\' ? character(css.slice(from + 1, at)) : css.slice(from, at);
    }
    isBad ||= at >= css.length;
    at = Math.min(at + 1, css.length);
    text = text.trim();
    return [isBad || /[ \t\n\r\f]/.test(text) ? 'bad' : 'url', text];
  }

  while (at < css.length) {
    const start = at, c = css[at];
    let kind = 'space', text = ' ';
    if (c === '/' && css[at + 1] === '*') {
      const end = css.indexOf('*/', at + 2);
      at = end < 0 ? css.length : end + 2;
    } else if ((c === '<' && css.startsWith('<!--', at)) || (c === '-' && css.startsWith('-->', at))) at += c === '<' ? 4 : 3;
    else if (c === '"' || c === "'") [kind, text] = readString();
    else if (startsName(css, at) || (c === '@' && startsName(css, at + 1)) || (c === '#' && isName(css[at + 1]))) [kind, text] = readName();
    else if (!skip(SPACE)) [kind, text] = [MARKS[c] ?? 'other', css[at++]];
    tokens.push({ kind, start, end: at, text });
  }
  return tokens;
}

/**
 * The rules between two tokens, by the index of their tokens: from `start` to before `end`, their block (`hasBlock`) from `open` to `close`, which is `last` where the block is not closed. `name` is that of an
 * at-rule, `isGroup` says that there are rules in its block. Within a style rule (`isInRule`) declarations are among them, without a block.
 */
export function* rulesOf(tokens, at = 0, last = tokens.length, isInRule = false) {
  while (at < last) {
    if (tokens[at].kind === 'space') { at++; continue; }
    const start = at, name = tokens[start].kind === 'at' ? tokens[start].text.toLowerCase() : null;
    const isVariable = isInRule && tokens[start].text.startsWith('--'); // it may have anything for a value, blocks too
    let depth = 0;
    for (; at < last; at++) {
      const { kind } = tokens[at];
      if (depth === 0 && ((kind === '{' && !isVariable) || (kind === ';' && (isInRule || name !== null)))) break;
      depth += kind === 'function' || kind === '(' || (kind === '{' && isVariable) ? 1 : depth > 0 && (kind === ')' || (kind === '}' && isVariable)) ? -1 : 0;
    }
    const open = at, hasBlock = open < last && tokens[open].kind === '{';
    for (depth = 0; hasBlock && at < last; at++) {
      depth += opens(tokens[at]) ? 1 : closes(tokens[at]) ? -1 : 0;
      if (depth === 0) break;
    }
    const close = at;
    at = Math.min(at + 1, last);
    yield { start, open, close, end: at, name, hasBlock, isGroup: hasBlock && GROUPS.has(name) };
  }
}

/** A sheet with other text in places of it, each `[start, end, text]`, in order. */
export function replaced(css, edits) {
  let text = '', at = 0;
  for (const [start, end, other] of edits) {
    text += css.slice(at, start) + other;
    at = end;
  }
  return text + css.slice(at);
}

export const opens = ({ kind }) => kind === 'function' || kind === '(' || kind === '{';
export const closes = ({ kind }) => kind === ')' || kind === '}';

const isName = c => c !== undefined && /[-\w\u0080-\uffff]/.test(c);

function startsName(css, at) {
  if (css[at] === '\\') return at + 1 < css.length && !'\n\r\f'.includes(css[at + 1]);
  if (css[at] === '-') return css[at + 1] === '-' || startsName(css, at + 1);
  return isName(css[at]) && !/\d/.test(css[at]);
}

/** What an escape stands for. */
function character(escape) {
  const code = parseInt(escape, 16);
  if (Number.isNaN(code)) return escape;
  return code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '\ufffd' : String.fromCodePoint(code);
}
