// Brings the page back after the circuit is lost for good, or ended by a fault, without a click. Unsent edits are kept by the canvas over the reload.
const notice = document.getElementById('components-reconnect-modal');
const LOST = ['components-reconnect-failed', 'components-reconnect-rejected', 'components-reconnect-resume-failed'];
/** Whoever is still here so long after the page was to be loaded anew has stopped that, or their network has. */
const STILL_HERE = 30_000;
const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
let waiting = false;

async function comeBack() {
  if (waiting) return;
  waiting = true;
  while (true) {
    await serverIsThere();
    // The canvas works without the circuit: what is being dragged, drawn or typed there is finished first, and what the browser could not keep is sent.
    while (!dispatchEvent(new Event('svgx-return', { cancelable: true }))) await pause(250);
    location.reload();
    await pause(STILL_HERE);
  }
}

async function serverIsThere() {
  for (let wait = 500; ; wait = Math.min(wait * 1.5, 5000)) {
    try {
      if ((await fetch('/health/live', { cache: 'no-store' })).ok) return;
    } catch { /* still away */ }
    await pause(wait);
  }
}

// A fault that comes back at once would load the page for ever.
const FAULT_PAUSE = 60_000;
const fault = document.getElementById('blazor-error-ui');

function onFault() {
  if (waiting || fault.style.display !== 'block' || 'again' in fault.dataset) return;
  if (Date.now() - Number(sessionStorage.getItem('svgx-fault')) < FAULT_PAUSE) {
    fault.dataset.again = '';
    return;
  }
  sessionStorage.setItem('svgx-fault', Date.now());
  comeBack();
}

new MutationObserver(onFault).observe(fault, { attributes: true, attributeFilter: ['style'] });
new MutationObserver(() => { if (LOST.some(name => notice.classList.contains(name))) comeBack(); }).observe(notice, { attributes: true, attributeFilter: ['class'] });
