import type {Event} from '../../../model/event.ts';
import {logLines} from '../../../model/log.ts';
import {advance, noRun, type Run} from '../../../model/run.ts';
import {pageOf, pressInReader, type ReaderState, readEnd} from '../../components/reader.tsx';
import type {Size} from '../../display.ts';
import {isStroke, type Stroke} from '../../keyboard.ts';
import {createStore, type Store} from '../../store.ts';

/** How far a step was at a moment, for its rate. */
type Sample = {readonly at: number; readonly done: number};

export type RunView = {
  readonly run: Run;
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
  /** The moment that is shown; clocks and the spinner follow it. */
  readonly now: number;
};

export type RunStore = Pick<Store<RunView>, 'get' | 'subscribe'> & {
  push(event: Event): void;
  /** All log lines so far; the array grows without being drawn. */
  readonly log: readonly string[];
  /** Shows the last state and stops. */
  end(): void;
};

// Everything that moves during a run moves at this beat: each frame costs bytes on the user's line and processor time.
const beat = 1000;
const rateWindow = 5000;
const longestLog = 20_000;

export const noView: RunView = {run: noRun, samples: new Map(), now: 0};

/** Folds the events of a run and notifies viewers once per beat, however many events there are. */
export function createRunStore(): RunStore {
  const shown = createStore(noView);
  let newest = noView;
  const log: string[] = [];
  const notify = () => shown.update(() => ({...newest, now: Date.now()}));
  const timer = setInterval(notify, beat);
  return {
    ...shown,
    log,
    push(event) {
      newest = takeIn(newest, event);
      log.push(...logLines(event));
      if (log.length > longestLog) log.splice(0, log.length - longestLog);
      if (shown.get() === noView) notify();
    },
    end() {
      clearInterval(timer);
      notify();
    },
  };
}

export function turnsAt({now}: RunView): number {
  return Math.floor(now / beat);
}

/** Returns the view of a run after one more event. */
export function takeIn(view: RunView, event: Event): RunView {
  const run = advance(view.run, event);
  if (event.type !== 'step-progress') return {...view, run};
  const at = Date.parse(event.at);
  const recent = (view.samples.get(event.step) ?? []).filter(old => at - old.at <= rateWindow);
  return {...view, run, samples: new Map(view.samples).set(event.step, [...recent, {at, done: event.done}])};
}

/** Returns units per second over the last moments; undefined while that is unknown. */
export function rateOf(view: RunView, step: string): number | undefined {
  const samples = view.samples.get(step) ?? [];
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < 500) return undefined;
  return Math.max(0, ((last.done - first.done) * 1000) / (last.at - first.at));
}

export type WatchState = {
  /** What the viewer asked for: nothing yet, a dialog, a stop, or to leave the run in the background. */
  readonly phase: 'watching' | 'asking' | 'stopping' | 'left';
  /** The steps, with the map where there is room; the map alone; or the log. */
  readonly view: 'steps' | 'map' | {readonly log: ReaderState};
};

/** A viewer that has pressed no key yet. */
export const startWatching: WatchState = {phase: 'watching', view: 'steps'};

/** Returns the viewer after one more stroke. */
export function pressInWatch(state: WatchState, stroke: Stroke, lines: readonly string[], size: Size): WatchState {
  const {phase, view} = state;
  if (phase !== 'asking') {
    if (typeof view === 'object') {
      const log = pressInReader(view.log, stroke, {lines, page: pageOf(size)});
      return {...state, view: log ? {log} : 'steps'};
    }
    if (isStroke(stroke, 'l')) return {...state, view: {log: readEnd}};
    if (isStroke(stroke, 'm')) return {...state, view: view === 'map' ? 'steps' : 'map'};
  }
  return {...state, phase: nextPhase(phase, stroke)};
}

function nextPhase(phase: WatchState['phase'], stroke: Stroke): WatchState['phase'] {
  if (phase === 'watching') return isStroke(stroke, 'interrupt', 'q') ? 'asking' : phase;
  if (phase === 'stopping') return isStroke(stroke, 'interrupt', 'q', 'b') ? 'left' : phase;
  if (phase === 'left') return phase;
  if (isStroke(stroke, 'b')) return 'left';
  if (isStroke(stroke, 's', 'interrupt')) return 'stopping';
  return isStroke(stroke, 'escape', 'enter', 'g', 'n') ? 'watching' : phase;
}
