// Which tab of the side panel was open, for the next visit.
const KEY = 'svgx-side-panel';

/** On a narrow screen the panel takes most of the room from the drawing. */
export const isNarrow = () => matchMedia('(max-width: 700px)').matches;

export function remembered() {
  if (isNarrow()) return null;
  try { return localStorage.getItem(KEY) || null; } catch { return null; }
}

export function remember(name) {
  try { localStorage.setItem(KEY, name ?? ''); } catch { /* private browsing: the next visit starts without */ }
}
