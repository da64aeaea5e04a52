import {noRun, type Run} from '../../model/run.ts';
import type {Purpose, Way} from '../../model/ui.ts';
import {isStroke, type Stroke} from '../keys.ts';
import type {Size} from '../screen.ts';
import {type LogState, newestLog, pressInLog, wholeLog} from './log-state.ts';

export type HomeState = {
  /** The checks, as a run without steps. */
  readonly run: Run;
  readonly isChecking: boolean;
  readonly view: HomeView;
  /** The ways back that there are. */
  readonly ways: readonly Way[];
  readonly purpose?: Purpose;
};

export type HomeView =
  | {readonly type: 'overview'}
  | {readonly type: 'map'}
  | {readonly type: 'checks' | 'log'; readonly reading: LogState};

/** What a text view shows, line by line. */
export type Texts = Readonly<Record<'checks' | 'log', readonly string[]>>;

/** Home before its checks have begun. */
export const arriving: HomeState = {run: noRun, isChecking: true, view: {type: 'overview'}, ways: []};

/** The key of each way back. */
export const wayKeys: Readonly<Record<Way, string>> = {undo: 'u', uninstall: 'x'};

/** Home after one more stroke. */
export function pressAtHome(state: HomeState, stroke: Stroke, texts: Texts, size: Size): HomeState {
  const {view} = state;
  if ('reading' in view && !(view.type === 'checks' && !view.reading.typing && isStroke(stroke, {letter: 'r'})))
    return {...state, view: read(view, stroke, texts, size)};
  if (isStroke(stroke, {letter: 'r'})) return state.isChecking ? state : {...state, isChecking: true};
  if (view.type === 'map' && isStroke(stroke, 'escape', 'enter', {letter: 'm'}))
    return {...state, view: {type: 'overview'}};
  if (isStroke(stroke, {letter: 'm'})) return {...state, view: {type: 'map'}};
  if (isStroke(stroke, {letter: 'c'})) return {...state, purpose: 'change'};
  if (isStroke(stroke, {letter: 'd'})) return {...state, view: {type: 'checks', reading: wholeLog}};
  if (isStroke(stroke, {letter: 'l'})) return {...state, view: {type: 'log', reading: newestLog}};
  const way = state.ways.find(each => isStroke(stroke, {letter: wayKeys[each]}));
  if (way) return {...state, purpose: way};
  return isStroke(stroke, {letter: 'q'}, 'interrupt') ? {...state, purpose: 'quit'} : state;
}

function read(view: Extract<HomeView, {reading: LogState}>, stroke: Stroke, texts: Texts, size: Size): HomeView {
  const reading = pressInLog(view.reading, stroke, texts[view.type], size);
  return reading ? {...view, reading} : {type: 'overview'};
}
