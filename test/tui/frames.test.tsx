import {expect, test} from 'vitest';
import {AskView} from '../../src/tui/screens/ask/ask.tsx';
import {startAsking} from '../../src/tui/screens/ask/state.ts';
import {LookView} from '../../src/tui/screens/look.tsx';
import {ReviewView} from '../../src/tui/screens/review/review.tsx';
import {startReview} from '../../src/tui/screens/review/state.ts';
import {startWatching, type WatchState} from '../../src/tui/screens/watch/run-store.ts';
import {WatchView} from '../../src/tui/screens/watch/watch.tsx';
import {createStore} from '../../src/tui/store.ts';
import {frameOf, large, runAfter, small, stopClock} from './draw.tsx';
import {detected, map, plan, questions} from './samples.ts';

stopClock();

test.each([large, small, {columns: 98, rows: 58}])('no screen is larger than %o', size => {
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
  for (const screen of screens) {
    const lines = frameOf(screen, size).split('\n');
    expect(lines.length).toBeLessThanOrEqual(size.rows);
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(size.columns);
  }
});
