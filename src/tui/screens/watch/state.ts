import {pageOf, pressInReader, type ReaderState, readEnd} from '../../components/reader.tsx';
import type {Size} from '../../display.ts';
import {isStroke, type Stroke} from '../../keyboard.ts';

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
