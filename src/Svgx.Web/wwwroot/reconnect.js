// Brings the page back after the circuit is lost for good, or ended by a fault, without a click. Unsent edits are kept by the canvas over the reload.
const notice = document.getElementById('components-reconnect-modal');
const LOST = ['components-reconnect-failed', 'components-reconnect-rejected', 'components-reconnect-resume-failed'];
let waiting = false;

async function comeBack() {
  if (waiting) return;
  waiting = true;
  for (let pause = 500; ; pause = Math.min(pause * 1.5, 5000)) {
    try {
      if ((await fetch('/health/live', { cache: 'no-store' })).ok) break;
    } catch { /* still away */ }
    await new Promise(resolve => setTimeout(resolve, pause));
  }
  // The canvas works without the circuit: what is being dragged, drawn or typed there is finished first.
  while (!dispatchEvent(new Event('svgx-return', { cancelable: true }))) await new Promise(resolve => setTimeout(resolve, 250));
  location.reload();
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
