import type {Event} from '../model/event.ts';
import {logLines} from '../model/log.ts';
import {advance, noRun, type Run} from '../model/run.ts';
import {createStore, type Store} from './store.ts';

/** Bytes a step had come to at a moment, for its rate. */
type Sample = {readonly at: number; readonly done: number};

export type RunView = {
  readonly run: Run;
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
  /** The moment that is shown: clocks and what turns follow it. */
  readonly now: number;
};

export type RunStore = Pick<Store<RunView>, 'get' | 'subscribe'> & {
  push(event: Event): void;
  /** Everything that was printed, the newest last: it grows without being drawn. */
  readonly log: readonly string[];
  /** Tells the last that there is, and no more. */
  end(): void;
};

// Everything that moves on a run's screen moves at this beat: each frame costs the owner's line and the machine's processor.
const beat = 1000;
const rateWindow = 5000;
const longestLog = 20_000;

/** A run before its first event, as it is shown. */
export const noView: RunView = {run: noRun, samples: new Map(), now: 0};

/** Folds the events of a run and tells its viewers at every beat, however many there are, and though there are none. */
export function createRunStore(): RunStore {
  const shown = createStore(noView);
  let newest = noView;
  const log: string[] = [];
  const tell = () => shown.update(() => ({...newest, now: Date.now()}));
  const timer = setInterval(tell, beat);
  return {
    ...shown,
    log,
    push(event) {
      newest = takeIn(newest, event);
      log.push(...logLines(event));
      if (log.length > longestLog) log.splice(0, log.length - longestLog);
      if (shown.get() === noView) tell();
    },
    end() {
      clearInterval(timer);
      tell();
    },
  };
}

/** How often something that turns has been moved on. */
export function turnsAt({now}: RunView): number {
  return Math.floor(now / beat);
}

/** The view of a run after one more event. */
export function takeIn(view: RunView, event: Event): RunView {
  const run = advance(view.run, event);
  if (event.type !== 'step-progress') return {...view, run};
  return {...view, run, samples: new Map(view.samples).set(event.step, sample(view, event))};
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
