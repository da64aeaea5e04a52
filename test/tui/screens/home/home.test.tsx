import {expect, test} from 'vitest';
import type {EventBody} from '../../../../src/model/event.ts';
import type {Home} from '../../../../src/model/ui.ts';
import {readStrokes} from '../../../../src/tui/keyboard.ts';
import {homeScreen} from '../../../../src/tui/screens/home/home.tsx';
import {chooseTheme} from '../../../../src/tui/theme.ts';
import {frameOf, large} from '../../draw.tsx';
import {at} from '../../sample-run.ts';
import {loads, map} from '../../samples.ts';

const theme = chooseTheme({LANG: 'C.UTF-8', NO_COLOR: '1'});
const starting = [{part: 'prosody', since: '2026-11-22T08:29:58.000Z', state: 'not healthy yet'}] as const;
const summary = 'Guest login: waiting for Prosody (started at 08:29:58 UTC, not healthy yet).';
const events: readonly EventBody[] = [
  {type: 'check-finished', check: 'meet-https', place: 'nginx', state: 'ok', summary: 'The page is there.', ms: 3},
  {type: 'check-finished', check: 'udp-buffers', place: 'host', state: 'warning', summary: 'Small buffers.', ms: 3},
  {type: 'check-waiting', check: 'xmpp-login', place: 'prosody', summary, starting},
];

/** Opens home while checks wait for something; `left` says when the checks learn that the user leaves. */
async function openHome(more: Partial<Home> = {}) {
  const left = Promise.withResolvers<void>();
  const drawn = Promise.withResolvers<void>();
  const home: Home = {
    address: 'https://meet.example.org/',
    versions: 'jitsi-onebox 1.0.0',
    lastRun: 'none is known',
    ways: [],
    async *check(leaving) {
      for (const body of events) yield at(0, body);
      leaving.addEventListener('abort', () => left.resolve());
      drawn.resolve();
      await left.promise;
    },
    async *log() {},
    outlook: async () => [],
    async *load() {},
    async *meetings() {},
    ...more,
  };
  const context = {map, theme, interrupt: () => undefined, print: () => undefined};
  const screen = homeScreen(home, context);
  await drawn.promise;
  return {screen, left: left.promise};
}

test('home says that an update is available', async () => {
  const {screen} = await openHome({update: 'An update of 1 image is available: sudo jitsi-onebox update --now'});
  expect(frameOf(screen.draw(large))).toContain(
    'Update       An update of 1 image is available: sudo jitsi-onebox update --now',
  );
});

test.each([
  [24, /web +▁+ +0\.4 % +45\.0 MB {3}videobridge +█+ +35 % +498 MB$/m],
  [34, /^videobridge +[▁-█]+ +35 % +498 MB +[▁-█]+ +[▁-█]+ +368\.0 kbit\/s$/m],
])('in %i rows a container has the charts that there is room for', async (rows, expected) => {
  const {screen} = await openHome({
    async *load() {
      yield* loads;
    },
  });
  await new Promise(resolve => setTimeout(resolve));
  const size = {columns: 80, rows};
  expect(frameOf(screen.draw(size), size)).toMatch(expected);
});

test('home says why nothing is measured', async () => {
  const {screen} = await openHome({unmeasured: 'A recorded machine is not measured.'});
  expect(frameOf(screen.draw(large))).toContain('Processor    A recorded machine is not measured.');
});

test('home offers the log of the last run only if there was one', async () => {
  const {screen} = await openHome({hasNoRun: true});
  expect(frameOf(screen.draw(large))).not.toContain('o last run');
  screen.press({type: 'text', text: '?'}, large);
  expect(frameOf(screen.draw(large))).not.toContain('the log of the last run');
});

test('home shows that something is starting, apart from what failed', async () => {
  const {screen} = await openHome();
  expect(frameOf(screen.draw(large))).toMatchInlineSnapshot(`
    "jitsi-onebox · https://meet.example.org/                           checking… ⠋

    Checks  ✔ 1 ok  ! 1 warning  ◌ 1 starting
    Asking Jicofo for the meetings…
    ◌ Guest login: waiting for Prosody (started at 08:29:58 UTC, not healthy yet).
    Processor    measuring…
    Versions     jitsi-onebox 1.0.0
    Last run     none is known

    c settings   d doctor   q quit   ? keys   m map   r again   o last run"
  `);
  screen.press({type: 'text', text: 'd'}, large);
  expect(frameOf(screen.draw(large))).toMatchInlineSnapshot(`
    "jitsi-onebox · Checks

    ◌ Guest login: waiting for Prosody (started at 08:29:58 UTC, not healthy yet).
    ! Small buffers.
    ✔ The page is there.

    Esc back   r again"
  `);
});

test('a log that is opened again while it is still read has every line once', async () => {
  const rest = Promise.withResolvers<void>();
  const {screen} = await openHome({
    async *log() {
      yield at(0, {type: 'step-started', step: 'first'});
      await rest.promise;
      yield at(0, {type: 'step-started', step: 'second'});
    },
  });
  for (const stroke of ['o', '\x1b', 'o'].flatMap(keys => readStrokes(keys, {}))) screen.press(stroke, large);
  await new Promise(resolve => setTimeout(resolve));
  rest.resolve();
  await new Promise(resolve => setTimeout(resolve));
  const frame = frameOf(screen.draw(large));
  expect([...frame.matchAll(/first|second/g)].flat()).toEqual(['first', 'second']);
});

test('leaving home ends the wait', async () => {
  const {screen, left} = await openHome();
  screen.press({type: 'text', text: 'q'}, large);
  expect(await screen.outcome).toBe('quit');
  await left;
});
