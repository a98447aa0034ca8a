// Versions, branches, merges, conflicts and locks as a tool has them, against a real server. Run in the browser by JavaScriptClientTests, each with a drawing of its own; each function is a test of its name.
import { SvgxClient } from '../../../src/Svgx.Web/wwwroot/client/svgx-client.js';

const same = (is, should, what) => { if (JSON.stringify(is) !== JSON.stringify(should)) throw new Error(`${what}: ${JSON.stringify(is)} and not ${JSON.stringify(should)}`); };
const code = promise => promise.then(() => null, error => error.code);

/** Waits for something that events bring about. */
function until(client, names, holds, what) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`It did not come: ${what}`)), 20_000);
    const look = () => { if (!holds()) return; clearTimeout(timer); offs.forEach(off => off()); resolve(); };
    const offs = names.map(name => client.on(name, look));
    look();
  });
}

async function joined(scene, user = 'ada', options = {}) {
  const client = new SvgxClient({ url: scene.url, token: scene.tokens[user], ...options }).connect();
  await until(client, ['document', 'status'], () => client.model !== null, `${user} in the drawing`);
  return client;
}

const saved = client => until(client, ['pending'], () => client.pendingCount === 0, 'everything saved');
const confirmed = (client, revision) => until(client, ['operations'], () => client.revision >= revision, `revision ${revision}`);

async function lamp(client, data = {}) {
  client.submit({ operation_type: 'create', element_id: 'lamp', data: { type: 'circle', cx: 10, cy: 10, r: 5, fill: 'gold', ...data } });
  await saved(client);
}

export async function a_version_is_saved_listed_named_read_and_compared(scene) {
  const [ada, ben] = [await joined(scene), await joined(scene, 'ben')];
  const heard = [];
  for (const name of ['versionCreated', 'versionUpdated']) ben.on(name, version => heard.push([name, version.name ?? null]));
  await lamp(ada);
  const first = await ada.createVersion({ description: 'Before the party', tags: ['calm'], metadata: { room: '12' } });
  same([first.version_number, first.kind, first.branch, first.revision, first.tags, first.metadata], [1, 'saved', 'main', 1, ['calm'], { room: '12' }], 'version');
  same((await ada.labelVersion(first.version_id, { name: 'One' })).name, 'One', 'name');
  same((await ada.getVersion(first.version_id)).name, 'One', 'got');
  ada.submit({ operation_type: 'update', element_id: 'lamp', data: { fill: 'red' } });
  ada.submit({ operation_type: 'create', element_id: 'sofa', data: { x: 1, y: 1 } });
  await saved(ada);
  same((await ada.diff(first.version_id)).map(({ element_id, kind, attributes }) => [element_id, kind, kind === 'changed' ? attributes : attributes.length > 0]),
    [['lamp', 'changed', [{ name: 'fill', from: 'gold', to: 'red' }]], ['sofa', 'added', true]], 'differences');
  same((await ada.diff('main@3', 'main@2')).map(({ element_id, kind }) => [element_id, kind]), [['sofa', 'removed']], 'between revisions');
  const old = await ada.readVersion(first.version_id);
  same([old.revision, old.versionId, old.model.get('lamp').attributes.get('fill'), old.model.get('sofa') === undefined, ada.model.get('lamp').attributes.get('fill')], [1, first.version_id, 'gold', true, 'red'], 'content');
  await ada.createVersion({ description: 'After' });
  const page = await ada.listVersions({ limit: 1 });
  same([page.total, page.versions.map(version => version.version_number)], [2, [2]], 'page');
  same((await ada.listVersions({ before: page.next })).versions.map(version => version.version_number), [1], 'next page');
  same((await ada.elementHistory('lamp')).events.map(({ revision, kind }) => [revision, kind]), [[2, 'changed'], [1, 'added']], 'history');
  await until(ben, ['versionCreated'], () => heard.length === 3, 'news');
  same(heard, [['versionCreated', null], ['versionUpdated', 'One'], ['versionCreated', null]], 'what others hear');
  same([await code(ada.getVersion('0'.repeat(64))), await code(ada.diff('no such@point!'))], ['version_not_found', 'invalid_message'], 'refusals');
  const report = await ada.verify();
  same([report.intact, report.operations, report.versions, report.damages], [true, 3, 2, []], 'verify');
}

export async function a_revert_and_a_restoration_are_operations_that_can_be_undone(scene) {
  const [ada, ben] = [await joined(scene), await joined(scene, 'ben')];
  const reverted = [];
  ben.on('versionReverted', ({ version, revertedTo }) => reverted.push([version.kind, revertedTo]));
  await lamp(ada);
  const first = await ada.createVersion();
  ada.submitMany([{ operation_type: 'update', element_id: 'lamp', data: { fill: 'red' } }, { operation_type: 'create', element_id: 'sofa', data: {} }]);
  await saved(ada);
  const back = await ada.revertVersion(first.version_id, { description: 'Back' });
  same([back.version.kind, back.version.description, back.operationId !== null], ['revert', 'Back', true], 'change');
  await confirmed(ada, 4);
  same([ada.model.get('lamp').attributes.get('fill'), ada.model.get('sofa') === undefined], ['gold', true], 'drawn');
  ada.undo();
  await confirmed(ada, 5);
  same([ada.model.get('lamp').attributes.get('fill'), ada.model.get('sofa') !== undefined], ['red', true], 'undone');
  same((await ada.restoreVersion('main@1', { elementIds: ['lamp'] })).version.kind, 'restore', 'restoration');
  await confirmed(ada, 6);
  same([ada.model.get('lamp').attributes.get('fill'), ada.model.get('sofa') !== undefined], ['gold', true], 'one element restored');
  await until(ben, ['versionReverted'], () => reverted.length === 1, 'news');
  same(reverted, [['revert', first.version_id]], 'what others hear');
}

export async function a_branch_is_made_entered_drawn_in_merged_and_deleted(scene) {
  const [ada, ben] = [await joined(scene), await joined(scene, 'ben')];
  const heard = [];
  for (const name of ['branchCreated', 'branchDeleted', 'branchPurged']) ben.on(name, branch => heard.push([name, branch.name]));
  await lamp(ada);
  const made = await ada.createBranch('party');
  same([made.name, made.from_branch, made.from_revision], ['party', 'main', 1], 'branch');
  ada.submit({ operation_type: 'update', element_id: 'lamp', data: { cx: 20 } }); // on its way: a switch waits for it
  const there = await ada.switchBranch('party');
  same([there.branch, ada.branch, ada.status, ada.revision, ada.model.get('lamp').attributes.get('cx'), ada.canUndo], ['party', 'party', 'live', 0, '10', false], 'entered');
  ada.submit({ operation_type: 'update', element_id: 'lamp', data: { fill: 'red', stroke: 'black' } });
  await saved(ada);
  await confirmed(ben, 2);
  same([ben.model.get('lamp').attributes.get('cx'), ben.model.get('lamp').attributes.get('fill')], ['20', 'gold'], 'main');
  ben.submit({ operation_type: 'update', element_id: 'lamp', data: { fill: 'blue' } });
  await saved(ben);

  const preview = await ben.previewMerge('party');
  same([preview.source, preview.target, preview.baseBranch, preview.baseRevision, preview.clashes],
    ['party', 'main', 'main', 1, [{ element_id: 'lamp', name: 'fill', base: 'gold', target: 'blue', source: 'red' }]], 'preview');
  same(preview.elements.map(({ element_id, attributes }) => [element_id, attributes]), [['lamp', [{ name: 'stroke', to: 'black' }]]], 'what would come');
  same((await ben.previewMerge('party', { resolutions: [{ choice: 'source' }] })).elements[0].attributes.length, 2, 'with a decision');
  const merged = await ben.mergeBranch('party', { description: 'Party time' });
  same([merged.version.kind, merged.version.parents.length, merged.openClashes, merged.conflictIds.length], ['merge', 2, 1, 1], 'merge');
  await until(ben, ['conflicts'], () => ben.conflicts.has(merged.conflictIds[0]), 'the conflict');
  const conflict = ben.conflicts.get(merged.conflictIds[0]);
  same([conflict.merged_from, conflict.status], ['party', 'open'], 'conflict');
  const theirs = [conflict.operation_1, conflict.operation_2].find(side => side.values.fill === 'red');
  await ben.resolveConflict(conflict.conflict_id, 'user_choice', { chosenOperationId: theirs.operation_id });
  await until(ben, ['operations'], () => ben.model.get('lamp').attributes.get('fill') === 'red', 'the decision');
  same(await code(ben.mergeBranch('party')), 'nothing_to_merge', 'again');

  same((await ben.listBranches()).map(branch => branch.name), ['main', 'party'], 'branches');
  same((await ben.deleteBranch('party')).name, 'party', 'deleted');
  await until(ada, ['status'], () => ada.status === 'refused', 'sent away');
  same([(await ben.listBranches()).length, (await ben.listBranches({ deleted: true })).length], [1, 2], 'branches after');
  same([(await ada.switchBranch('main')).branch, ada.model.get('lamp').attributes.get('fill')], ['main', 'red'], 'back in main');
  same([await code(ben.createBranch('party')), await code(ben.switchBranch('party')), ben.branch, ben.status], ['branch_exists', 'branch_not_found', 'main', 'connecting'], 'refusals');
  await until(ben, ['document'], () => ben.model !== null, 'back where it was');
  const inParty = (await ben.listVersions({ branch: 'party' })).total;
  same([(await ben.purgeBranch('party')).purged_at !== undefined, inParty > 0, (await ben.listVersions({ branch: 'party' })).total], [true, true, 0], 'purged');
  await until(ben, ['branchPurged'], () => heard.length === 3, 'news');
  same(heard, [['branchCreated', 'party'], ['branchDeleted', 'party'], ['branchPurged', 'party']], 'what others hear');
}

export async function what_two_do_unseen_is_a_conflict_told_to_both_and_settled_by_one(scene) {
  const [ada, ben] = [await joined(scene), await joined(scene, 'ben')];
  await lamp(ada);
  await confirmed(ben, 1);
  const settled = [];
  ada.on('conflictSettled', message => settled.push([message.resolution, message.resolved_by]));
  ada.submit({ operation_type: 'update', element_id: 'lamp', data: { fill: 'red' }, base_revision: 1 });
  await confirmed(ben, 2);
  ben.submit({ operation_type: 'delete', element_id: 'lamp', base_revision: 1 }); // as one who had not seen the red lamp
  for (const client of [ada, ben]) await until(client, ['conflicts'], () => client.conflicts.size === 1, 'the conflict');
  const [conflict] = ada.conflicts.values();
  same([conflict.conflict_type, conflict.severity, conflict.auto_resolvable, conflict.element_id, conflict.status], ['delete_conflict', 'high', false, 'lamp', 'open'], 'conflict');
  same(ada.model.get('lamp') !== undefined, true, 'the deletion waits');
  const late = await joined(scene, 'cyd');
  await until(late, ['conflicts'], () => late.conflicts.size === 1, 'the conflict, for a newcomer');
  same([await code(ada.resolveConflict(conflict.conflict_id, 'coin')), await code(ada.resolveConflict('none', 'reject')), await code(late.resolveConflict(conflict.conflict_id, 'reject'))],
    ['unknown_strategy', 'unknown_conflict', 'read_only'], 'refusals');
  const answer = await ben.resolveConflict(conflict.conflict_id, 'last_write_wins'); same([answer.type, answer.resolution], ['conflict_resolution', 'last_write_wins'], 'answer');
  await until(ada, ['changes', 'operations'], () => ada.model.get('lamp') === undefined, 'the lamp is gone');
  await until(ada, ['conflictSettled'], () => settled.length === 1, 'the news');
  same([settled, ada.conflicts.size], [[['last_write_wins', 'ben']], 0], 'settled');
  same(await code(ada.resolveConflict(conflict.conflict_id, 'reject')), 'conflict_settled', 'twice');
}

export async function a_lock_keeps_others_out_until_it_is_released_or_its_holder_leaves(scene) {
  const [ada, ben] = [await joined(scene), await joined(scene, 'ben')];
  await lamp(ada);
  await confirmed(ben, 1);
  same((await ada.lock('lamp')).locks.map(lock => [lock.element_id, lock.user_id]), [['lamp', 'ada']], 'answer');
  await until(ben, ['locks'], () => ben.locks.length === 1, 'the lock');
  const refused = [];
  ben.on('refused', refusal => refused.push(refusal.code));
  ben.submit({ operation_type: 'update', element_id: 'lamp', data: { fill: 'red' } });
  await until(ben, ['refused'], () => refused.length === 1, 'the refusal');
  same([refused, ben.model.get('lamp').attributes.get('fill')], [['locked'], 'gold'], 'refused and taken away');
  same([await code(ben.lock(['lamp'])), await code(ben.lock(['nothing']))], ['locked', 'unknown_element'], 'refusals');
  await ada.unlock(['lamp']);
  await until(ben, ['locks'], () => ben.locks.length === 0, 'the release');
  ben.submit({ operation_type: 'update', element_id: 'lamp', data: { fill: 'red' } });
  await saved(ben);
  await confirmed(ada, 2);
  await ada.lock('lamp');
  ada.close();
  await until(ben, ['locks'], () => ben.locks.length === 0, 'the holder has left');
  same(ben.model.get('lamp').attributes.get('fill'), 'red', 'drawn');
}
