import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {createRunStore, noView, rateOf, takeIn} from '../../../../src/tui/screens/watch/run-store.ts';
import {at, story} from '../../sample-run.ts';

const events = story.map(([ms, body]) => at(ms, body));

describe('the store of a run', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('notifies viewers once per beat, however many events there are', () => {
    const store = createRunStore();
    const told = vi.fn();
    store.subscribe(told);
    for (let second = 0; second < 10; second++) {
      for (let line = 0; line < 500; line++) {
        store.push(at(0, {type: 'step-output', step: 'apt:web', stream: 'stdout', line: `${line}`}));
        vi.advanceTimersByTime(2);
      }
    }
    expect(told).toHaveBeenCalledTimes(1 + 10);
  });

  test('keeps notifying while nothing happens, and stops when the run is over', () => {
    const store = createRunStore();
    const told = vi.fn();
    store.subscribe(told);
    vi.advanceTimersByTime(2000);
    expect(told).toHaveBeenCalledTimes(2);
    store.end();
    vi.advanceTimersByTime(2000);
    expect(told).toHaveBeenCalledTimes(3);
  });

  test('loses nothing', () => {
    const store = createRunStore();
    for (const event of events) store.push(event);
    store.end();
    expect(store.get()).toEqual({...events.reduce(takeIn, noView), now: Date.now()});
    expect(store.get().run.outcome).toBe('failed');
  });
});

describe('the rate of a download', () => {
  const progress = (ms: number, done: number) =>
    at(ms, {type: 'step-progress', step: 'image:web', done, unit: 'bytes', total: 100_000_000});

  test.each<[string, readonly (readonly [ms: number, done: number])[], number | undefined]>([
    ['is unknown at first', [[0, 0]], undefined],
    [
      'is unknown within half a second',
      [
        [0, 0],
        [400, 5_000_000],
      ],
      undefined,
    ],
    [
      'is what came in the time',
      [
        [0, 0],
        [1000, 2_000_000],
        [2000, 8_000_000],
      ],
      4_000_000,
    ],
    [
      'forgets what is long past',
      [
        [0, 0],
        [10_000, 50_000_000],
        [12_000, 54_000_000],
      ],
      2_000_000,
    ],
    [
      'is never negative',
      [
        [0, 9_000_000],
        [1000, 1_000_000],
      ],
      0,
    ],
  ])('%s', (_name, samples, expected) => {
    const view = samples.map(([ms, done]) => progress(ms, done)).reduce(takeIn, noView);
    expect(rateOf(view, 'image:web')).toBe(expected);
  });
});
