// A freehand stroke: thinned to the points that matter, then drawn through them smoothly.

/** Leaves out points that lie closer than the tolerance to the line between their neighbours (Ramer, Douglas, Peucker). */
export function simplify(points, tolerance) {
  if (points.length < 3) return points;
  const keep = new Uint8Array(points.length);
  keep[0] = keep[points.length - 1] = 1;
  const ranges = [[0, points.length - 1]];
  while (ranges.length) {
    const [first, last] = ranges.pop();
    let farthest = -1, distance = tolerance;
    for (let i = first + 1; i < last; i++) {
      const away = distanceToLine(points[i], points[first], points[last]);
      if (away > distance) { farthest = i; distance = away; }
    }
    if (farthest < 0) continue;
    keep[farthest] = 1;
    ranges.push([first, farthest], [farthest, last]);
  }
  return points.filter((_, index) => keep[index]);
}

/** Path data through the points: Catmull-Rom as cubic curves. */
export function smoothPath(points, round) {
  const at = point => `${round(point.x)} ${round(point.y)}`;
  if (points.length === 1) return `M${at(points[0])}l0 0`;
  let data = `M${at(points[0])}`;
  if (points.length === 2) return `${data}L${at(points[1])}`;
  for (let i = 0; i < points.length - 1; i++) {
    const before = points[i - 1] ?? points[i], from = points[i], to = points[i + 1], after = points[i + 2] ?? to;
    const first = { x: from.x + (to.x - before.x) / 6, y: from.y + (to.y - before.y) / 6 };
    const second = { x: to.x - (after.x - from.x) / 6, y: to.y - (after.y - from.y) / 6 };
    data += `C${at(first)} ${at(second)} ${at(to)}`;
  }
  return data;
}

function distanceToLine(point, from, to) {
  const dx = to.x - from.x, dy = to.y - from.y;
  const length = dx * dx + dy * dy;
  const t = length ? Math.min(1, Math.max(0, ((point.x - from.x) * dx + (point.y - from.y) * dy) / length)) : 0;
  return Math.hypot(point.x - from.x - t * dx, point.y - from.y - t * dy);
}
