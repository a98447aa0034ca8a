// The time slider: a bar over the canvas that goes through what was drawn, operation by operation. While it is open the canvas shows the drawing as it was and changes nothing; the live drawing
// goes on underneath. The bar's markup is the page's; what moves in it is written here, so that scrubbing never waits for the circuit.
import { Journal } from './journal.js';
import { Playback } from './playback.js';
import { TimeBar } from './time-bar.js';
import { Walker } from './walker.js';

const STEP = 10; // with Shift
const ZOOMS = { '+': 'zoomIn', '=': 'zoomIn', '-': 'zoomOut', 0: 'zoomReset', 1: 'zoomFit' };

/** `canvas`: `{ client, editor, pointer, viewport, stage, frame, documentId, branch, board, isCircuitAway }`. `closed` is called once, when the canvas is the live drawing's again. */
export function openSlider({ element, page, canvas, closed }) {
  const { client, editor, pointer, viewport, frame, board } = canvas;
  const stop = new AbortController();
  const { signal } = stop;
  const before = document.activeElement;
  const kept = { tool: editor.tool, selection: editor.selection };
  let told = '';
  const address = (what, query) => `api/documents/${canvas.documentId}/${what}?${new URLSearchParams({ branch: canvas.branch, ...query })}`;

  const journal = new Journal({ load: (after, limit) => get(address('operations', { after, limit, inverse: true }), signal).then(answer => answer.text()), changed: () => { walker.go(); show(); }, signal });
  const walker = new Walker({ parent: canvas.stage, journal, load: loadContent, moved: show, resized: root => viewport.measure(root), signal });
  const playback = new Playback({
    where: () => ({ shown: walker.revision, target: walker.target ?? journal.length, end: journal.length }),
    seek: revision => seek(revision), changed: show, signal,
  });
  const bar = new TimeBar(element, signal, {
    seek: revision => { playback.moveTo(revision); seek(revision); }, hold: isHeld => { playback.isHeld = isHeld; }, key,
    press: { play: () => playback.toggle(), back: () => step(-1), forward: () => step(1), close: askToClose },
    speed: speed => { playback.speed = speed; show(); },
  });

  lookBack();
  // A click beside the controls leaves the focus nowhere.
  addEventListener('keydown', event => { if (event.target === document.body && !event.defaultPrevented && key(event)) event.preventDefault(); }, { signal });
  const leave = [client.on('operations', grow), client.on('document', grow)];
  grow();
  element.focus({ preventScroll: true });
  editor.announce('Looking back. The drawing is as it was, to look at. Escape leads back to now.');

  function grow() {
    const wasEmpty = journal.length === 0;
    journal.grow(client.revision);
    if (wasEmpty && journal.length > 0) { journal.want(journal.length); walker.start(); }
    show();
  }

  async function loadContent(revision, until) {
    const answer = await get(address('content', revision === null ? {} : { revision }), until);
    return { content: await answer.json(), revision: Number(answer.headers.get('Svgx-Revision')) };
  }

  function seek(revision) {
    walker.seek(Math.max(0, Math.min(journal.length, revision)));
    journal.want(walker.target);
    show();
  }

  function step(by) {
    if (walker.target === null) return;
    playback.pause();
    seek(walker.target + by);
  }

  // ---- what is shown

  function phase() {
    if (journal.length === 0) return 'empty';
    if (journal.trouble === 'refused' || (walker.revision === null && walker.trouble)) return 'failed';
    return walker.revision === null ? 'loading' : 'ready';
  }

  function show() {
    if (signal.aborted) return;
    // Before there is a picture, the live drawing is what is there to see.
    if (walker.revision !== null) frame.dataset.past = '';
    bar.show({
      end: journal.length, target: walker.target, shown: walker.revision, isThere: walker.isThere, entry: walker.target ? journal.get(walker.target) : undefined,
      loaded: journal.loaded(), share: journal.share, isPlaying: playback.isPlaying, phase: phase(),
    });
    const state = {
      phase: phase(), isPlaying: playback.isPlaying, isLatest: walker.target === journal.length, isStalled: journal.trouble === 'retrying' || (walker.revision !== null && walker.trouble !== null),
    };
    if (told === (told = JSON.stringify(state))) return;
    tell('OnStateChanged', state);
  }

  function tell(method, ...argument) {
    const missed = () => { told = ''; }; // the next change says it all
    if (canvas.isCircuitAway()) missed(); else page.invokeMethodAsync(method, ...argument).catch(missed);
  }

  // ---- keys, in the bar and on the canvas

  function key(event) {
    if (event.altKey || event.isComposing) return false;
    const control = event.ctrlKey || event.metaKey;
    if (event.key in ZOOMS && !control) { editor.run(ZOOMS[event.key]); return true; }
    switch (event.key) {
      case 'Escape': askToClose(); return true;
      case ' ': if (!event.repeat) playback.toggle(); return true;
      case 'ArrowLeft': if (control) goToMark(-1); else step(event.shiftKey ? -STEP : -1); return true;
      case 'ArrowRight': if (control) goToMark(1); else step(event.shiftKey ? STEP : 1); return true;
      case 'Home': playback.pause(); seek(0); return true;
      case 'End': playback.pause(); seek(journal.length); return true;
      default: return false;
    }
  }

  function goToMark(direction) {
    const mark = bar.markBeside(walker.target ?? journal.length, direction);
    playback.pause();
    seek(mark ?? (direction < 0 ? 0 : journal.length));
  }

  // ---- the canvas meanwhile

  function lookBack() {
    pointer.cancel();
    editor.following?.stop();
    editor.text.close();
    editor.select([]);
    editor.setTool('hand');
    editor.past = { key };
    client.activity({ cursor_position: null });
    if (board) board.dataset.lookingBack = '';
    editor.changed();
  }

  function close() {
    if (signal.aborted) return;
    stop.abort();
    for (const off of leave) off();
    editor.past = null;
    delete frame.dataset.past;
    if (board) delete board.dataset.lookingBack;
    if (client.model) viewport.measure(client.model.root);
    editor.setTool(kept.tool);
    editor.select(kept.selection);
    editor.changed();
    closed();
    if (!element.contains(document.activeElement) && document.activeElement !== document.body) return;
    if (before?.isConnected && before !== document.body) before.focus({ preventScroll: true }); else editor.focus();
  }

  /** The canvas is back at once; the page takes the bar away when it hears of it. */
  function askToClose() {
    close();
    element.hidden = true;
    tell('OnCloseAsked');
  }

  return {
    revision: () => walker.target ?? journal.length,
    retry: () => { journal.retry(); if (walker.revision === null) walker.start(); show(); },
    refresh: show, // the page has rendered parts anew
    close,
    askToClose,
  };
}

async function get(url, signal) {
  const answer = await fetch(new URL(url, document.baseURI), { signal });
  if (answer.ok) return answer;
  throw Object.assign(new Error(`${answer.status} ${url}`), { status: answer.status, retryAfter: Number(answer.headers.get('Retry-After')) * 1_000 || undefined });
}
