// What the time slider's modules do by themselves, with a server and a clock in the hands of a check. Run in a page of the app by TimeSliderModuleTests; each function is a test of its name.
window.checks = (() => {
  const same = (is, should, what) => { if (JSON.stringify(is) !== JSON.stringify(should)) throw new Error(`${what}: ${JSON.stringify(is)} and not ${JSON.stringify(should)}`); };
  const until = async (holds, what) => {
    for (let i = 0; i < 2_000; i++) { if (holds()) return; await new Promise(resolve => setTimeout(resolve, 5)); }
    throw new Error(`It did not come: ${what}`);
  };
  const rest = () => new Promise(resolve => setTimeout(resolve, 50));
  const set = (revision, value) => [{ change: 'set', element_id: 'r', attributes: { x: String(value ?? revision) } }];
  const operation = revision => ({ revision, username: revision % 2 ? 'Ada' : 'Ben', timestamp: '2026-01-01T00:00:00Z', changes: set(revision), inverse: set(revision, revision - 1) });

  /** A server with so many operations; `size` says how many characters a page has. */
  function server(length, { size } = {}) {
    const asked = [];
    const self = {
      asked, length, fail: null,
      async load(after, limit) {
        asked.push(after);
        await null;
        if (self.fail) throw Object.assign(new Error('no'), self.fail);
        const operations = Array.from({ length: Math.min(limit, self.length - after) }, (_, i) => operation(after + i + 1));
        const text = JSON.stringify({ operations });
        return size ? text.padEnd(size(after / 1_000)) : text;
      },
    };
    return self;
  }

  async function journal(from, options) {
    const { Journal } = await import('/canvas/history/journal.js');
    const stop = new AbortController();
    return Object.assign(new Journal({ load: from.load, changed() {}, signal: stop.signal, ...options }), { stop: () => stop.abort() });
  }

  const content = revision => ({ root: { element_id: 'root', name: 'svg', key: 'V', children: [{ element_id: 'r', name: 'rect', key: 'V', attributes: { x: String(revision), width: '5', height: '5' } }] } });

  async function walker(ops, load) {
    const { Walker } = await import('/canvas/history/walker.js');
    const parent = document.createElement('div');
    document.body.append(parent);
    const stop = new AbortController();
    const walker = new Walker({ parent, journal: ops, load, moved() {}, resized() {}, signal: stop.signal });
    return Object.assign(walker, { x: () => parent.querySelector('.canvas-past:not([style*=opacity])')?.shadowRoot.querySelector('rect').getAttribute('x'), stop() { stop.abort(); parent.remove(); } });
  }

  /** Frames come when the check says so. */
  function clock() {
    const real = { frame: window.requestAnimationFrame, now: performance.now };
    let now = 1_000, waiting = [];
    window.requestAnimationFrame = callback => waiting.push(callback);
    performance.now = () => now;
    return { pass(milliseconds) { now += milliseconds; const due = waiting; waiting = []; due.forEach(callback => callback(now)); }, end() { window.requestAnimationFrame = real.frame; performance.now = real.now; } };
  }

  async function playback(end, shown) {
    const { Playback } = await import('/canvas/history/playback.js');
    const self = { target: 0 };
    self.playback = new Playback({ where: () => ({ shown: shown ?? self.target, target: self.target, end }), seek: revision => { self.target = revision; }, changed() {}, signal: new AbortController().signal });
    return self;
  }

  return {
    async the_journal_loads_what_is_near_first_and_keeps_what_is_nearest() {
      const from = server(10_000);
      const ops = await journal(from, { mostPages: 3 });
      ops.want(5_500);
      ops.grow(10_000);
      await until(() => ops.share === 1, 'three pages');
      same(from.asked, [5_000, 4_000, 6_000], 'asked');
      same(ops.loaded(), [[4_000, 7_000]], 'loaded');
      ops.want(9_999);
      await until(() => ops.share === 1, 'three others');
      await rest();
      same(ops.loaded(), [[7_000, 10_000]], 'loaded at the end');
      same(from.asked.length, 6, 'requests');
      same([ops.get(7_000), ops.get(7_001)?.changes], [undefined, set(7_001)], 'kept');
      ops.stop();
    },

    async the_journal_is_bounded_by_its_weight_too_and_does_not_load_and_drop_in_turns() {
      const from = server(6_000, { size: page => (page === 3 ? 900_000 : 400_000) });
      const ops = await journal(from, { mostCharacters: 1_000_000 });
      ops.grow(6_000);
      await until(() => ops.share === 1, 'what fits');
      await rest();
      same(ops.loaded(), [[0, 2_000]], 'loaded');
      ops.want(3_500); // weighs nearly all by itself: it comes, with the one beside it, and the rest goes
      await until(() => ops.get(3_500), 'the heavy page');
      await rest();
      const asked = from.asked.length;
      await rest();
      same(from.asked.length, asked, 'requests after a rest');
      same(ops.loaded().reduce((sum, [first, last]) => sum + last - first, 0) <= 2_000, true, 'pages kept');
      ops.stop();
    },

    async the_journal_knows_how_far_one_comes_without_a_gap() {
      const ops = await journal(server(2_500));
      ops.want(2_500);
      ops.grow(2_500);
      await until(() => ops.loaded().length === 1 && ops.share === 1, 'all');
      same([ops.reach(0, 2_500), ops.reach(2_500, 0), ops.reach(1_000, 999), ops.reach(1_000, 1_001), ops.reach(7, 7)], [2_500, 0, 999, 1_001, 7], 'all here');
      const half = await journal(server(5_000), { mostPages: 2 });
      half.want(2_500);
      half.grow(5_000);
      await until(() => half.share === 1, 'two pages');
      same(half.loaded(), [[1_000, 3_000]], 'loaded');
      same([half.reach(2_500, 5_000), half.reach(2_500, 0), half.reach(1_000, 0), half.reach(3_000, 4_000), half.reach(0, 2_000), half.reach(4_000, 2_000)], [3_000, 1_000, 1_000, 3_000, 0, 4_000], 'gaps');
      ops.stop();
      half.stop();
    },

    async the_journal_asks_only_for_what_came_since() {
      const from = server(1_200);
      const ops = await journal(from);
      ops.grow(1_200);
      await until(() => ops.share === 1, 'all');
      from.length = 1_203;
      ops.grow(1_203);
      await until(() => ops.get(1_203), 'the new ones');
      same(from.asked, [0, 1_000, 1_200], 'asked');
      same(ops.get(1_203).author, 'Ada', 'author');
      ops.stop();
    },

    async the_journal_tries_again_by_itself_unless_it_was_refused() {
      const from = server(10);
      const ops = await journal(from);
      from.fail = { status: 503 };
      ops.grow(10);
      await until(() => ops.trouble === 'retrying', 'the failure');
      from.fail = null;
      await until(() => ops.get(10), 'another try');
      same(ops.trouble, null, 'trouble');
      from.fail = { status: 403 };
      from.length = 20;
      ops.grow(20);
      await until(() => ops.trouble === 'refused', 'the refusal');
      const asked = from.asked.length;
      ops.want(3);
      await rest();
      same(from.asked.length, asked, 'requests after a refusal');
      from.fail = null;
      ops.retry();
      await until(() => ops.get(20), 'what was asked for again');
      ops.stop();
    },

    async the_walker_asks_the_server_where_the_journal_has_a_gap_and_the_newest_wish_counts() {
      const ops = await journal(server(10_000), { mostPages: 2 });
      ops.grow(10_000);
      const asked = [];
      const to = await walker(ops, async (revision, signal) => {
        asked.push(revision ?? 10_000);
        await rest();
        if (signal.aborted) throw new Error('gone');
        return { content: content(revision ?? 10_000), revision: revision ?? 10_000 };
      });
      to.start();
      await until(() => to.isThere, 'the newest');
      for (let i = 0; i < 20; i++) to.seek(5_000 + i);
      await until(() => to.isThere && to.revision === 5_019, 'a place without a journal');
      same(to.x(), '5019', 'picture');
      same(asked, [10_000, 5_019], 'asked');
      to.seek(1_500);
      await until(() => to.isThere, 'a place with a journal');
      same(asked, [10_000, 5_019, 1_500], 'asked'); // it could not walk there, though the place itself is here
      to.seek(10);
      await until(() => to.isThere, 'a walk');
      same([to.x(), asked.length], ['10', 3], 'walked');
      to.stop();
      ops.stop();
    },

    async the_walker_gives_up_a_picture_that_does_not_fit_for_the_servers() {
      const from = server(100);
      const ops = await journal(from);
      ops.grow(100);
      await until(() => ops.share === 1, 'all');
      ops.get(50).changes[0].element_id = 'nobody';
      const to = await walker(ops, async revision => ({ content: content(revision ?? 100), revision: revision ?? 100 }));
      to.target = 10;
      to.start();
      await until(() => to.isThere, 'the beginning');
      to.seek(60);
      await until(() => to.isThere, 'the server');
      same([to.revision, to.x()], [60, '60'], 'picture');
      to.stop();
      ops.stop();
    },

    async playing_goes_at_its_speed_and_stops_at_the_end() {
      const time = clock();
      try {
        const play = await playback(50);
        play.playback.play();
        for (let i = 0; i < 20; i++) time.pass(50);
        same(play.target, 20, 'after a second');
        play.playback.speed = 5;
        for (let i = 0; i < 20; i++) time.pass(50);
        same([play.target, play.playback.isPlaying], [50, false], 'at the end');
        play.playback.play();
        same(play.target, 0, 'once more');
        time.pass(10_000);
        same(play.target <= 10, true, 'no leap after a pause of the page');
      } finally { time.end(); }
    },

    async playing_waits_for_the_picture_and_for_a_hand_that_drags() {
      const time = clock();
      try {
        const play = await playback(10_000, 3); // the picture stays behind
        play.playback.speed = 100;
        play.playback.play();
        for (let i = 0; i < 100; i++) time.pass(16);
        same(play.target <= 600, true, `ahead of the picture by ${play.target}`);
        const held = await playback(1_000);
        held.playback.play();
        held.playback.isHeld = true;
        for (let i = 0; i < 100; i++) time.pass(16);
        same(held.target, 0, 'held');
        held.playback.moveTo(500);
        held.target = 500;
        held.playback.isHeld = false;
        for (let i = 0; i < 40; i++) time.pass(25);
        same(held.target, 520, 'on from there');
      } finally { time.end(); }
    },
  };
})();
