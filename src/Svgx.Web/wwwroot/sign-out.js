// Signing out counts for all tabs of this browser: each of the others is loaded anew and thereby asks to sign in, where it was.
// Told once the server has answered: a tab that asked before would still be let in.
const SIGNING_OUT = 'svgx-signing-out';
const channel = new BroadcastChannel('svgx-sign-out');

channel.addEventListener('message', () => location.reload());

document.addEventListener('submit', event => {
  if (new URL(event.target.action).pathname.endsWith('/Account/Logout')) sessionStorage.setItem(SIGNING_OUT, '1');
});

if (sessionStorage.getItem(SIGNING_OUT)) {
  sessionStorage.removeItem(SIGNING_OUT);
  channel.postMessage('');
}
