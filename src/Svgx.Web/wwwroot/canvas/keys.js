// The canvas by keyboard. Keys count only while the canvas has the focus.
import { NudgeGesture } from './gestures.js';

const TOOL_KEYS = { v: 'select', h: 'hand', r: 'rect', e: 'ellipse', o: 'ellipse', l: 'line', p: 'path', t: 'text', c: 'comment' };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const PLAIN = { Delete: 'delete', Backspace: 'delete', ']': 'forward', '[': 'backward', '}': 'front', '{': 'back', '+': 'zoomIn', '=': 'zoomIn', '-': 'zoomOut', 0: 'zoomReset', 1: 'zoomFit' };

/** From so many elements on, presses of the arrow keys that the server does not keep up with are taken together. */
const MANY = 100;

/** The letter on a key. Where the layout has none of ours, as a Greek or Russian one, it is what stands on that key in others. */
export const letterOf = ({ key, code }) => (/^\p{L}$/u.test(key) && !/^[A-Z]$/i.test(key) && /^Key[A-Z]$/.test(code) ? code.slice(3) : key).toLowerCase();

export function listenToKeys(host, editor, pointer, signal) {
  const on = (type, handler) => host.addEventListener(type, handler, { signal });
  const settle = editor.settle = () => { const done = editor.nudge; editor.nudge = null; done?.end(); };
  const isBehind = () => editor.client.status === 'live' && editor.client.pendingCount > 0;
  /** While the step before is on its way, the next one is gathered in the hand: of many elements there are never more than these two. */
  const letGo = () => {
    if (editor.nudge?.ids.length >= MANY && isBehind()) editor.nudge.isLetGo = true; else settle();
  };
  const catchUp = () => { if (editor.nudge?.isLetGo && !isBehind()) settle(); };
  for (const event of ['pending', 'status']) editor.client.on(event, catchUp);

  on('keydown', event => {
    if (event.target !== host || event.isComposing || !editor.client.model) return;
    if (editor.past) { if (editor.past.key(event)) event.preventDefault(); return; }
    const control = event.ctrlKey || event.metaKey;
    if (event.key === ' ') { pointer.spaceHeld = true; editor.frame.dataset.panning = ''; event.preventDefault(); return; }
    if (event.key in ARROWS && !control) {
      event.preventDefault();
      if (pointer.isBusy || !editor.canEdit) return;
      const [dx, dy] = ARROWS[event.key];
      const step = event.shiftKey ? 10 : 1;
      if (!editor.selection.length) { editor.viewport.panBy(-dx * step * 16, -dy * step * 16); return; }
      editor.nudge ??= new NudgeGesture(editor);
      editor.nudge.isLetGo = false;
      editor.nudge.nudge(dx * step, dy * step);
      return;
    }
    settle();
    if (event.key === 'Escape') { escape(event); return; }
    // Tab goes through the drawing; Escape, then Tab, leaves it.
    if (event.key === 'Tab' && !pointer.leaving) { editor.selectNext(event.shiftKey ? -1 : 1); event.preventDefault(); return; }
    const command = control ? controlled(event) : plain(event);
    if (!command) return;
    event.preventDefault();
    if (!pointer.isBusy) editor.run(...command);
  });

  on('keyup', event => {
    if (event.key === ' ') { pointer.spaceHeld = false; delete editor.frame.dataset.panning; }
    if (event.key in ARROWS) letGo();
  });
  on('blur', () => { delete host.dataset.byPointer; settle(); pointer.spaceHeld = false; delete editor.frame.dataset.panning; });
  on('focus', () => { pointer.leaving = false; });

  on('copy', event => put(event));
  on('cut', event => { if (put(event)) editor.delete(); });
  on('paste', event => {
    if (event.target !== host) return;
    event.preventDefault();
    const image = Array.from(event.clipboardData.files).find(file => file.type.startsWith('image/') && file.type !== 'image/svg+xml');
    const text = event.clipboardData.getData('image/svg+xml') || event.clipboardData.getData('text/plain');
    if (text) editor.paste(text); else if (image) editor.pasteImage(image);
  });

  function put(event) {
    if (event.target !== host || !editor.selection.length) return false;
    event.clipboardData.setData('text/plain', editor.copyText());
    event.preventDefault();
    return true;
  }

  function escape(event) {
    event.preventDefault();
    if (pointer.cancel() || editor.following?.stop()) return;
    if (editor.tool !== 'select') { editor.setTool('select'); return; }
    if (editor.picking.scope) { const scope = editor.picking.scope; editor.picking.scope = null; editor.select([scope]); return; }
    if (editor.selection.length) { editor.select([]); return; }
    pointer.leaving = true;
    editor.announce('Press Tab to leave the canvas.');
  }

  function controlled(event) {
    switch (letterOf(event)) {
      case 'z': return [event.shiftKey ? 'redo' : 'undo'];
      case 'y': return ['redo'];
      case 'a': return ['selectAll'];
      case 'd': return ['duplicate'];
      case ']': return ['forward'];
      case '[': return ['backward'];
      default: return null; // copy, cut and paste come as events of their own
    }
  }

  function plain(event) {
    if (event.altKey) return null;
    if (event.key === 'Enter' && editor.selection.length === 1) return openSelected();
    const tool = TOOL_KEYS[letterOf(event)];
    if (tool && !event.shiftKey) return ['tool', tool];
    return event.key in PLAIN ? [PLAIN[event.key]] : null;
  }

  function openSelected() {
    const node = editor.client.model.get(editor.selection[0]);
    if (editor.canEdit && (node.name === 'text' || node.name === 'tspan')) { setTimeout(() => editor.text.edit(node)); return ['focus']; }
    if (editor.enter(node.id)) { editor.selectNext(1); return ['focus']; }
    return null;
  }
}
