import {Box} from 'ink';
import {render} from 'ink-testing-library';
import type {ReactNode} from 'react';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import type {Run} from '../../src/model/run.ts';
import type {Report} from '../../src/model/ui.ts';
import {ProblemPanel} from '../../src/tui/components/panel.tsx';
import {lineOf} from '../../src/tui/line-editor.ts';
import {createRunStore, noView, takeIn} from '../../src/tui/run-store.ts';
import {AskScreen} from '../../src/tui/screens/ask.tsx';
import {startAsking} from '../../src/tui/screens/ask-state.ts';
import {LookScreen} from '../../src/tui/screens/look.tsx';
import {ReportScreen} from '../../src/tui/screens/report.tsx';
import {ReviewScreen} from '../../src/tui/screens/review.tsx';
import {pressInReview, startReview} from '../../src/tui/screens/review-state.ts';
import {WatchScreen, type WatchView} from '../../src/tui/screens/watch.tsx';
import type {WatchState} from '../../src/tui/screens/watch-state.ts';
import {createStore} from '../../src/tui/store.ts';
import {chooseTheme, ThemeProvider} from '../../src/tui/theme.ts';
import {at, detected, forwards, map, plan, portTaken, questions, story} from './samples.ts';

const large = {columns: 78, rows: 22};
const small = {columns: 38, rows: 10};

// Only the clock stands still: Ink needs its timers.
beforeAll(() => void vi.useFakeTimers({toFake: ['Date'], now: Date.parse('2026-11-22T08:30:00.000Z')}));
afterAll(() => void vi.useRealTimers());

function frameOf(node: ReactNode, size = large): string {
  const {lastFrame, unmount} = render(
    <ThemeProvider value={chooseTheme({LANG: 'C.UTF-8', NO_COLOR: '1'})}>
      <Box flexDirection="column" width={size.columns} maxHeight={size.rows} overflow="hidden">
        {node}
      </Box>
    </ThemeProvider>,
  );
  const frame = lastFrame() ?? '';
  unmount();
  return frame;
}

function runAfter(ms: number): ReturnType<typeof createRunStore> {
  const store = createRunStore();
  const start = Date.now() - ms;
  for (const [moment, body] of story) if (moment <= ms) store.push(at(moment, body, start));
  store.end();
  return store;
}

const steps = createStore<WatchView>({type: 'steps'});

const ended: Run = story.map(([ms, body]) => at(ms, body)).reduce(takeIn, noView).run;
const report: Report = {
  run: ended,
  address: 'https://meet.example.org/',
  journal: '/var/lib/jitsi-onebox/runs/20261122T083000Z/events.jsonl',
  forwards,
  next: ['Put right what is named above and run jitsi-onebox again.'],
};

describe('a frame', () => {
  test('of looking around', () => {
    expect(frameOf(<LookScreen store={createStore(detected)} size={large} />)).toMatchInlineSnapshot(`
      "jitsi-onebox · Looking around                  nothing is changed by looking ⠋

      System            Debian GNU/Linux 13 (trixie)                 /etc/os-release
      Memory            4.1 GB                                     systeminformation
      Local address     10.20.0.10                             route to the internet
      Public address    198.51.100.10                        STUN: two servers agree
      NAT               yes: a router stands between this machine and…  addresses c…
      Docker            not installed                                 docker version
      Listening         22/tcp sshd, 68/udp systemd-networkd                      ss

      Ctrl-C leave"
    `);
  });

  test('of a question', () => {
    const state = {...startAsking(questions), typed: {domain: lineOf('meet.example.org')}};
    expect(frameOf(<AskScreen store={createStore(state)} sketch={() => map} size={large} />)).toMatchInlineSnapshot(`
      "jitsi-onebox · Settings                                        question 1 of 4

      Domain of the meetings
      ╭──────────────────────────────────────────────────────────╮
      │ meet.example.org                                         │
      ╰──────────────────────────────────────────────────────────╯

      The name that participants type. Its DNS record must lead to this host’s
      public address, 198.51.100.10.

      · Internet ─▸ · Router 198.51.100.10          ○ This machine 10.20.0.10
         ┌┄┄┄┄┄┄┄┄┄┄┄┄┼┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┬┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┐
      80/tcp       443/tcp                            3478/udp         10000/udp
         ┆        ○ HAProxy ┄┄ turn.example.org ┄┄▸ ○ TURN :5349 ┄┄▸ ○ Videobridge
         ┆            ┆                                                    ┆
         ┆    ○ go-mmproxy :4444                       ○ Jicofo            ┆
         ┆            ┆                                   ┆                ┆
      ○ nginx :4443 ◂┄┘                                   ┆                ┆
         └┄┄ meet.example.org ┄┄┄▸ ○ Web :8289 ┄┄┄┄┄▸ ○ Prosody ◂┄┄┄┄┄┄┄┄┄┄┘

      Enter next   Ctrl-C leave"
    `);
  });

  test('of the review', () => {
    expect(
      frameOf(<ReviewScreen store={createStore(startReview(plan))} map={map} size={large} />),
    ).toMatchInlineSnapshot(`
      "jitsi-onebox · Review                 nothing has been changed yet   ↓ 10 more
      21 changes: 2 create, 2 update, 5 pull, 12 start; 2 already right

      ▸ ! Warning: This machine has 2.0 GB of memory, where 4 GB are advised.
      This machine 15 changes
        create   nginx, haproxy, certbot
        update   Kernel buffers for UDP media
        create   /srv/jitsi/.env
        start    service-1.service
        start    service-2.service
        start    service-3.service
        start    service-4.service
        start    service-5.service
        start    service-6.service
        start    service-7.service
        start    service-8.service
        start    service-9.service
        start    service-10.service
        start    service-11.service
        start    service-12.service

      a apply   Enter details   c change   s save   m map   q quit"
    `);
  });

  test('of the review in a small terminal', () => {
    const state = startReview({...plan, problems: [portTaken]});
    expect(frameOf(<ReviewScreen store={createStore(state)} map={map} size={small} />, small)).toMatchInlineSnapshot(`
      "jitsi-onebox · Review        ↓ 23 more
      1 problem must be solved first

      ▸ ✖ Problem: Port 443 is taken by apa…
        ! Warning: This machine has 2.0 GB …
      This machine 15 changes
        create   nginx, haproxy, certbot
        update   Kernel buffers for UDP med…
      Enter what to do  r try again  s save
      c change  m map  q quit"
    `);
  });

  test('of a change', () => {
    const list = startReview(plan);
    const cursor = list.rows.findIndex(row => row.type === 'change' && row.change.id.includes('jitsi.conf'));
    const state = pressInReview({...list, cursor}, {type: 'key', name: 'enter'}, large);
    expect(frameOf(<ReviewScreen store={createStore(state)} map={map} size={large} />)).toMatchInlineSnapshot(`
      "jitsi-onebox · Review                                      lines 1 to 17 of 19

      /etc/nginx/sites-available/jitsi.conf update
      change /etc/nginx/sites-available/jitsi.conf
      @@ -1,6 +1,6 @@
       line 1
       line 2
      -line 3
      +server_name meet.example.org;
       line 4
       line 5
       line 6
      @@ -38,7 +38,7 @@
       line 38
       line 39
       line 40
      -line 41
      +proxy_pass http://127.0.0.1:8289;
       line 42
       line 43

      Enter back   Space page down   Arrows scroll"
    `);
  });

  test('of a run', () => {
    const screen = (
      <WatchScreen
        runs={runAfter(1650)}
        store={createStore<WatchState>('watching')}
        view={steps}
        map={map}
        size={large}
      />
    );
    expect(frameOf(screen)).toMatchInlineSnapshot(`
      "jitsi-onebox · Setting up                                               0:01 ⠋
      ────────────────────────────────────────────────────────────────  0 of 6 steps

      · Internet ─▸ · Router 198.51.100.10          ▸ This machine 10.20.0.10
         ┌┄┄┄┄┄┄┄┄┄┄┄┄┼───────────────────────────────────┬┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┐
      80/tcp       443/tcp                            3478/udp         10000/udp
         ┆        ● HAProxy ── turn.example.org ──▸ ● TURN :5349 ┄┄▸ ▸ Videobridge
         ┆            │                                                    ┆
         ┆    ● go-mmproxy :4444                       ● Jicofo            ┆
         ┆            ┆                                   │                ┆
      ○ nginx :4443 ◂┄┘                                   │                ┆
         └┄┄ meet.example.org ┄┄┄▸ ▸ Web :8289 ┄┄┄┄┄▸ ● Prosody ◂┄┄┄┄┄┄┄┄┄┄┘
      ○ planned   ▸ at work   ● set up

      ▸ Packages nginx, haproxy and certbot · Setting up haproxy (3.0.11-1+deb… 0:01
      ▸ Image ghcr.io/jitsi/web:stable-11146-2 · 84.0 MB of 96.0 MB, 60.0 MB/s  0:01
      ▸ Image ghcr.io/jitsi/jvb:stable-11146-2 · 30.0 MB                        0:01
      ◌ Certificate for meet.example.org · waits until apt-get (pid 812) is done

      q stop   l log"
    `);
  });

  test('of a run that is asked to stop, in a small terminal', () => {
    const screen = (
      <WatchScreen
        runs={runAfter(1650)}
        store={createStore<WatchState>('asking')}
        view={steps}
        map={map}
        size={small}
      />
    );
    expect(frameOf(screen, small)).toMatchInlineSnapshot(`
      "jitsi-onebox · Setting up       0:01 ⠋
      ────────────────────────  0 of 6 steps

      Leave or stop?
      In the background it goes on without
      this screen. Stopped, it ends after
      the steps in hand, and the next run
      goes on from there.

      b background  s stop  Enter stay"
    `);
  });

  test('of the report', () => {
    expect(frameOf(<ReportScreen report={report} columns={78} />, {columns: 78, rows: 60})).toMatchInlineSnapshot(`
      "
      What works
      ✔ The page of the meetings answers.

      What does not work yet
      ✖ The certificate is a stand-in that browsers do not trust.
        What to do: See what the failed step says.

      ──────────────────────────────────────────────────────────────────────────────
      ✖ Certificate for meet.example.org
      The authority could not reach http://meet.example.org/ on port 80.
      What to do
      Forward port 80 of the router to 10.20.0.10 and run jitsi-onebox again.
      certificate-refused

      ✖ Not everything worked
      3 done, 1 done with a warning, 1 failed, 1 skipped (This machine, Web,
      Videobridge, nginx), in 3.1 s

      What to do next
      1. Put right what is named above and run jitsi-onebox again.

      What the router has to forward
      443/tcp    ▸ 10.20.0.10  the meeting pages
      10000/udp  ▸ 10.20.0.10  sound and pictures

      Everything that was done is written in
      /var/lib/jitsi-onebox/runs/20261122T083000Z/events.jsonl"
    `);
  });

  test('of a problem', () => {
    expect(frameOf(<ProblemPanel problem={portTaken} columns={78} />)).toMatchInlineSnapshot(`
      "──────────────────────────────────────────────────────────────────────────────
      ✖ Problem
      Port 443 is taken by apache2 (unit apache2.service, package apache2).
      What to do
      Stop and disable it with "systemctl disable --now apache2", or move it to
      another port; then try again.
      port-taken"
    `);
  });
});

test.each([large, small, {columns: 98, rows: 58}])('no screen is larger than %o', size => {
  const screens = [
    <LookScreen key="look" store={createStore(detected)} size={size} />,
    <AskScreen key="ask" store={createStore(startAsking(questions))} sketch={() => map} size={size} />,
    <ReviewScreen key="review" store={createStore(startReview(plan))} map={map} size={size} />,
    <WatchScreen
      key="watch"
      runs={runAfter(1650)}
      store={createStore<WatchState>('watching')}
      view={steps}
      map={map}
      size={size}
    />,
    <WatchScreen
      key="asking"
      runs={runAfter(1650)}
      store={createStore<WatchState>('asking')}
      view={steps}
      map={map}
      size={size}
    />,
  ];
  for (const screen of screens) {
    const lines = frameOf(screen, size).split('\n');
    expect(lines.length).toBeLessThanOrEqual(size.rows);
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(size.columns);
  }
});
