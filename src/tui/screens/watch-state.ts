import {isStroke, type Stroke} from '../keys.ts';

/** What the owner of a run has asked for: nothing, to be asked, that it stops, or to be let go while it goes on. */
export type WatchState = 'watching' | 'asking' | 'stopping' | 'left';

/** The viewer after one more stroke. */
export function pressInWatch(state: WatchState, stroke: Stroke): WatchState {
  if (state === 'watching') return isStroke(stroke, 'interrupt', {letter: 'q'}) ? 'asking' : state;
  if (state === 'stopping') return isStroke(stroke, 'interrupt', {letter: 'q'}, {letter: 'b'}) ? 'left' : state;
  if (state === 'left') return state;
  if (isStroke(stroke, {letter: 'b'})) return 'left';
  if (isStroke(stroke, {letter: 's'}, 'interrupt')) return 'stopping';
  return isStroke(stroke, 'escape', 'enter', {letter: 'g'}, {letter: 'n'}) ? 'watching' : state;
}
