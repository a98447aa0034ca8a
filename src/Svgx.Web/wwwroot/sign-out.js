// Signing out counts for all tabs of this browser: each of the others asks to sign in, where it was.
// Told once the server has answered with the page to sign in: a tab that asked before would still be let in, and who was not signed out takes nobody along.
const SIGNING_OUT = 'svgx-signing-out';
const SIGN_IN = '/Account/Login';
const isForEverybody = path => path.endsWith(SIGN_IN) || path.endsWith('/Account/Register');
const channel = new BroadcastChannel('svgx-sign-out');

// By its address: loading a page anew that came of a form would send the form again.
channel.addEventListener('message', () => { if (!isForEverybody(location.pathname)) location.replace(location.pathname + location.search); });

document.addEventListener('submit', event => {
  if (event.target.getAttribute('action')?.endsWith('Account/Logout')) sessionStorage.setItem(SIGNING_OUT, '1');
});

if (sessionStorage.getItem(SIGNING_OUT)) {
  sessionStorage.removeItem(SIGNING_OUT);
  if (location.pathname.endsWith(SIGN_IN)) channel.postMessage('');
}
