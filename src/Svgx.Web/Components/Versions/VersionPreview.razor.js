// A content of the drawing, drawn as the canvas draws it, to look around in: it pans and zooms, and nothing in it runs or can be changed.
import { DocumentModel } from '../../client/svgx-client.js';
import { pictureView } from '../../canvas/picture-view.js';
import { Surface } from '../../canvas/surface.js';
import { Viewport } from '../../canvas/viewport.js';

const STEP = 1.25;

/** Draws the content at a URL into the host; whether that went well. Keys are taken on the dialog around it. */
export function mount(dialog, host) {
  const stop = new AbortController();
  const { signal } = stop;
  let view = null, viewport = null, surface = null;

  async function show(url) {
    let model;
    try {
      const answer = await fetch(url, { signal });
      if (!answer.ok) return signal.aborted;
      model = DocumentModel.from(await answer.json());
    } catch {
      return signal.aborted; // who has left is told nothing
    }
    if (signal.aborted) return true;
    view?.dispose();
    surface?.dispose();
    const frame = add(null, 'preview-frame'), stage = add(frame, 'preview-paper'), drawing = add(stage, 'preview-drawing');
    host.replaceChildren(frame);
    viewport = new Viewport(frame, stage, () => {});
    viewport.measure(model.root);
    surface = new Surface(drawing);
    surface.show(model);
    view = pictureView(host, [{ frame, viewport }], signal);
    view.fit();
    return true;
  }

  dialog.addEventListener('keydown', event => {
    if (!view || event.ctrlKey || event.metaKey || event.altKey || event.target.closest('button, input')) return;
    if (event.key === '+' || event.key === '=') view.zoomBy(STEP);
    else if (event.key === '-') view.zoomBy(1 / STEP);
    else if (event.key === '1') view.fit();
    else return;
    event.preventDefault();
  }, { signal });

  return { show, dispose() { stop.abort(); view?.dispose(); surface?.dispose(); } };
}

function add(parent, className) {
  const element = document.createElement('div');
  element.className = className;
  parent?.append(element);
  return element;
}
