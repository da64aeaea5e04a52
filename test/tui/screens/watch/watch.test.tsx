import {expect, test} from 'vitest';
import {createRunStore, startWatching} from '../../../../src/tui/screens/watch/run-store.ts';
import {WatchView} from '../../../../src/tui/screens/watch/watch.tsx';
import {createStore} from '../../../../src/tui/store.ts';
import {frameOf, large, runAfter, small, stopClock} from '../../draw.tsx';
import {at} from '../../sample-run.ts';
import {map} from '../../samples.ts';

stopClock();

test('a run', () => {
  const store = createStore(startWatching);
  expect(frameOf(<WatchView runs={runAfter(1650)} store={store} map={map} size={large} />)).toMatchInlineSnapshot(`
    "jitsi-onebox · Setting up                                               0:01 ⠋
    ────────────────────────────────────────────────────────────────  0 of 6 steps

    · Internet ─▸ · Router 198.51.100.10          ▸ This machine 10.20.0.10
       ┌┄┄┄┄┄┄┄┄┄┄┄┄┼───────────────────────────────────┬┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┐
    80/tcp       443/tcp                            3478/udp         10000/udp
       ┆        ● HAProxy ── turn.example.org ──▸ ● Relay :5349 ┄▸ ▸ Videobridge
       ┆            │                                                    ┆
       ┆    ● go-mmproxy :4444                       ● Jicofo            ┆
       ┆            ┆                                   │                ┆
    ○ nginx :4443 ◂┄┘                                   │                ┆
       └┄┄ meet.example.org ┄┄┄▸ ▸ Web :8289 ┄┄┄┄┄▸ ● Prosody ◂┄┄┄┄┄┄┄┄┄┄┘
    ○ planned   ▸ at work   ● set up

    ▸ Packages nginx, haproxy and certbot · Setting up haproxy (3.0.11-1+deb… 0:01
    ▸ Image ghcr.io/jitsi/web:stable-11248 · 84.0 MB of 96.0 MB, 60.0 MB/s    0:01
    ▸ Image ghcr.io/jitsi/jvb:stable-11248 · 30.0 MB                          0:01
    ◌ Certificate for meet.example.org · waiting for: apt-get (pid 812)

    q stop   l log"
  `);
});

test('a run that is asked to stop, in a small terminal', () => {
  const store = createStore({...startWatching, phase: 'asking'} as const);
  expect(
    frameOf(<WatchView runs={runAfter(1650)} store={store} map={map} size={small} />, small),
  ).toMatchInlineSnapshot(`
    "jitsi-onebox · Setting up       0:01 ⠋
    ────────────────────────  0 of 6 steps

    Leave or stop?
    In the background the run continues
    without this screen. If stopped, it
    ends after the current steps, and the
    next run continues from there.

    b background  s stop  Enter stay"
  `);
});

test('a running check has its title, not its code', () => {
  const runs = createRunStore();
  runs.push(at(0, {type: 'check-started', check: 'service-nginx'}));
  runs.end();
  const frame = frameOf(
    <WatchView runs={runs} store={createStore(startWatching)} map={undefined} size={small} />,
    small,
  );
  expect(frame).toContain('nginx service');
  expect(frame).not.toContain('service-nginx');
});
