// Runs before anything is painted: the server renders light or dark by a cookie, which follows the system until somebody chooses.
(() => {
  const KEY = 'svgx-theme';
  const read = () => document.cookie.match(/(?:^|; )svgx-theme=(light|dark)/)?.[1] ?? null;
  const write = value => { document.cookie = `svgx-theme=${value}; path=/; max-age=31536000; samesite=lax`; };
  const chosen = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const system = matchMedia('(prefers-color-scheme: dark)');
  const wanted = () => chosen() ?? (system.matches ? 'dark' : 'light');
  const shown = read() ?? 'light';
  if (shown !== wanted()) {
    write(wanted());
    if (read() === wanted()) location.reload(); // without cookies the page stays light
  }
  document.documentElement.dataset.theme = wanted();

  let page = null, again = 0;
  const AGAIN = 2_000;
  /** The system turned dark, or somebody chose in another tab: an open page goes along, without losing what is on it. */
  const follow = () => {
    clearTimeout(again);
    if (!page) { followAnew(); return; }
    write(wanted());
    document.documentElement.dataset.theme = wanted();
    const next = again = setTimeout(follow, AGAIN); // unless it is answered: what is sent while the circuit is away is not, with a failure neither
    const answered = () => clearTimeout(next);
    if (!document.querySelector('.components-reconnect-show, .components-reconnect-retrying, .components-reconnect-paused'))
      page.invokeMethodAsync('OnThemeChanged', wanted() === 'dark').then(answered, answered);
  };
  /** The pages of the account have no circuit: they are loaded anew, where nothing is typed and nothing is said on them. The next page is right by its cookie in any case. */
  const followAnew = () => {
    if (document.readyState !== 'complete' || document.querySelector('.app-shell')) return;
    write(wanted());
    const isTyped = [...document.querySelectorAll('input')].some(field => field.value !== field.defaultValue || field.checked !== field.defaultChecked);
    if (isTyped || document.querySelector('main :is([role=alert], [role=status], .validation-message)')) return;
    location.replace(location.pathname + location.search);
  };
  system.addEventListener('change', follow);
  addEventListener('storage', event => { if (event.key === KEY) follow(); });

  window.svgxTheme = {
    choose(value) {
      try { localStorage.setItem(KEY, value); } catch { /* private browsing: the cookie alone remembers it */ }
      write(value);
      document.documentElement.dataset.theme = value;
    },
    /** The page that can change its colours while it is open; null: none any more. */
    follow(dotNet) {
      page = dotNet;
      if (document.documentElement.dataset.theme !== wanted()) follow();
    },
  };
})();
