// Keys that count wherever the focus is on the page: in the side panel, on a colour, on a button.
import { letterOf } from './keys.js';

/** What takes letters itself, and has an undo of its own. A colour or a slider has none: there, undo is the drawing's. */
const TYPED_INTO = 'textarea, select, [contenteditable=""], [contenteditable=true], input:not([type=color], [type=range], [type=checkbox], [type=radio], [type=button], [type=file])';
const ABOVE = '[role=dialog], .mud-dialog';

export function listenToPageKeys(host, editor, pointer, ask, signal) {
  addEventListener('keydown', event => {
    if (event.isComposing || event.altKey || event.defaultPrevented) return;
    const control = event.ctrlKey || event.metaKey;
    const key = letterOf(event);
    if (control && key === 's' && !event.shiftKey) {
      // The browser's own answer, a copy of the page as a file, is never what is wanted here.
      event.preventDefault();
      ask('save');
      return;
    }
    if (!(event.target instanceof Element) || event.target.closest(TYPED_INTO) || event.target.closest(ABOVE)) return;
    const asked = control ? null : event.key === '?' ? 'shortcuts' : event.shiftKey && key === 'h' ? 'history' : null;
    if (asked) {
      event.preventDefault();
      ask(asked);
      return;
    }
    const command = control && (key === 'z' ? (event.shiftKey ? 'redo' : 'undo') : key === 'y' ? 'redo' : null);
    if (!command || event.target === host) return; // the canvas has heard it itself
    event.preventDefault();
    if (!pointer.isBusy) editor.run(command);
  }, { signal });
}
