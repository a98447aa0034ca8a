// Where a comment is written: the text, the people that an @ offers, and sending. People are written as "@Name" while typing and sent as "@[Name](user_id)".
const MENTION = /@\[([^[\]\n]{1,100})\]\(([^()\s]{1,128})\)/g;
const OFFERED = 6;
let count = 0;

export function mount(host, dotNet, people, text, focus) {
  const stop = new AbortController();
  const { signal } = stop;
  const field = host.querySelector('textarea'), list = host.querySelector('ul'), away = host.querySelector('.comment-away'), button = host.querySelector('.comment-send');
  const listId = `comment-people-${count++}`;
  const picked = new Map(); // name as it stands in the text -> user id
  let offered = [], chosen = 0, isSending = false;

  list.id = listId;
  const early = field.value; // typed while the module was on its way
  if (!early) field.value = text.replace(MENTION, (_, name, id) => { picked.set(name, id); return `@${name}`; });
  if (focus) { field.focus(); field.setSelectionRange(field.value.length, field.value.length); }

  /** A call into a circuit that has gone is never answered. */
  const answered = call => Promise.race([call, new Promise((_, reject) => { setTimeout(() => reject(new Error('no answer')), 10_000); })]);
  const on = (element, type, handler) => element.addEventListener(type, handler, { signal });
  on(field, 'input', () => { away.hidden = true; offer(); });
  on(field, 'click', offer);
  on(field, 'blur', () => setTimeout(close, 150)); // a click on a name comes first
  on(field, 'keydown', event => {
    if (event.isComposing) return;
    if (offered.length && handled(event.key)) { event.preventDefault(); event.stopPropagation(); return; }
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); send(); return; }
    if (event.key === 'Escape' && field.value.trim()) event.stopPropagation(); // what is being written does not go with the panel
  });
  on(list, 'pointerdown', event => { event.preventDefault(); const at = event.target.closest('li')?.dataset.at; if (at !== undefined) pick(offered[at]); });
  on(button, 'click', send);

  host.dataset.ready = ''; // from here on the keys are heard here
  if ('sendAsked' in host.dataset) { // pressed while the module was on its way: see early.js
    delete host.dataset.sendAsked;
    host.removeAttribute('aria-busy');
    field.readOnly = false;
    send();
  } else if (early) offer();

  function handled(key) {
    switch (key) {
      case 'ArrowDown': choose((chosen + 1) % offered.length); return true;
      case 'ArrowUp': choose((chosen + offered.length - 1) % offered.length); return true;
      case 'Enter': case 'Tab': pick(offered[chosen]); return true;
      case 'Escape': close(); return true;
      default: return false;
    }
  }

  /** The text from an @ to the caret, where that may become a name. */
  function asked() {
    const before = field.value.slice(0, field.selectionStart);
    const match = /(?:^|[\s(])@([^\s@][^@\n]{0,40}|)$/u.exec(before);
    return match && field.selectionStart === field.selectionEnd ? match[1] : null;
  }

  function offer() {
    const words = asked();
    const wanted = words?.toLowerCase();
    offered = words === null || picked.has(words.trimEnd()) ? [] : people.filter(({ name, email }) => name.toLowerCase().includes(wanted) || email.toLowerCase().startsWith(wanted)).slice(0, OFFERED);
    list.replaceChildren(...offered.map(({ name, email }, at) => {
      const item = document.createElement('li');
      item.id = `${listId}-${at}`;
      item.dataset.at = at;
      item.setAttribute('role', 'option');
      item.append(name);
      const small = document.createElement('small');
      small.textContent = email;
      item.append(small);
      return item;
    }));
    list.hidden = !offered.length;
    if (offered.length) { field.setAttribute('aria-controls', listId); choose(0); } else field.removeAttribute('aria-activedescendant');
  }

  function choose(at) {
    chosen = at;
    Array.from(list.children, (item, index) => item.setAttribute('aria-selected', String(index === at)));
    field.setAttribute('aria-activedescendant', `${listId}-${at}`);
  }

  function pick({ id, name }) {
    const end = field.selectionStart, start = end - asked().length;
    picked.set(name, id);
    field.setRangeText(`${name} `, start, end, 'end');
    close();
    field.focus();
  }

  function close() {
    offered = [];
    list.hidden = true;
    field.removeAttribute('aria-activedescendant');
  }

  function written() {
    // The longest first: "@Ann Lee" is not "@Ann" with a word behind it.
    const names = [...picked.keys()].filter(name => !/[[\]\n]/.test(name)).sort((a, b) => b.length - a.length);
    if (!names.length) return field.value;
    const any = new RegExp(`@(${names.map(name => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})(?![\\p{L}\\p{N}])`, 'gu');
    return field.value.replace(any, (_, name) => `@[${name}](${picked.get(name)})`);
  }

  async function send() {
    if (isSending || !field.value.trim()) { field.focus(); return; }
    isSending = true;
    away.hidden = true;
    button.disabled = true;
    try {
      if (await answered(dotNet.invokeMethodAsync('OnSend', written()))) { field.value = ''; picked.clear(); }
    } catch {
      away.hidden = false;
    }
    isSending = false;
    button.disabled = false;
  }

  return {
    know(others) { people = others; },
    dispose() { stop.abort(); },
  };
}
