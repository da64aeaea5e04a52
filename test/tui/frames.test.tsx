import {stripVTControlCharacters} from 'node:util';
import {expect, test} from 'vitest';
import type {LogLine} from '../../src/model/log-line.ts';
import {readStart} from '../../src/tui/components/reader.tsx';
import type {Size} from '../../src/tui/display.ts';
import {AskView} from '../../src/tui/screens/ask/ask.tsx';
import {startAsking} from '../../src/tui/screens/ask/state.ts';
import {HomeView} from '../../src/tui/screens/home/home.tsx';
import {type HomeState, initialHome} from '../../src/tui/screens/home/state.ts';
import {listKeys} from '../../src/tui/screens/home/texts.ts';
import {LogsView} from '../../src/tui/screens/logs/logs.tsx';
import {addLines, type LogsState, startLogs} from '../../src/tui/screens/logs/state.ts';
import {LookView} from '../../src/tui/screens/look.tsx';
import {ReviewView} from '../../src/tui/screens/review/review.tsx';
import {startReview} from '../../src/tui/screens/review/state.ts';
import {startWatching, type WatchState} from '../../src/tui/screens/watch/run-store.ts';
import {WatchView} from '../../src/tui/screens/watch/watch.tsx';
import {createStore} from '../../src/tui/store.ts';
import {frameOf, large, runAfter, small, stopClock} from './draw.tsx';
import {detected, home, loads, logged, map, plan, questions} from './samples.ts';

stopClock();

const measured: HomeState = {
  ...initialHome,
  isChecking: false,
  run: runAfter(1650).get().run,
  loads,
  attendance: [{participants: 7, text: '7 participants in 2 meetings now'}],
  outlook: [
    {name: 'Last update', text: '2026-11-20 03:41 UTC; looked for 5 h ago'},
    {name: 'Next', text: 'certbot in 5 h, update in 19 h'},
  ],
};

function homeScreens(size: Size) {
  const texts = () => ({checks: ['a'], log: ['b'], keys: listKeys(home, size.columns), hidden: 4});
  const states: readonly HomeState[] = [
    initialHome,
    measured,
    {...measured, top: 9},
    {...measured, view: {type: 'map'}},
    {...measured, view: {type: 'keys', reader: readStart}},
  ];
  return states.map(state => (
    <HomeView key={JSON.stringify(state)} home={home} store={createStore(state)} texts={texts} map={map} size={size} />
  ));
}

function logsScreens(size: Size) {
  const long = Array.from({length: 60}, (_, at) => ({
    ...(logged[at % logged.length] as LogLine),
    text: 'x'.repeat(at * 4),
  }));
  const states: readonly LogsState[] = [startLogs, addLines(startLogs, logged), addLines(startLogs, long)];
  return states.map(state => <LogsView key={state.lines.length} store={createStore(state)} size={size} />);
}

const sizes = [large, small];
const cases = [
  ...sizes.flatMap(size => (['colours', 'plain', 'ascii'] as const).map(each => [size, each] as const)),
  [{columns: 98, rows: 58}, 'plain'] as const,
];

test.each(cases)('no screen is larger than %o: %s', (size, terminal) => {
  const asking = startAsking(questions);
  const watching: readonly WatchState[] = [
    startWatching,
    {...startWatching, view: 'map'},
    {...startWatching, phase: 'asking'},
    {...startWatching, phase: 'stopping'},
  ];
  const screens = [
    <LookView key="look" store={createStore(detected)} size={size} />,
    <AskView key="ask" store={createStore(asking)} sketch={() => map} size={size} />,
    <AskView key="leave" store={createStore({...asking, isLeaving: true})} sketch={() => map} size={size} />,
    <AskView key="answers" store={createStore({...asking, at: undefined})} sketch={() => map} size={size} />,
    <ReviewView key="review" store={createStore(startReview(plan))} map={map} size={size} />,
    ...watching.map(state => (
      <WatchView key={JSON.stringify(state)} runs={runAfter(1650)} store={createStore(state)} map={map} size={size} />
    )),
  ];
  for (const screen of [...screens, ...homeScreens(size), ...logsScreens(size)]) {
    const lines = stripVTControlCharacters(frameOf(screen, size, terminal)).split('\n');
    expect(lines.length).toBeLessThanOrEqual(size.rows);
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(size.columns);
  }
});
