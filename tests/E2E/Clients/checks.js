// What the JavaScript client does about a server that is slow, away, or says no. Run in the browser by JavaScriptClientTests; each function is a test of its name.
import { SvgxClient, ChangeError, DocumentModel, Touched, predictChanges } from '../../../src/Svgx.Web/wwwroot/client/svgx-client.js';

/** The server's end of a socket, in the hands of a check. */
class FakeSocket {
  static opened = [];
  static opens = true;
  readyState = FakeSocket.opens ? 1 : 0;
  sent = [];
  constructor() { FakeSocket.opened.push(this); if (FakeSocket.opens) queueMicrotask(() => this.onopen()); }
  send(text) { this.sent.push(JSON.parse(text)); }
  close(code = 1000) { this.readyState = 3; queueMicrotask(() => this.onclose?.({ code, reason: '' })); }
  lose(code = 1006) { this.readyState = 3; this.onclose({ code, reason: 'lost' }); }
  say(message) { this.onmessage({ data: JSON.stringify({ timestamp: '2026-01-01T00:00:00Z', ...message }) }); }
  join(extra = {}) {
    this.say({ type: 'current_state', document_id: 'd', branch: 'main', revision: 0, user_id: 'ada', username: 'Ada', session_id: 's', role: 'editor', color: '#000000', features: [], max_message_bytes: 1 << 20, resync: 'none', ...extra });
  }
  get operations() { return this.sent.flatMap(message => (message.type === 'operations' ? message.operations : message.type === 'operation' ? [message] : [])); }
  confirm(revision, operation) {
    this.say({ type: 'operations', operations: [{ operation_type: 'create', user_id: 'ada', session_id: 's', data: {}, changes: insert(operation.element_id), ...operation, revision }] });
  }
}

const insert = element_id => [{ change: 'insert', parent_id: 'root', node: { element_id, name: 'rect', key: 'k' + element_id, attributes: { id: element_id, width: '100', height: '100' } } }];
const same = (is, should, what) => { if (JSON.stringify(is) !== JSON.stringify(should)) throw new Error(`${what}: ${JSON.stringify(is)} and not ${JSON.stringify(should)}`); };
const until = async (holds, what) => {
  for (let i = 0; i < 1_000; i++) { if (holds()) return; await new Promise(resolve => setTimeout(resolve, 10)); }
  throw new Error(`It did not come: ${what}`);
};

/** The client's long waits end when a check says so. */
function longWaits() {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  const waiting = new Map();
  let last = 0;
  globalThis.setTimeout = (action, delay) => {
    if (delay < 15_000) return real.setTimeout.call(globalThis, action, delay);
    waiting.set(--last, action);
    return last;
  };
  globalThis.clearTimeout = id => { if (!waiting.delete(id)) real.clearTimeout.call(globalThis, id); };
  return {
    pass() { const due = [...waiting.values()]; waiting.clear(); for (const action of due) action(); },
    end() { Object.assign(globalThis, real); },
  };
}

const before = [];

async function live(options = {}) {
  for (const client of before.splice(0)) client.close(); // or it would go on connecting beside this one
  FakeSocket.opened = [];
  const client = new SvgxClient({ url: 'ws://nowhere', token: 't', WebSocket: FakeSocket, ...options }).connect();
  before.push(client);
  const server = await connection(1);
  server.join({ resync: 'document' });
  server.say({ type: 'document', revision: 0, branch: 'main', part: 0, parts: 1, content: JSON.stringify({ root: { element_id: 'root', name: 'svg', key: 'V' }, prolog: [], epilog: [] }) });
  return { client, server };
}

async function connection(number) {
  await until(() => FakeSocket.opened[number - 1]?.sent[0]?.type === 'join', `connection ${number}`);
  return FakeSocket.opened[number - 1];
}

const create = (client, element_id) => client.submit({ operation_type: 'create', element_id, data: { type: 'rect' } });

export async function what_was_not_acknowledged_is_sent_again_with_its_id_and_the_rest_is_not() {
  const { client, server } = await live();
  const [a, b] = [create(client, 'a'), create(client, 'b')];
  same(server.operations.map(operation => operation.operation_id), [a, b], 'sent');
  server.say({ type: 'ack', acks: [{ operation_id: a, revision: 1, element_id: 'a' }] });
  server.confirm(1, { operation_id: a, element_id: 'a' });
  server.lose();
  same(client.status, 'offline', 'status');
  const c = create(client, 'c');
  const again = await connection(2);
  same(again.sent[0].last_revision, 1, 'last_revision');
  again.join();
  same(again.operations.map(operation => operation.operation_id), [b, c], 'sent again');
  same([client.pendingCount, client.model.get('c') !== undefined], [2, true], 'pending, shown');
}

export async function what_others_change_goes_below_what_is_not_confirmed() {
  const { client, server } = await live();
  server.confirm(1, { operation_id: 'o1', user_id: 'ben', element_id: 'a' });
  client.submit({ operation_type: 'update', element_id: 'a', data: { fill: 'blue' } });
  server.confirm(2, { operation_id: 'o2', user_id: 'ben', element_id: 'a', changes: [{ change: 'set', element_id: 'a', attributes: { fill: 'red', stroke: 'black' } }] });
  same([client.model.get('a').attributes.get('fill'), client.model.get('a').attributes.get('stroke'), client.revision], ['blue', 'black', 2], 'drawn');
}

export async function a_line_that_is_turned_upright_is_not_blown_up_by_its_corner() {
  const { Surface } = await import('../../../src/Svgx.Web/wwwroot/canvas/surface.js');
  const { ResizeGesture } = await import('../../../src/Svgx.Web/wwwroot/canvas/gestures.js');
  const { boxInParent } = await import('../../../src/Svgx.Web/wwwroot/canvas/space.js');
  const host = document.body.appendChild(document.createElement('div'));
  const line = { element_id: 'a', name: 'line', key: 'V', attributes: { x1: '0', y1: '0', x2: '100', y2: '0', stroke: 'black', transform: 'matrix(1e-12 1 -1 0 50 50)' } }; // a quarter turn, and what rounding adds to it
  const model = DocumentModel.from({ root: { element_id: 'root', name: 'svg', key: 'V', attributes: { width: '200', height: '200' }, children: [line] } });
  const surface = new Surface(host);
  surface.show(model);
  const box = boxInParent(surface.get('a')), nothing = () => {};
  const submitted = [];
  const editor = {
    surface, selection: ['a'], tellEditing: nothing, submit: operations => submitted.push(...operations),
    overlay: { frame: { box, parent: surface.root }, hush: nothing, refresh: nothing },
    client: { model, preview: nothing, endPreview: nothing }, previews: { isShown: () => false, shift: () => ({ x: 0, y: 0 }) },
  };
  const gesture = new ResizeGesture(editor, { clientX: 0, clientY: 0 }, 'se');
  gesture.move({ clientX: 40, clientY: 100 });
  gesture.end();
  host.remove();
  const [{ attributes }] = predictChanges(model, submitted[0]);
  same([box.width > 0, box.width < 1e-6, attributes.transform], [true, true, 'matrix(1 0 0 2 0 -50) matrix(1e-12 1 -1 0 50 50)'], 'flat, and what it becomes');
}

export async function a_refused_operation_is_taken_away_with_its_reason() {
  const { client, server } = await live();
  const refused = [];
  client.on('refused', refusal => refused.push(refusal.code));
  const id = create(client, 'a');
  server.say({ type: 'error', code: 'duplicate_element_id', error: 'There is one.', operation_id: id, request_id: server.sent.at(-1).request_id });
  same([refused, client.model.get('a') === undefined, client.pendingCount], [['duplicate_element_id'], true, 0], 'refused, drawn, pending');
}

export async function who_is_too_fast_waits_as_told_and_sends_in_order() {
  const { client, server } = await live();
  const [a, b] = [create(client, 'a'), create(client, 'b')];
  server.say({ type: 'error', code: 'rate_limited', error: 'Slow down.', operation_id: a, request_id: server.sent.at(-2).request_id, retry_after_ms: 30 });
  same(server.operations.length, 2, 'nothing more at once');
  await until(() => server.operations.length === 4, 'the second sending');
  same(server.operations.slice(2).map(operation => operation.operation_id), [a, b], 'order');
}

export async function many_errors_of_one_sending_are_one_reason_to_wait() {
  const { client, server } = await live();
  const ids = client.submitMany(Array.from({ length: 300 }, (_, i) => ({ operation_type: 'create', element_id: `e${i}` })));
  const batches = () => server.sent.filter(message => message.type === 'operations');
  const refuse = (id, request_id) => server.say({ type: 'error', code: 'rate_limited', error: 'Slow down.', operation_id: id, request_id, retry_after_ms: 1 });
  const began = performance.now();
  refuse(ids[0], batches()[0].request_id);
  await until(() => batches().length === 2, 'the second sending');
  same(performance.now() - began >= 290, true, 'waited for more than one');
  for (const id of ids.slice(1)) refuse(id, batches()[0].request_id); // the rest of the first sending's
  await new Promise(done => setTimeout(done, 400));
  same([batches().length, client.pendingCount], [2, 300], 'messages, pending');
  server.say({ type: 'ack', acks: ids.map((operation_id, i) => ({ operation_id, revision: i + 1 })) });
  same(client.pendingCount, 0, 'pending');
}

export async function a_batch_that_came_too_early_is_sent_again_as_a_whole() {
  const { client, server } = await live();
  const ids = client.submitMany([{ operation_type: 'create', element_id: 'a' }, { operation_type: 'create', element_id: 'b' }], { atomic: true });
  const batch = server.sent.at(-1);
  server.say({ type: 'error', code: 'batch_failed', error: 'rate_limited: slow down', operation_id: ids[0], request_id: batch.request_id, retry_after_ms: 20 });
  await until(() => server.sent.at(-1) !== batch, 'the second sending');
  same([server.sent.at(-1).atomic, server.operations.slice(2).map(operation => operation.operation_id), client.pendingCount], [true, ids, 2], 'atomic, ids, pending');
}

export async function a_large_batch_goes_out_in_messages_below_the_limit() {
  const { client, server } = await live();
  server.lose();
  const again = await connection(2);
  again.join({ max_message_bytes: 4_096 });
  client.submitMany(Array.from({ length: 60 }, (_, i) => ({ operation_type: 'create', element_id: `e${i}`, data: { title: 'x'.repeat(60) } })));
  const sizes = again.sent.filter(message => message.type === 'operations').map(message => JSON.stringify(message).length);
  same([sizes.length > 2, sizes.every(size => size <= 4_096), again.operations.length], [true, true, 60], 'messages, sizes, operations');
}

export async function one_operation_above_the_limit_is_refused_before_it_is_sent() {
  const { client, server } = await live();
  server.lose();
  const again = await connection(2);
  again.join({ max_message_bytes: 4_096 });
  const refused = [];
  client.on('refused', refusal => refused.push(refusal.code));
  const ids = client.submitMany([{ operation_type: 'create', element_id: 'a' }, { operation_type: 'create', element_id: 'b', data: { title: 'x'.repeat(4_000) } }]);
  same([ids, refused, again.operations.length, client.pendingCount, client.model.get('a') === undefined], [[], ['too_large'], 0, 0, true], 'ids, refused, sent, pending, drawn');
}

export async function nothing_of_a_drawing_that_runs_navigates_or_loads_from_outside_is_drawn() {
  const { Surface } = await import('../../../src/Svgx.Web/wwwroot/canvas/surface.js');
  const hostile = {
    onload: 'run()', OnClick: 'run()', href: ' JavaScript:run()', 'xlink:href': 'data:text/html,run', 'odd:href': 'javascript:run()', 'xmlns:odd': 'urn:odd', attributeName: 'href',
    style: 'background:url(https://example.org/x.png)', fill: 'url(//example.org/x#a)', filter: 'url("https://example.org/x#a")', cursor: 'url(x.cur), auto',
  };
  const outside = 'https://example.org/x.svg#a'; // a link may lead there, and is never pressed
  const kinds = ['script', 'foreignObject', 'iframe', 'embed', 'object', 'audio', 'video', 'handler', 'a', 'rect', 'image', 'use', 'g', 'feImage', 'animate', 'set', 'style'];
  const node = (name, id, ns) => ({
    element_id: id, name, key: 'V', ...(ns ? { ns } : {}), attributes: ['image', 'use', 'feImage'].includes(name) ? { ...hostile, href: outside } : hostile,
    children: name === 'style' ? [{ key: 'V', text: '@import "https://example.org/x.css"; rect { fill: red }' }] : [],
  });
  const good = { element_id: 'good', name: 'rect', key: 'W', attributes: { fill: 'url(#g)', style: 'opacity:.5', x: '1' } };
  const children = [...kinds.map(name => node(name, name)), ...kinds.map(name => node(name, `html-${name}`, 'http://www.w3.org/1999/xhtml')), good];
  const model = DocumentModel.from({ root: { element_id: 'root', name: 'svg', key: 'V', attributes: { 'xmlns:xlink': 'http://www.w3.org/1999/xlink' }, children } });
  const host = document.body.appendChild(document.createElement('div'));
  const surface = new Surface(host);
  surface.show(model);
  same(Array.from(surface.root.children, element => element.id).sort(), ['a', 'animate', 'feImage', 'g', 'good', 'image', 'rect', 'set', 'style', 'use'], 'elements');
  same(Object.fromEntries(Array.from(surface.get('good').attributes, ({ name, value }) => [name, value])), { id: 'good', fill: 'url(#g)', style: 'opacity:.5', x: '1' }, 'what may be drawn');
  clean('drawn');

  // Nor what an edit, a gesture or a shape in the making brings.
  const touched = new Touched();
  model.apply([{ change: 'set', element_id: 'good', attributes: hostile }, { change: 'insert', parent_id: 'root', node: node('script', 'later') }], touched);
  surface.update(touched);
  surface.pretend('a', hostile);
  surface.ghost('root', 'image', hostile);
  same([surface.ghost('root', 'script', hostile), surface.get('later') === undefined], [null, true], 'scripts');
  clean('edited');
  host.remove();

  function clean(what) {
    const refused = new Set([...Object.values(hostile), outside]);
    for (const element of surface.root.querySelectorAll('*')) {
      for (const { name, value } of Array.from(element.attributes)) if (refused.has(value)) throw new Error(`${what}: ${element.localName} has ${name}="${value}"`);
      if (element.localName === 'style') same(element.textContent.trim(), 'rect { fill: red }', `${what}: a sheet of which one rule loads from outside`);
    }
  }
}

export async function what_the_browser_has_not_on_its_disk_is_not_said_to_be_kept() {
  const { BrowserOutbox } = await import('/src/Svgx.Web/wwwroot/canvas/outbox.js');
  const stop = new AbortController();
  let told = 0;
  const outbox = new BrowserOutbox('c19', 'main', 'here', stop.signal, () => told++);
  outbox.add('ada', [{ operation_id: 'o1' }]);
  same([outbox.isKept, told], [false, 0], 'on its way');
  await until(() => told === 1, 'the disk');
  same(outbox.isKept, true, 'on the disk');
  outbox.remove(['o1']);
  await until(() => told === 2, 'the disk');
  stop.abort();

  const { open } = IDBFactory.prototype;
  IDBFactory.prototype.open = () => { throw new DOMException('The browser keeps nothing.', 'SecurityError'); };
  try {
    const none = new BrowserOutbox('c19', 'main', 'there', new AbortController().signal, () => told++);
    none.add('ada', [{ operation_id: 'o2' }]);
    await until(() => told === 3, 'the answer');
    same(none.isKept, false, 'kept nowhere');
  } finally {
    IDBFactory.prototype.open = open;
  }
}

export async function of_a_large_selection_others_are_told_what_they_are_shown() {
  const { client, server } = await live();
  client.select(['x'.repeat(257), ...Array.from({ length: 60_000 }, (_, i) => `element-${i}`)]);
  await until(() => server.operations.length, 'the selection');
  same(server.operations.map(({ operation_type, data }) => [operation_type, data.elements.length, data.elements[0]]), [['select', 500, 'element-0']], 'told');
}

export async function a_taken_role_is_known_at_once() {
  const { client, server } = await live();
  const told = [];
  client.on('role', role => told.push(role));
  server.say({ type: 'role_changed', role: 'viewer' });
  same([create(client, 'a'), told, client.joined.role, server.operations.length], [null, ['viewer'], 'viewer', 0], 'submit, told, role, sent');
}

export async function an_expired_token_is_replaced_by_who_can_make_new_ones() {
  let made = 0;
  const { client, server } = await live({ token: () => `t${++made}` });
  server.lose(4401);
  same(client.status, 'offline', 'status');
  const again = await connection(2);
  same(again.sent[0].token, 't2', 'token');
  again.say({ type: 'error', code: 'token_expired', error: 'The token has expired.' });
  same([client.status, client.refusal.code], ['refused', 'token_expired'], 'refused');

  const { client: fixed, server: its } = await live();
  its.lose(4401);
  same([fixed.status, fixed.refusal.code], ['refused', 'token_invalid'], 'with a fixed token');
}

export async function anything_can_be_asked_and_is_answered_or_fails() {
  const { client, server } = await live();
  const messages = [];
  client.on('message', message => messages.push(message.type));
  const [good, bad, lost] = [client.request('ping', { sent_at: 1 }), client.request('dance'), client.request('sleep')];
  const code = promise => promise.then(() => null, error => error.code);
  const codes = [code(bad), code(lost)];
  const [ping, dance] = server.sent.slice(-3);
  server.say({ type: 'pong', sent_at: 1, request_id: ping.request_id });
  server.say({ type: 'error', code: 'unknown_type', error: 'There is no such type.', request_id: dance.request_id });
  server.say({ type: 'weather', sun: true });
  server.lose();
  same([(await good).type, await codes[0], await codes[1], await code(client.request('ping'))], ['pong', 'unknown_type', 'offline', 'offline'], 'answers');
  same(messages, ['weather'], 'messages of unknown types');
}

export async function when_the_browser_loses_its_network_a_silent_connection_is_given_up_and_one_that_answers_is_kept() {
  const { client, server } = await live();
  const other = new SvgxClient({ url: 'ws://nowhere', token: 't', WebSocket: FakeSocket }).connect();
  before.push(other);
  const its = await connection(2);
  its.join();
  dispatchEvent(new Event('offline'));
  same([server.sent.at(-1).type, its.sent.at(-1).type], ['ping', 'ping'], 'asked');
  its.say({ type: 'pong', request_id: its.sent.at(-1).request_id });
  await until(() => client.status === 'offline', 'given up');
  same([server.readyState, other.status], [3, 'live'], 'socket, other');
}

export async function a_connection_that_brings_no_answer_is_given_up_and_one_that_is_tried_again_is_replaced() {
  const waits = longWaits();
  try {
    const { client, server } = await live();
    server.lose();
    await connection(2); // opens, and nobody answers
    waits.pass();
    same([FakeSocket.opened[1].readyState, client.status], [3, 'offline'], 'without an answer');
    FakeSocket.opens = false; // does not even open
    await until(() => FakeSocket.opened.length === 3, 'the next attempt');
    waits.pass();
    same([FakeSocket.opened[2].readyState, client.status], [3, 'offline'], 'without opening');
    await until(() => FakeSocket.opened.length === 4, 'the next attempt');
    FakeSocket.opens = true;
    client.retry();
    same(FakeSocket.opened.map(socket => socket.readyState), [3, 3, 3, 3, 1], 'tried again');
    (await connection(5)).join();
    waits.pass();
    same([client.status, FakeSocket.opened.length], ['live', 5], 'one that answers');
    client.retry();
    same(FakeSocket.opened.length, 5, 'one that is there is kept');
  } finally { waits.end(); FakeSocket.opens = true; }
}

export async function a_copy_that_differs_is_fetched_anew() {
  const { client, server } = await live();
  create(client, 'mine');
  server.confirm(1, { operation_id: 'o1', user_id: 'ben', element_id: 'x', changes: [{ change: 'set', element_id: 'nobody', attributes: { fill: 'red' } }] });
  const again = await connection(2);
  same(again.sent[0].last_revision, undefined, 'last_revision');
  again.join({ resync: 'document', revision: 1 });
  again.say({ type: 'document', revision: 1, branch: 'main', part: 0, parts: 1, content: JSON.stringify({ root: { element_id: 'root', name: 'svg', key: 'V', children: [{ element_id: 'nobody', name: 'g', key: 'V' }] }, prolog: [], epilog: [] }) });
  same([client.revision, client.model.get('nobody') !== undefined, client.model.get('mine') !== undefined], [1, true, true], 'revision, theirs, mine');
  try { client.model.apply([{ change: 'remove', element_id: 'none' }]); } catch (error) { same([error instanceof ChangeError, error.code], [true, 'unknown_element'], 'misfit'); }
}

export async function an_answer_in_several_messages_is_put_together() {
  const { client, server } = await live();
  const [list, content, lost] = [client.listBranches(), client.readVersion('main@3'), client.diff('main@1')];
  const fault = lost.then(() => null, error => error.code);
  const [first, second, third] = server.sent.slice(-3);
  same([first.action, second.action, second.from, third.to === undefined], ['list_branches', 'get_content', 'main@3', true], 'asked');
  server.say({ type: 'branches', branches: [{ name: 'main' }], more: true, request_id: first.request_id });
  server.say({ type: 'branches', branches: [{ name: 'side' }], more: false, request_id: first.request_id });
  const text = JSON.stringify({ root: { element_id: 'root', name: 'svg', key: 'V' }, prolog: [], epilog: [] });
  server.say({ type: 'version_content', branch: 'main', revision: 3, part: 0, parts: 2, content: text.slice(0, 20), request_id: second.request_id });
  server.say({ type: 'version_content', branch: 'main', revision: 3, part: 1, parts: 2, content: text.slice(20), request_id: second.request_id });
  server.say({ type: 'version_diff', elements: [{ element_id: 'a' }], more: true, request_id: third.request_id });
  server.lose();
  same([(await list).map(branch => branch.name), (await content).model.root.id, await fault], [['main', 'side'], 'root', 'offline'], 'answers');
}

export async function a_switch_waits_for_what_is_not_saved_and_forgets_what_was_of_the_branch() {
  const { client, server } = await live();
  const id = create(client, 'a');
  const switching = client.switchBranch('side');
  same([await client.switchBranch('other').catch(error => error.code), FakeSocket.opened.length], ['invalid_state', 1], 'while it waits');
  server.say({ type: 'ack', acks: [{ operation_id: id, revision: 1, element_id: 'a' }] });
  const other = await connection(2);
  same([server.sent.at(-1).type, other.sent[0].branch, other.sent[0].last_revision, client.status, client.model], ['leave', 'side', undefined, 'connecting', null], 'on the way');
  other.lose();
  const again = await connection(3);
  again.join({ branch: 'side', resync: 'document', revision: 7 });
  again.say({ type: 'document', revision: 7, branch: 'side', part: 0, parts: 1, content: JSON.stringify({ root: { element_id: 'root', name: 'svg', key: 'V' }, prolog: [], epilog: [] }) });
  same([(await switching).branch, client.branch, client.revision, client.model.get('a') === undefined, client.canUndo, again.operations.length], ['side', 'side', 7, true, true, 0], 'there');
}

export async function who_cannot_enter_a_branch_is_back_where_they_were() {
  const { client } = await live();
  const switching = client.switchBranch('side').catch(error => error.code);
  const other = await connection(2);
  other.say({ type: 'error', code: 'branch_not_found', error: 'There is no such branch.' });
  same([await switching, client.branch, client.refusal], ['branch_not_found', 'main', null], 'refused');
  const back = await connection(3);
  same([back.sent[0].branch, client.status], ['main', 'connecting'], 'back');
}

export async function what_waited_for_a_branch_that_is_gone_is_given_up_and_named() {
  const { client, server } = await live();
  const refused = [];
  client.on('refused', ({ operations }) => refused.push(...operations.map(operation => operation.element_id)));
  create(client, 'a');
  server.lose(4404);
  same([client.status, client.pendingCount], ['refused', 1], 'sent away');
  const switching = client.switchBranch('main');
  const other = await connection(2);
  other.join({ resync: 'document' });
  other.say({ type: 'document', revision: 0, branch: 'main', part: 0, parts: 1, content: JSON.stringify({ root: { element_id: 'root', name: 'svg', key: 'V' }, prolog: [], epilog: [] }) });
  same([(await switching).branch, refused, client.pendingCount, other.operations.length], ['main', ['a'], 0, 0], 'given up');
}

export async function conflicts_and_locks_are_as_last_told_and_forgotten_with_the_connection() {
  const { client, server } = await live();
  const told = [];
  client.on('conflicts', conflicts => told.push(conflicts.map(conflict => conflict.status)));
  server.say({ type: 'conflict_notification', conflicts: [{ conflict_id: 'c1', status: 'open' }, { conflict_id: 'c2', status: 'settled' }] });
  server.say({ type: 'lock_update', locks: [{ element_id: 'a', user_id: 'ben' }] });
  same([[...client.conflicts.keys()], client.locks.length], [['c1'], 1], 'known');
  server.say({ type: 'conflict_resolution', conflict_id: 'c1', resolution: 'merge', resolved_by: 'ben' });
  server.say({ type: 'conflict_notification', conflicts: [{ conflict_id: 'c1', status: 'open' }] }); // the decision was undone
  same([...client.conflicts.keys()], ['c1'], 'open again');
  server.lose();
  (await connection(2)).join();
  same([client.conflicts.size, client.locks.length, told], [0, 0, [['open', 'settled'], ['open'], []]], 'after a lost connection');
}

export async function what_was_undone_away_from_the_server_is_never_sent_and_redone_here() {
  const { client, server } = await live();
  server.lose();
  const [a, b] = [create(client, 'a'), create(client, 'b')];
  client.undo();
  client.undo();
  same([client.model.get('a') === undefined, client.pendingCount], [true, 0], 'undone');
  client.redo();
  const again = await connection(2);
  again.join();
  same(again.operations.map(operation => operation.operation_id), [a], 'sent');
  client.redo();
  same([again.operations.map(operation => operation.operation_id), again.sent.some(message => message.type === 'redo')], [[a, b], false], 'redone here');
  client.undo();
  client.redo();
  same(again.sent.slice(-2).map(message => message.type), ['undo', 'redo'], 'the server has the rest');
}

export async function an_undo_overtakes_nothing_that_waits_here() {
  const { client, server } = await live();
  const large = n => ({ operation_type: 'create', element_id: `e${n}`, data: { title: 'x'.repeat(900_000) } });
  const types = () => server.sent.slice(1).filter(message => message.type !== 'ping').map(message => message.operations?.[0].element_id ?? message.element_id ?? message.type);
  const ids = client.submitMany([1, 2, 3, 4, 5, 6].map(large));
  same(types(), ['e1', 'e2', 'e3', 'e4'], 'what may be under way');
  create(client, 'last');
  client.undo(); // nothing of it was sent
  same([client.model.get('last') === undefined, client.pendingCount], [true, 6], 'taken back here');
  client.undo(); // the rest of it is still to be sent
  create(client, 'next');
  server.say({ type: 'ack', acks: ids.slice(0, 4).map((operation_id, i) => ({ operation_id, revision: i + 1 })) });
  same(types(), ['e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'undo', 'next'], 'in order');
}

export async function an_undo_without_an_answer_is_told_when_the_connection_is_lost() {
  const { client, server } = await live();
  const told = [];
  client.on('refused', ({ code, operations }) => told.push([code, operations.length]));
  const id = create(client, 'a');
  server.say({ type: 'ack', acks: [{ operation_id: id, revision: 1 }] });
  client.undo();
  server.say({ type: 'ack', acks: [{ operation_id: 'u1', revision: 2 }], request_id: server.sent.at(-1).request_id });
  server.lose();
  same(told, [], 'answered');
  const again = await connection(2);
  again.join();
  client.undo();
  again.lose();
  same(told, [['offline', 0]], 'not answered');
}

export async function one_step_may_be_as_large_as_a_drawing_and_what_waits_is_bounded() {
  const { client, server } = await live();
  const refused = [];
  client.on('refused', ({ code }) => refused.push(code));
  const step = length => Array.from({ length }, (_, i) => ({ operation_type: 'delete', element_id: `e${i}` }));
  client.submitMany(step(200_001));
  create(client, 'a');
  client.submitMany(step(25_000), { atomic: true });
  same([refused, client.pendingCount, server.operations.length], [['too_large'], 25_001, 25_001], 'refused, pending, sent');
  create(client, 'b');
  same([refused, client.pendingCount], [['too_large', 'queue_full'], 25_001], 'with so many waiting');
}

export async function why_nothing_is_taken_is_told_each_time_and_forgotten_when_it_is() {
  const { client, server } = await live();
  const told = [];
  client.on('held', held => told.push(held && [held.code, held.times]));
  const id = create(client, 'a');
  const fail = () => server.say({ type: 'error', code: 'storage_failed', error: 'It could not be stored.', operation_id: id, request_id: server.sent.at(-1).request_id, retry_after_ms: 10 });
  fail();
  await until(() => server.operations.length === 2, 'the second sending');
  fail();
  same([client.held.times, client.pendingCount], [2, 1], 'times, pending');
  await until(() => server.operations.length === 3, 'the third sending');
  server.say({ type: 'ack', acks: [{ operation_id: id, revision: 1, element_id: 'a' }] });
  same([told, client.held], [[['storage_failed', 1], ['storage_failed', 2], null], null], 'told');
}

export async function what_the_server_could_not_read_is_refused_here() {
  const { client, server } = await live();
  const refused = [];
  client.on('refused', ({ code }) => refused.push(code));
  const nested = levels => (levels ? { type: 'g', children: [nested(levels - 1)] } : { type: 'rect' });
  client.submit({ operation_type: 'create', element_id: 'half', data: { type: 'text', text: 'half \ud83d' } });
  client.submit({ operation_type: 'create', element_id: 'deep', data: nested(31) });
  same([refused, client.pendingCount, server.operations.length], [['invalid_json', 'nesting_too_deep'], 0, 0], 'refused, pending, sent');
  client.submitMany([{ operation_type: 'create', element_id: 'less', data: nested(30) }, { operation_type: 'create', element_id: 'whole', data: { title: '\ud83d\ude00 \\ud83d' } }]);
  same([refused.length, server.operations.length], [2, 2], 'what can be read');
  same(await client.comment({ x: 0, y: 0 }, 'half \ud83d').catch(error => error.code), 'invalid_json', 'a comment');
}

export async function what_an_older_client_has_kept_and_no_server_can_read_goes_with_its_reason() {
  const gone = [], refused = [];
  let give;
  const outbox = { takeOver: () => new Promise(resolve => { give = resolve; }), add() { }, remove: ids => gone.push(...ids) };
  const { client, server } = await live({ outbox });
  client.on('refused', ({ code, operations }) => refused.push([code, operations[0].element_id]));
  give([{ operation_id: 'o1', operation_type: 'create', element_id: 'bad', data: { text: '\ud83d' } }, { operation_id: 'o2', operation_type: 'create', element_id: 'good', data: {} }]);
  await until(() => !client.isRestoring, 'what was kept');
  same([gone, refused, server.operations.map(operation => operation.operation_id)], [['o1'], [['invalid_json', 'bad']], ['o2']], 'gone, refused, sent');
}

export async function what_the_server_cannot_read_and_does_not_name_is_found_and_refused_alone() {
  const { client, server } = await live();
  const refused = [];
  client.on('refused', ({ code, operations }) => refused.push([code, ...operations.map(operation => operation.element_id)]));
  create(client, 'first');
  client.submitMany(['a', 'b', 'c', 'd'].map(element_id => ({ operation_type: 'create', element_id })));
  client.submitMany(['x', 'y'].map(element_id => ({ operation_type: 'create', element_id })), { atomic: true });
  create(client, 'last');
  const stored = [], cannotRead = ids => ids.includes('c') || ids.includes('y');
  let next = server.sent.findIndex(message => message.element_id === 'first');
  const answers = { // as the server's: errors and pongs at once, acknowledgements when it has stored
    error: () => server.say({ type: 'error', code: 'nesting_too_deep', error: 'Too deep.' }),
    ack: operations => server.say({ type: 'ack', acks: operations.map(({ operation_id }) => ({ operation_id, revision: stored.length })) }),
  };
  let storing = [];
  for (let round = 0; round < 50 && client.pendingCount; round++) {
    for (; next < server.sent.length; next++) {
      const { type, request_id, operations, ...single } = server.sent[next];
      if (type === 'ping') { server.say({ type: 'pong', request_id }); continue; }
      const read = operations ?? [single];
      if (cannotRead(read.map(operation => operation.element_id))) answers.error(); else storing.push(...read);
    }
    for (const operation of storing) if (!stored.includes(operation.element_id)) stored.push(operation.element_id);
    answers.ack(storing);
    storing = [];
  }
  same([refused, stored.toSorted(), client.pendingCount], [[['nesting_too_deep', 'c'], ['nesting_too_deep', 'x', 'y']], ['a', 'b', 'd', 'first', 'last'], 0], 'refused, stored, pending');
}

export async function not_all_is_saved_before_it_is_known_what_earlier_pages_left() {
  let give;
  const outbox = { takeOver: () => new Promise(resolve => { give = resolve; }), add() { }, remove() { } };
  const { client, server } = await live({ outbox });
  same([client.status, client.isRestoring, client.pendingCount], ['live', true, 0], 'before it is known');
  const heard = [];
  client.on('pending', count => heard.push([client.isRestoring, count]));
  give([{ operation_id: 'kept', operation_type: 'create', element_id: 'k', data: { type: 'rect' } }]);
  await until(() => !client.isRestoring, 'what was kept');
  same(heard, [[false, 1]], 'told');
  same(server.operations.map(operation => operation.operation_id), ['kept'], 'sent');
}

export async function what_a_page_leaves_that_goes_meanwhile_is_sent_with_the_next_connection() {
  const left = [];
  const { client, server } = await live({ outbox: { takeOver: async () => left.splice(0), add() { }, remove() { } } });
  await until(() => !client.isRestoring, 'nothing so far');
  server.lose();
  left.push({ operation_id: 'theirs', operation_type: 'create', element_id: 'k', data: { type: 'rect' } });
  const again = await connection(2);
  again.join();
  await until(() => client.pendingCount === 1, 'what the other page has left');
  same(again.operations.map(operation => operation.operation_id), ['theirs'], 'sent');
}

export async function what_is_drawn_on_what_an_earlier_page_has_left_stands_behind_it_though_the_clock_was_set_back() {
  await indexed(indexedDB.deleteDatabase('svgx'));
  const { BrowserOutbox } = await import('/src/Svgx.Web/wwwroot/canvas/outbox.js');
  const { now } = Date;
  const takenBy = async outbox => { for (;;) { const taken = await outbox.takeOver('ada'); if (taken.length) return taken.map(operation => operation.operation_id); } }; // as soon as the other's lock is free
  const pages = ['first', 'second', 'third'].map(page => { const stop = new AbortController(); return { page, stop }; });
  const open = ({ page, stop }) => new BrowserOutbox('d', 'main', page, stop.signal, () => { });
  const leave = async (outbox, { stop }) => { await until(() => outbox.isKept, 'the disk'); stop.abort(); };
  try {
    Date.now = () => now() + 3_600_000;
    const first = open(pages[0]);
    first.add('ada', [{ operation_id: 'create' }]);
    await leave(first, pages[0]);
    Date.now = now;
    const second = open(pages[1]);
    same(await takenBy(second), ['create'], 'left');
    second.add('ada', [{ operation_id: 'update' }]);
    await leave(second, pages[1]);
    same(await takenBy(open(pages[2])), ['create', 'update'], 'in order');
  } finally {
    Date.now = now;
    pages[2].stop.abort();
  }
}

export async function what_an_older_page_has_kept_is_taken_over_and_goes_with_its_answer() {
  await indexed(indexedDB.deleteDatabase('svgx'));
  const opening = indexedDB.open('svgx', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('operations', { keyPath: ['scope', 'id'] });
  const older = await indexed(opening);
  const store = older.transaction('operations', 'readwrite').objectStore('operations');
  for (const [order, id] of ['o2', 'o1'].entries()) store.put({ scope: 'd:main', id, page: 'gone', user: 'ada', order, operation: { operation_id: id } });
  await new Promise(done => { store.transaction.oncomplete = done; });
  older.close();

  const { BrowserOutbox } = await import('/src/Svgx.Web/wwwroot/canvas/outbox.js');
  const stop = new AbortController();
  const outbox = new BrowserOutbox('d', 'main', 'here', stop.signal, () => {});
  same(await outbox.takeOver('ada'), [{ operation_id: 'o2' }, { operation_id: 'o1' }], 'taken over, in order');
  outbox.add('ada', [{ operation_id: 'o3' }, { operation_id: 'o4' }]);
  outbox.remove(['o1', 'o3']);
  await until(() => outbox.isKept, 'the disk');
  same(await kept(), [['o2'], ['o3', 'o4']], 'a step is kept until its last answer');
  outbox.remove(['o2', 'o4']);
  await until(() => outbox.isKept, 'the disk');
  same(await kept(), [], 'nothing is left');
  stop.abort();

  async function kept() {
    const database = await indexed(indexedDB.open('svgx'));
    const records = await indexed(database.transaction('operations').objectStore('operations').getAll());
    database.close();
    return records.map(record => record.operations.map(operation => operation.operation_id));
  }
}

export async function gestures_on_what_is_deleted_meanwhile_end_like_all_others() {
  const { Previews } = await import('../../../src/Svgx.Web/wwwroot/canvas/previews.js');
  const elements = new Map(['e1', 'e2'].map(id => [id, { style: { translate: '' }, getAttribute: () => null }]));
  const surface = { get: id => elements.get(id), restore(id) { elements.get(id).style.translate = ''; this.decorate(id); } };
  const previews = new Previews(surface, () => false);
  const places = () => [...elements.values()].map(element => element.style.translate);
  previews.show({ gesture_id: 'a', element_ids: ['e1', 'e2'], data: { dx: 5, dy: 0 } });
  previews.show({ gesture_id: 'b', element_ids: ['e1'], data: { dx: 2, dy: 0 } });
  same(places(), ['7px 0px', '5px 0px'], 'both');
  const [e1] = elements.values();
  elements.delete('e1');
  previews.end('b');
  elements.set('e1', e1); // brought back
  surface.restore('e1');
  same(places(), ['5px 0px', '5px 0px'], 'back in the hand that still has it');
  elements.delete('e1');
  previews.end('a');
  same([places(), previews.isShown('e1')], [[''], false], 'over');
}

export async function a_hand_on_the_sheet_ends_no_stroke_of_a_pen_and_keeps_none_from_beginning() {
  const { Pointer } = await import('../../../src/Svgx.Web/wwwroot/canvas/pointer.js');
  const glass = Object.assign(new EventTarget(), { setPointerCapture() { } });
  const placed = [], zoomed = [];
  const editor = {
    glass, tool: 'comment', host: { dataset: {} }, text: { close() { } }, surface: {}, client: { model: {}, activity() { } }, picking: { at: () => null },
    viewport: { panBy() { }, zoomAt: (x, y, by) => zoomed.push(by) }, settle() { }, focus() { }, changed() { }, placeComment: (x, y) => placed.push([x, y]),
  };
  const pointer = new Pointer(editor, new AbortController().signal);
  const tell = (type, pointerType, pointerId, clientX) => glass.dispatchEvent(Object.assign(new Event(`pointer${type}`, { cancelable: true }), { pointerType, pointerId, clientX, clientY: 0, button: 0 }));

  for (const kind of ['pen', 'mouse']) { // the hand comes after it
    tell('down', kind, 1, 10);
    tell('down', 'touch', 2, 200);
    tell('move', 'touch', 2, 250);
    tell('up', kind, 1, 10);
    tell('up', 'touch', 2, 250);
  }
  same([placed.splice(0), zoomed.length, pointer.isBusy], [[[10, 0], [10, 0]], 0, false], 'the hand second');

  tell('down', 'touch', 2, 200); // and before it
  tell('down', 'pen', 1, 20);
  tell('move', 'touch', 2, 250);
  tell('up', 'touch', 2, 250);
  tell('up', 'pen', 1, 20);
  same([placed.splice(0), zoomed.length, pointer.isBusy], [[[20, 0]], 0, false], 'the hand first');

  tell('down', 'touch', 2, 100);
  tell('down', 'touch', 3, 200);
  tell('move', 'touch', 3, 300);
  tell('up', 'touch', 2, 100);
  tell('up', 'touch', 3, 300);
  same([placed, zoomed, pointer.isBusy], [[], [2], false], 'two fingers');
}

export async function a_step_that_could_not_be_kept_is_missing_until_it_is_answered_or_kept() {
  await indexed(indexedDB.deleteDatabase('svgx'));
  const { BrowserOutbox } = await import('/src/Svgx.Web/wwwroot/canvas/outbox.js');
  const { put } = IDBObjectStore.prototype;
  const tooLarge = new Set(['large', 'gone']);
  IDBObjectStore.prototype.put = function (record) {
    if (tooLarge.has(record.id)) throw new DOMException('The disk is full.', 'QuotaExceededError');
    return put.call(this, record);
  };
  const stop = new AbortController();
  let heard = 0;
  const outbox = new BrowserOutbox('d', 'main', 'here', stop.signal, () => heard++);
  const written = async act => { const before = heard; act(); await until(() => heard > before, 'the disk'); };
  try {
    await written(() => outbox.add('ada', [{ operation_id: 'large' }]));
    await written(() => outbox.add('ada', [{ operation_id: 'small' }]));
    await until(() => heard >= 3, 'another try');
    same(outbox.isKept, false, 'while one is missing');
    tooLarge.delete('large');
    outbox.add('ada', [{ operation_id: 'next' }]);
    await until(() => outbox.isKept, 'the one that was missing');
    await written(() => outbox.add('ada', [{ operation_id: 'gone' }]));
    same(outbox.isKept, false, 'while another is missing');
    outbox.remove(['gone']);
    await until(() => outbox.isKept, 'its answer');
    const database = await indexed(indexedDB.open('svgx'));
    same((await indexed(database.transaction('operations').objectStore('operations').getAll())).map(record => record.id), ['large', 'next', 'small'], 'on the disk');
    database.close();
  } finally {
    IDBObjectStore.prototype.put = put;
    stop.abort();
  }
}

const indexed = request => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = request.onblocked = () => reject(request.error ?? new Error('blocked')); });
