import type {Event} from '../model/event.ts';
import {logLines} from '../model/log.ts';
import {advance, noRun, type Run} from '../model/run.ts';
import {createStore, type Store} from './store.ts';

/** Bytes a step had come to at a moment, for its rate. */
type Sample = {readonly at: number; readonly done: number};

export type RunView = {
  readonly run: Run;
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
};

export type RunStore = Pick<Store<RunView>, 'get' | 'subscribe'> & {
  push(event: Event): void;
  /** Everything that was printed, the newest last: it grows without being drawn. */
  readonly log: readonly string[];
  /** Shows at once what still waits for its turn. */
  flush(): void;
};

const rateWindow = 5000;
const longestLog = 20_000;

/** A run before its first event, as it is shown. */
export const noView: RunView = {run: noRun, samples: new Map()};

/** Folds the events of a run and tells its viewers at most once an interval, however many there are. */
export function createRunStore(interval = 500): RunStore {
  const shown = createStore(noView);
  let newest = noView;
  const log: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    shown.update(() => newest);
  };
  return {
    ...shown,
    log,
    push(event) {
      newest = takeIn(newest, event);
      log.push(...logLines(event));
      if (log.length > longestLog) log.splice(0, log.length - longestLog);
      timer ??= setTimeout(flush, interval);
    },
    flush,
  };
}

/** The view of a run after one more event. */
export function takeIn(view: RunView, event: Event): RunView {
  const run = advance(view.run, event);
  if (event.type !== 'step-progress') return {...view, run};
  return {run, samples: new Map(view.samples).set(event.step, sample(view, event))};
}

function sample({samples}: RunView, event: Extract<Event, {type: 'step-progress'}>): readonly Sample[] {
  const at = Date.parse(event.at);
  const recent = (samples.get(event.step) ?? []).filter(old => at - old.at <= rateWindow);
  return [...recent, {at, done: event.done}];
}

/** Units a second over the last moments; undefined while nothing can be said. */
export function rateOf(view: RunView, step: string): number | undefined {
  const samples = view.samples.get(step) ?? [];
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < 500) return undefined;
  return Math.max(0, ((last.done - first.done) * 1000) / (last.at - first.at));
}
