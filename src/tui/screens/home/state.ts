import {noRun, type Run} from '../../../model/run.ts';
import type {Purpose, Way} from '../../../model/ui.ts';
import {pageOf, pressInReader, type ReaderState, readEnd, readStart} from '../../components/reader.tsx';
import type {Size} from '../../display.ts';
import {isStroke, type Stroke} from '../../keyboard.ts';

export type HomeState = {
  /** The checks, as a run without steps. */
  readonly run: Run;
  readonly isChecking: boolean;
  readonly view: HomeView;
  readonly ways: readonly Way[];
  readonly purpose?: Purpose;
};

type HomeView = {readonly type: 'overview' | 'map'} | {readonly type: 'checks' | 'log'; readonly reader: ReaderState};

/** The lines of the text views. */
export type Texts = Readonly<Record<'checks' | 'log', readonly string[]>>;

const overview: HomeView = {type: 'overview'};

export const initialHome: HomeState = {run: noRun, isChecking: true, view: overview, ways: []};

export const wayKeys = {undo: 'u', uninstall: 'x', people: 'p'} as const;

/** Returns home after one more stroke. */
export function pressAtHome(state: HomeState, stroke: Stroke, texts: Texts, size: Size): HomeState {
  const {view} = state;
  const isReading = 'reader' in view;
  const isTyping = isReading && view.reader.typing !== undefined;
  if (isStroke(stroke, 'r') && !isTyping && view.type !== 'log') return {...state, isChecking: true};
  if (isReading) {
    const reader = pressInReader(view.reader, stroke, {lines: texts[view.type], page: pageOf(size)});
    return {...state, view: reader ? {...view, reader} : overview};
  }
  if (view.type === 'map' && isStroke(stroke, 'escape', 'enter', 'm')) return {...state, view: overview};
  if (isStroke(stroke, 'm')) return {...state, view: {type: 'map'}};
  if (isStroke(stroke, 'd')) return {...state, view: {type: 'checks', reader: readStart}};
  if (isStroke(stroke, 'l')) return {...state, view: {type: 'log', reader: readEnd}};
  const purpose = purposeOf(stroke, state.ways);
  return purpose ? {...state, purpose} : state;
}

function purposeOf(stroke: Stroke, ways: readonly Way[]): Purpose | undefined {
  if (isStroke(stroke, 'c')) return 'change';
  if (isStroke(stroke, 'q', 'interrupt')) return 'quit';
  return ways.find(way => isStroke(stroke, wayKeys[way]));
}
