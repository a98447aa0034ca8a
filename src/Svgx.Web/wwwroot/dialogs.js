// Focus and dialogs. Where the focus leaves an open dialog, neither Escape nor Tab reaches it any more. So: while a dialog is open the focus stays in it, and when it is gone the focus is where it was before.
// A dialog gets its focus from the server, a moment after it is seen. So Escape is heard here, wherever the focus still is, and presses the button that closes what is topmost.
const FIRST = ':is(input, select, textarea, button, a[href], [tabindex="0"]):not([disabled])';
const entered = new WeakSet(); // dialogs that have had the focus
let outside = null;

const topmost = () => [...document.querySelectorAll('.mud-dialog')].at(-1) ?? document.querySelector('.version-compare');

// Watches only while a dialog is open: nothing is to be paid for by the drawing.
const gone = new MutationObserver(() => {
  if (topmost()) return;
  gone.disconnect();
  if (document.activeElement === document.body && outside?.isConnected) outside.focus({ preventScroll: true });
});

document.addEventListener('focusin', event => {
  const dialog = topmost();
  if (!dialog) { outside = event.target; return; }
  gone.observe(document.body, { childList: true, subtree: true });
  // What a dialog opens, such as the list of a select, is rendered elsewhere.
  const isWithin = event.target.closest('.mud-dialog-container, .mud-popover, .version-compare');
  if (isWithin && (entered.has(dialog) || event.target.closest('.mud-dialog-content'))) { entered.add(dialog); return; }
  if (!isWithin) outside = event.target;
  entered.add(dialog);
  // Not the button that closes it, though that is its first: one opens a dialog to do what is in it.
  const first = dialog.querySelector(`.mud-dialog-content ${FIRST}`) ?? (isWithin ? null : dialog.querySelector(FIRST));
  first?.focus();
});

document.addEventListener('keydown', event => {
  const dialog = event.key === 'Escape' && !event.isComposing ? topmost() : null;
  if (!dialog) return;
  event.preventDefault();
  event.stopPropagation();
  dialog.querySelector('.mud-button-close, [data-closes]').click();
}, true);
