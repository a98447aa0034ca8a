// Forward, backward, to the front, to the back: the same siblings in another order.
import { isVisibleKind } from './picking.js';

/** The operations by which the chosen of a parent's children go a step up or down, or with an infinite one all the way. */
export function restacked(parent, chosen, step) {
  const now = parent.children.filter(isVisibleKind).map(child => child.id);
  const then = reordered(now, chosen, step);
  const above = new Map(now.map((id, at) => [id, now[at + 1]]));
  const below = new Map([...now, undefined].map((id, at) => [id, now[at - 1]])); // below nothing is the topmost
  const link = (lower, upper) => { above.set(lower, upper); below.set(upper, lower); };
  const operations = [];
  // From the top down each goes before what is above it by then; what stands right already stays.
  for (let at = then.length - 1; at >= 0; at--) {
    const id = then[at], next = then[at + 1];
    if (!chosen.has(id) || above.get(id) === next) continue;
    operations.push({ operation_type: 'layer_change', element_id: id, data: { parent_id: parent.id, ...(next ? { before: next } : {}) } });
    link(below.get(id), above.get(id));
    link(below.get(next), id);
    link(id, next);
  }
  return operations;
}

/** Among each other the chosen stay as they were, and so do the others. */
function reordered(ids, chosen, step) {
  const moved = ids.filter(id => chosen.has(id)), others = ids.filter(id => !chosen.has(id));
  if (!Number.isFinite(step)) return step > 0 ? [...others, ...moved] : [...moved, ...others];
  const result = step > 0 ? ids.toReversed() : [...ids];
  for (let at = 1; at < result.length; at++) {
    if (chosen.has(result[at]) && !chosen.has(result[at - 1])) [result[at - 1], result[at]] = [result[at], result[at - 1]];
  }
  return step > 0 ? result.reverse() : result;
}
