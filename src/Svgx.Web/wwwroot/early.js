// What is pressed before the page is live. The server sends a page that looks whole; for a moment, on a slow line for longer, nothing listens to its buttons. The last press is kept
// and made again once the page is live: Blazor replaces the elements then, so it is found again by what it is called.
// A press takes a tenth of a second: of one that begins on an element and ends on the one that replaced it the browser makes no click.
// Not a module: those wait until the whole page and Blazor's script have come.
(() => {
  const LIVE = '.app-shell[data-live]';
  const CONTROL = '.app-shell :is(button, a[href])';
  const nameOf = control => `${control.tagName} ${control.getAttribute('aria-label') ?? control.textContent.trim()}`;
  let pressed = null;
  let held = null;

  function hold(event) {
    const control = event.target.closest?.(CONTROL);
    held = event.button === 0 && control && !control.disabled ? { control, name: nameOf(control) } : null;
  }

  function letGo(event) {
    const former = held;
    held = null;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return; // asks for another tab, or a file
    const control = event.target.closest?.(CONTROL);
    if (former && !former.control.isConnected && control && nameOf(control) === former.name) control.click();
  }

  function press(event) {
    const button = event.target.closest?.('.app-shell button');
    if (!button || button.disabled || button.type === 'submit' || document.querySelector(LIVE)) return; // a form goes to the server by itself
    event.preventDefault();
    event.stopPropagation();
    pressed?.button.removeAttribute('aria-busy');
    button.setAttribute('aria-busy', 'true');
    pressed = { button, name: nameOf(button) };
  }

  function whenLive() {
    if (!document.querySelector(LIVE)) return;
    document.removeEventListener('click', press, true);
    watch.disconnect();
    const live = pressed && [...document.querySelectorAll('.app-shell button')].find(button => nameOf(button) === pressed.name);
    live?.focus(); // it was on the one that has been replaced
    live?.click();
  }

  const watch = new MutationObserver(whenLive);
  if (document.querySelector('.app-shell')) {
    document.addEventListener('click', press, true);
    document.addEventListener('pointerdown', hold, true);
    document.addEventListener('pointerup', letGo, true);
    watch.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-live'] });
    document.documentElement.dataset.early = ''; // presses are kept from here on
    whenLive();
  }

  // A plain form is sent once, however often its button is pressed until the answer comes. After ten seconds it may be sent again: who stopped the page from loading would have no other way. By its
  // address: Blazor may have replaced the form meanwhile.
  const AGAIN_AFTER_MS = 10_000;
  const sent = new Set();
  document.addEventListener('submit', event => {
    const form = event.target;
    if (form.getAttribute('method')?.toLowerCase() !== 'post' || event.defaultPrevented) return;
    const address = form.getAttribute('action') ?? '';
    if (sent.has(address)) {
      event.preventDefault();
      return;
    }
    sent.add(address);
    setTimeout(() => sent.delete(address), AGAIN_AFTER_MS);
  });
  addEventListener('pageshow', () => sent.clear()); // also when it comes back whole by the browser's Back

  // A comment's field is on the page before the module that sends what is in it. The keys are kept as a mark on its box, which the module looks for; until then the text stays as it was
  // sent.
  document.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const box = event.target.closest?.('.comment-box:not([data-ready])');
    if (!box || !event.target.value?.trim()) return;
    event.preventDefault();
    event.target.readOnly = true;
    box.dataset.sendAsked = '';
    box.setAttribute('aria-busy', 'true');
  }, true);
})();
