import {isStroke, type Stroke} from '../keys.ts';

/** What the owner of a run has asked for: nothing, to be asked, or to stop. */
export type WatchState = 'watching' | 'asking' | 'stopping';

/** The viewer after one more stroke. */
export function pressInWatch(state: WatchState, stroke: Stroke): WatchState {
  if (state === 'watching') return isStroke(stroke, 'interrupt', {letter: 'q'}) ? 'asking' : state;
  if (state === 'stopping') return state;
  if (isStroke(stroke, {letter: 's'}, 'interrupt')) return 'stopping';
  return isStroke(stroke, 'escape', 'enter', {letter: 'g'}, {letter: 'n'}) ? 'watching' : state;
}
