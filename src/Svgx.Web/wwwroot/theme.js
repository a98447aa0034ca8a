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

  let page = null;
  /** The system turned dark, or somebody chose in another tab: an open page goes along, without losing what is on it. */
  const follow = () => {
    if (!page) return;
    write(wanted());
    document.documentElement.dataset.theme = wanted();
    page.invokeMethodAsync('OnThemeChanged', wanted() === 'dark').catch(() => { /* the circuit is away; the next page is right by its cookie */ });
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
