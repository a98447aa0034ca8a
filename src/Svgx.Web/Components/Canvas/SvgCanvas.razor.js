// The canvas: joins the document with the client that outside tools use and puts drawing, tools and people together. No operation crosses the circuit.
import { newId, SvgxClient } from '../../client/svgx-client.js';
import { Board } from '../../canvas/board.js';
import { buildingData } from '../../canvas/building.js';
import { ConflictBadges } from '../../canvas/conflict-badges.js';
import { Editor } from '../../canvas/editor.js';
import { Following } from '../../canvas/following.js';
import { listenToKeys } from '../../canvas/keys.js';
import { Locks } from '../../canvas/locks.js';
import { namesOf } from '../../canvas/names.js';
import { BrowserOutbox } from '../../canvas/outbox.js';
import { Overlay } from '../../canvas/overlay.js';
import { listenToPageKeys } from '../../canvas/page-keys.js';
import { Picking } from '../../canvas/picking.js';
import { Pins } from '../../canvas/pins.js';
import { Pointer } from '../../canvas/pointer.js';
import { Previews } from '../../canvas/previews.js';
import { Surface } from '../../canvas/surface.js';
import { quoted } from '../../canvas/text-editor.js';
import { Viewport } from '../../canvas/viewport.js';

/** The page hears of the canvas at most this often, in milliseconds. */
const REPORT_EVERY = 100;
/** While the circuit is away, how long to wait before trying to reach the page again. */
const CIRCUIT_RETRY = 2_000;
const SAID_FOR = 6_000;
const OFFLINE_REPORT_AFTER = 1_000;

/** A canvas that is left waits so long for the server to have everything; the browser's disk has it by then. */
const LEFT_UNSAVED_AFTER = 5_000;

const NOTICE_GAP = 1_500;
/** From the second time in a row on it is said why nothing is saved: once may be chance. */
const TOLD_FROM = 2;
const HELD = {
  storage_failed: 'The server cannot store changes at the moment, as when its disk is full. Yours wait here and are sent until it can.',
  rate_limited: 'These are more changes than the server takes at once. The rest waits here and follows.',
};

/** Looking something up in another tab is not being away. */
const AWAY_AFTER = 20_000;

export function mount(host, documentId, branch, dotNet) {
  const stop = new AbortController();
  const { signal } = stop;
  const view = build(host);
  const sessionId = newId('s');
  const outbox = new BrowserOutbox(documentId, branch, sessionId, signal, () => report());
  const client = new SvgxClient({ documentId, branch, signal, sessionId, outbox });
  const surface = new Surface(view.drawing);
  const overlay = new Overlay(view.glass, surface);
  const pins = new Pins(view.frame, view.glass, surface, client, id => send('OnCommentOpened', id));
  const badges = new ConflictBadges(view.frame, view.glass, surface, client, id => send('OnConflictOpened', id));
  const marks = { refresh: how => { pins.refresh(how); badges.refresh(how); } }; // what goes along with elements
  surface.reshaped = () => { overlay.refresh(); marks.refresh({ moved: true }); };
  const viewport = new Viewport(view.frame, view.stage, () => { pointer?.viewMoved(); editor?.nudge?.again(); overlay.refresh({ viewOnly: true }); marks.refresh(); editor?.text.place(); following?.viewMoved(); report(); });
  const picking = new Picking(surface, () => client.model);
  let editor = null;
  let following = null;
  let pointer = null;
  editor = new Editor({ client, surface, viewport, overlay, picking, host, frame: view.frame, glass: view.glass, changed: report, notice, announce: text => { view.live.textContent = text; } });
  following = editor.following = new Following({ client, surface, viewport, frame: view.frame, announce: editor.announce, signal });
  const locks = editor.locks = new Locks(client, signal, () => { overlay.locks(locks?.all ?? []); report(); });
  pointer = new Pointer(editor, signal);
  const previews = editor.previews = new Previews(surface, id => editor.text.elementId === id || surface.isHeld(id));
  const boardElement = host.closest('[data-canvas-board]');
  const board = boardElement && new Board(boardElement, editor, signal);
  listenToKeys(host, editor, pointer, signal);

  // ---- from the client to the drawing

  let slider = null; // while the drawing is looked at as it was
  let isFirst = true;
  let lastRefusal = { code: null, at: -Infinity };
  client.on('document', model => {
    if (!slider) viewport.measure(model.root);
    surface.show(model);
    view.frame.dataset.ready = '';
    if (isFirst) { editor.begin(); restoreView(); }
    isFirst = false;
    badges.update(); // they name elements, which are there only now
    following.tell();
    editor.dropGone();
    overlay.refresh();
    marks.refresh({ moved: true });
    report();
  });
  client.on('changes', touched => {
    surface.update(touched);
    if (!slider && touched.attributes.has(client.model.root.id)) viewport.measure(client.model.root);
    if (touched.structure.size) editor.dropGone();
    overlay.refresh({ viewOnly: !touchesSelection(touched) });
    marks.refresh({ moved: true });
    report();
  });
  // Somebody drawing elsewhere is no reason to measure a large selection again.
  const touchesSelection = ({ structure, attributes, content }) => {
    const ids = [...structure, ...attributes, ...content];
    return ids.length > 200 || ids.some(id => { for (let at = client.model.get(id); at; at = at.parent) if (editor.isSelected(at.id)) return true; return false; });
  };
  client.on('preview', preview => { previews.show(preview); overlay.refresh(); marks.refresh({ moved: true, live: true }); });
  client.on('previewEnded', id => { previews.end(id); overlay.refresh(); marks.refresh({ moved: true }); });
  client.on('comments', ids => pins.update(ids));
  // Pins go along with what is in the hand.
  for (const type of ['pointermove', 'pointerup', 'pointercancel']) view.glass.addEventListener(type, () => { if (pointer.gesture || type !== 'pointermove') marks.refresh({ moved: true, live: type === 'pointermove' }); }, { signal });
  client.on('presence', people => {
    overlay.people(people.filter(person => person.user_id !== client.joined?.user_id));
    following.people(people);
  });
  client.on('joined', () => following.tell({ again: true }));
  client.on('refused', refusal => {
    const words = refusal.operations.length === 1 ? refusal.operations[0].data?.text?.trim() : null; // what somebody typed is not to be had elsewhere
    // A paste or a drag of many that is refused says so once.
    const now = performance.now();
    if (!words && refusal.code === lastRefusal.code && now - lastRefusal.at < NOTICE_GAP) return;
    lastRefusal = { code: refusal.code, at: now };
    notice(refusal.code === 'offline' ? 'info' : 'error', words ? `${refusal.reason} What you typed was: ${quoted(words)}` : refusal.reason, refusal.code);
  });
  client.on('held', held => { if (held?.times === TOLD_FROM) notice('warning', HELD[held.code] ?? held.reason, held.code); });
  client.on('removed', ({ removed, more }) => notice('warning', `For safety ${removed.length === 1 ? 'a part was' : `${removed.length + more} parts were`} taken out: ${removed.slice(0, 3).map(part => part.what).join(', ')}.`));
  client.on('joined', ({ active_users }) => { if (active_users > 1) view.live.textContent = `${active_users} people are here`; });
  client.on('role', () => {
    // What is in the hand goes on to its end.
    const keeps = editor.canEdit || editor.tool === 'hand' || (editor.tool === 'comment' && editor.canComment);
    if (!pointer.isBusy && !editor.text.isOpen) editor.setTool(keeps ? editor.tool : 'select');
  });
  for (const event of ['status', 'pending', 'state', 'operations', 'refused', 'held', 'role']) client.on(event, report);

  // ---- from the canvas to the page

  let timer = null;
  let silence = null;
  let lastTold = '';
  function report() {
    if (!editor) return;
    // The mark must not say "Saved" for one moment of an unsaved edit: it does not wait for a frame, which a busy or hidden page delays at will.
    board?.showStatus(connection(), unsaved(), outbox.isKept && !editor.text.isUnsent, client.held?.times >= TOLD_FROM);
    scheduleBoard();
    timer ??= setTimeout(() => {
      timer = null;
      const current = state();
      // A stream of other people's edits changes the revision alone: not worth a message over the circuit.
      const told = JSON.stringify({ ...current, revision: 0 });
      if (told === lastTold) return;
      lastTold = told;
      send('OnStateChanged', current);
      // When the socket goes the circuit most often goes with it, and takes a moment to say so.
    }, client.status === 'offline' ? OFFLINE_REPORT_AFTER : REPORT_EVERY);
  }

  let boardScheduled = false;
  function scheduleBoard() {
    if (boardScheduled || !board) return;
    boardScheduled = true;
    requestAnimationFrame(() => {
      boardScheduled = false;
      if (signal.aborted) return;
      // In the middle of a drag nothing that the controls show can change, and measuring would cost the frame.
      if (pointer.gesture?.lift || editor.nudge) { board.show({ ...state(), unit: viewport.unit, hasText: false }, {}); return; }
      board.show({ ...state(), unit: viewport.unit, hasText: client.model !== null && editor.hasText(), building: editor.selection.length === 1 ? buildingData(client.model?.get(editor.selection[0])) : [] }, editor.shownLook());
    });
  }

  function connection() { return client.status === 'idle' || (client.status === 'live' && client.isRestoring) ? 'connecting' : client.status === 'closed' ? 'offline' : client.status; }

  /** What is typed, or moved by keys, and not sent yet waits for the server like everything else. */
  function unsaved() { return client.pendingCount + (editor.text.isUnsent ? 1 : 0) + (editor.nudge?.isLetGo ? 1 : 0); }

  function state() {
    return {
      connection: connection(), code: client.refusal?.code ?? null, reason: client.refusal?.reason ?? null, documentName: client.joined?.document_name ?? null,
      role: client.joined?.role ?? null, canEdit: editor.canEdit, canComment: editor.canComment, sessionId: client.sessionId, revision: client.revision, pending: unsaved(), tool: editor.tool,
      canUndo: client.canUndo, canRedo: client.canRedo, zoom: viewport.scale,
      holdsLock: locks.holds(editor.selection),
      selection: { count: editor.selection.length, elementIds: editor.selection.slice(0, 100), summary: client.model ? editor.describe() : '' },
    };
  }

  function notice(severity, text, code = null) {
    view.live.textContent = text;
    if (isCircuitAway() || code === 'offline') sayHere(text); // the page's circuit goes with the drawing's line, and takes a moment to say so
    if (code !== 'offline') send('OnNotice', { severity, text, code });
  }

  function send(method, argument) {
    if (signal.aborted) return;
    if (isCircuitAway()) missed(); else dotNet.invokeMethodAsync(method, argument).catch(missed);
  }

  /** The page cannot say it without its circuit. */
  function sayHere(text) {
    view.said.textContent = text;
    view.said.hidden = false;
    clearTimeout(silence);
    silence = setTimeout(() => { view.said.hidden = true; }, SAID_FOR);
  }

  /** The page hears the newest state when its circuit is back. */
  function missed() {
    lastTold = '';
    clearTimeout(timer);
    timer = setTimeout(() => { timer = null; report(); }, CIRCUIT_RETRY);
  }

  // ---- the page around it

  // Neither the server nor the browser's disk has it: with the page it would be lost.
  const isAtRisk = () => client.pendingCount > 0 && !outbox.isKept;
  addEventListener('beforeunload', event => { editor.text.commit(); editor.settle(); if (isAtRisk()) event.preventDefault(); }, { signal });
  addEventListener('pagehide', () => { saveView(); editor.settle(); }, { signal });
  // The page is loaded anew after the server was: not out of somebody's hand, and with nothing left to ask them.
  let isReturning = false;
  addEventListener('svgx-return', event => {
    if (!isReturning && client.status === 'offline') client.retry(); // the server is there: the next attempt of its own may be seconds away
    isReturning = true;
    if (pointer.isBusy || editor.text.isOpen || editor.nudge || isAtRisk()) event.preventDefault();
  }, { signal });
  listenToPageKeys(host, editor, pointer, command => send('OnCommandAsked', command), signal);
  let away = null;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(away);
    if (document.hidden) away = setTimeout(() => client.activity({ status: 'away', cursor_position: null }), AWAY_AFTER);
    else { client.activity({ status: 'online' }); if (client.status === 'offline') client.retry(); }
  }, { signal });
  const resized = new ResizeObserver(() => {
    if (!pointer.gesture) following.resized(() => viewport.resized()); // what is in the hand stays under it
    overlay.refresh({ viewOnly: true });
    marks.refresh();
  });
  resized.observe(view.frame);

  const viewKey = `svgx-view:${documentId}:${branch}`;
  function saveView() {
    try { sessionStorage.setItem(viewKey, JSON.stringify(viewport.isFitted ? [] : [viewport.x, viewport.y, viewport.scale])); } catch { /* the view is a convenience */ }
  }
  function restoreView() {
    let saved = null;
    try { saved = JSON.parse(sessionStorage.getItem(viewKey)); } catch { /* as if there were none */ }
    if (Array.isArray(saved) && saved.length === 3 && saved.every(Number.isFinite)) viewport.set(...saved); else viewport.fit();
  }

  editor.placeComment = (x, y, elementId) => {
    const anchor = pins.anchorAt(x, y, elementId);
    editor.setTool('select');
    pins.draft(anchor);
    send('OnCommentPlaced', { x: anchor.x ?? null, y: anchor.y ?? null, elementId: anchor.element_id ?? null, offsetX: anchor.offset?.x ?? null, offsetY: anchor.offset?.y ?? null });
  };

  /** Into the part of the canvas that panels do not cover, if it is not there already. */
  function reveal(x, y) {
    const { left, top, width, height } = viewport.bounds;
    const margin = Math.min(80, width / 4, height / 4);
    if (x > left + margin && x < left + width - margin && y > top + margin && y < top + height - margin) return;
    viewport.panBy(left + width / 2 - x, top + height / 3 - y);
  }

  /** Opens the time slider in a bar of the page; what is shown of the live drawing on request closes it. */
  async function openSlider(element, page) {
    const { openSlider: open } = await import('../../canvas/history/slider.js');
    if (signal.aborted) return null;
    slider?.close();
    const canvas = { client, editor, pointer, viewport, stage: view.stage, frame: view.frame, documentId, branch, board: boardElement, isCircuitAway };
    slider = open({ element, page, canvas, closed: () => { slider = null; overlay.refresh(); pins.refresh({ moved: true }); } });
    return slider;
  }

  const LIVE = new Set(['reveal', 'select', 'jumpTo', 'follow', 'showComment']);
  const comments = { showComment: id => pins.show(id, { reveal }), dropCommentDraft: () => pins.draft(null) };

  /** Whoever goes elsewhere takes nothing out of the hand: a gesture goes on to its end, what is typed is kept, and the canvas goes when the server has it all. */
  let leaving = null;
  function leave() {
    return leaving ??= pointer.idle().then(() => {
      host.inert = true; // nothing more is begun
      board?.settle();
      return end();
    });
  }

  let ending = null;
  function end() {
    return ending ??= (async () => {
      saveView();
      slider?.close();
      editor.text.close();
      editor.settle();
      clearTimeout(away);
      resized.disconnect();
      await saved();
      clearTimeout(timer);
      stop.abort();
      surface.dispose();
      host.replaceChildren();
    })();
  }

  /** The server has everything, or, where it is away, the browser's disk. */
  function saved() {
    return new Promise(resolve => {
      const look = () => { if (client.pendingCount === 0 || (client.status !== 'live' && outbox.isKept)) done(); };
      const done = () => { clearTimeout(patience); clearInterval(looking); resolve(); };
      const patience = setTimeout(done, LEFT_UNSAVED_AFTER);
      const looking = setInterval(look, REPORT_EVERY);
      client.on('pending', look);
      look();
    });
  }

  editor.setTool('select');
  report();
  client.connect();

  return {
    names: ids => namesOf(client.model, ids),
    openSlider,
    run: (command, argument) => {
      if (slider && argument != null && LIVE.has(command)) slider.askToClose();
      return (comments[command] ?? (own => editor.run(command, own)))(argument);
    },
    leave,
    dispose() { end(); },
  };
}

function build(host) {
  const make = className => { const element = document.createElement('div'); element.className = className; return element; };
  const frame = make('canvas-frame'), stage = make('canvas-stage'), paper = make('canvas-paper'), drawing = make('canvas-drawing'), glass = make('canvas-glass'), live = make('visually-hidden'), said = make('canvas-said');
  live.setAttribute('aria-live', 'polite');
  stage.append(paper, drawing);
  // The glass takes all pointer, touch and wheel input. With listeners or `touch-action` above the drawing itself, the browser keeps an input region of every
  // element and joins them anew each frame: 160 ms of it with 10,000 elements.
  frame.append(stage, glass);
  said.hidden = true;
  said.setAttribute('aria-hidden', 'true'); // the live region says the same
  host.replaceChildren(frame, live, said);
  return { frame, stage, drawing, glass, live, said };
}

/** Calls into an absent circuit are never answered and end as errors on the page; its reconnect element tells in time. */
function isCircuitAway() {
  const modal = document.getElementById('components-reconnect-modal');
  return modal !== null && /components-reconnect-(show|retrying|paused|failed|rejected|resume-failed)/.test(modal.className);
}
