// Runs before anything is painted: the server renders light or dark by a cookie, which follows the system until somebody chooses.
(() => {
  const read = () => document.cookie.match(/(?:^|; )svgx-theme=(light|dark)/)?.[1] ?? null;
  const write = value => { document.cookie = `svgx-theme=${value}; path=/; max-age=31536000; samesite=lax`; };
  const chosen = () => { try { return localStorage.getItem('svgx-theme'); } catch { return null; } };
  const system = matchMedia('(prefers-color-scheme: dark)');
  const wanted = () => chosen() ?? (system.matches ? 'dark' : 'light');
  const shown = read() ?? 'light';
  if (shown !== wanted()) {
    write(wanted());
    if (read() === wanted()) location.reload(); // without cookies the page stays light
  }
  document.documentElement.dataset.theme = wanted();
  window.svgxTheme = {
    choose(value) {
      try { localStorage.setItem('svgx-theme', value); } catch { /* private browsing: the cookie alone remembers it */ }
      write(value);
      document.documentElement.dataset.theme = value;
    },
  };
})();
