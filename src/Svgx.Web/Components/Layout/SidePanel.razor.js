// Which tab of the side panel was open, for the next visit.
const KEY = 'svgx-side-panel';

export function remembered() {
  if (matchMedia('(max-width: 700px)').matches) return null; // there the panel lies over the drawing
  try { return localStorage.getItem(KEY) || null; } catch { return null; }
}

export function remember(name) {
  try { localStorage.setItem(KEY, name ?? ''); } catch { /* private browsing: the next visit starts without */ }
}
