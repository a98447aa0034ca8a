// Imports files by picker or drop. They go by HTTP: the circuit is for small things.
export function mount(page, dotNet, limit) {
  const stop = new AbortController();
  const { signal } = stop;
  const picker = Object.assign(document.createElement('input'), { type: 'file', accept: '.svg,.svgx,image/svg+xml', multiple: true, hidden: true });
  picker.setAttribute('aria-label', 'Files to import');
  page.append(picker);
  picker.addEventListener('change', () => { send([...picker.files]); picker.value = ''; }, { signal });

  let depth = 0;
  const hasFiles = event => event.dataTransfer?.types.includes('Files');
  const show = value => page.classList.toggle('is-dropping', value);
  addEventListener('dragenter', event => { if (hasFiles(event)) { depth++; show(true); } }, { signal });
  addEventListener('dragleave', event => { if (hasFiles(event) && --depth <= 0) { depth = 0; show(false); } }, { signal });
  addEventListener('dragover', event => { if (hasFiles(event)) event.preventDefault(); }, { signal });
  addEventListener('drop', event => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    show(false);
    send([...event.dataTransfer.files]);
  }, { signal });

  async function send(files) {
    for (const [index, file] of files.entries()) {
      const outcome = { fileName: file.name, id: null, error: null, removed: [], moreRemoved: 0, more: files.length > 1 };
      await dotNet.invokeMethodAsync('ImportStarted', files.length > 1 ? `${file.name} (${index + 1} of ${files.length})` : file.name, index === 0);
      try {
        // Refused on the way, a file ends its connection, and the browser tells of nothing but that.
        Object.assign(outcome, file.size > limit.bytes ? { error: limit.reason } : await post(file));
      } catch (error) {
        if (signal.aborted) return;
        outcome.error = 'The server cannot be reached. Check your connection and try again.';
      }
      await dotNet.invokeMethodAsync('ImportEnded', outcome);
    }
  }

  async function post(file) {
    const name = file.name.replace(/\.svgx?$/i, '');
    const answer = await fetch(`/api/documents?name=${encodeURIComponent(name)}`, { method: 'POST', headers: { 'Content-Type': 'image/svg+xml' }, body: file, signal });
    const body = await answer.json().catch(() => ({}));
    return answer.ok ? { id: body.id, removed: body.removed, moreRemoved: body.more_removed } : { error: body.detail ?? `The server answered ${answer.status}.` };
  }

  page.dataset.dropReady = '';

  return { pick: () => picker.click(), dispose: () => { stop.abort(); picker.remove(); } };
}
