import type {Load} from '../../../model/load.ts';
import {noRun, type Run} from '../../../model/run.ts';
import type {Attendance, Outlook, Purpose, Way} from '../../../model/ui.ts';
import {pageOf, pressInReader, type ReaderState, readEnd, readStart} from '../../components/reader.tsx';
import type {Size} from '../../display.ts';
import {isStroke, type Stroke, stepOf} from '../../keyboard.ts';
import {findPurpose} from './keys.ts';

export type HomeState = {
  /** The checks, as a run without steps. */
  readonly run: Run;
  readonly isChecking: boolean;
  readonly view: HomeView;
  readonly ways: readonly Way[];
  /** The newest measurements, oldest first. */
  readonly loads: readonly Load[];
  readonly attendance: readonly Attendance[];
  readonly outlook: readonly Outlook[];
  /** The log of the last run, as it was last read. */
  readonly log: readonly string[];
  /** The lines of the dashboard that are scrolled out of view. */
  readonly top: number;
  readonly purpose?: Purpose;
};

type HomeView =
  | {readonly type: 'overview' | 'map'}
  | {readonly type: 'checks' | 'log' | 'keys'; readonly reader: ReaderState};

/** The lines of the text views, and how many lines of the dashboard there is no room for. */
export type Texts = Readonly<Record<'checks' | 'log' | 'keys', readonly string[]>> & {readonly hidden: number};

const overview: HomeView = {type: 'overview'};
/** As many as the widest chart shows. */
const measurements = 24;

export const initialHome: HomeState = {
  run: noRun,
  isChecking: true,
  view: overview,
  ways: [],
  loads: [],
  attendance: [],
  outlook: [],
  log: [],
  top: 0,
};

/** Adds a measurement; the oldest ones go. */
export function addLoad(state: HomeState, load: Load): HomeState {
  return {...state, loads: [...state.loads, load].slice(-measurements)};
}

/** Adds what Jicofo says. */
export function addAttendance(state: HomeState, attendance: Attendance): HomeState {
  return {...state, attendance: [...state.attendance, attendance].slice(-measurements)};
}

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
  const opened = openView(stroke);
  if (opened) return {...state, view: opened};
  const purpose = isStroke(stroke, 'interrupt') ? 'quit' : findPurpose(stroke, state);
  return purpose ? {...state, purpose} : scroll(state, stroke, texts.hidden);
}

function openView(stroke: Stroke): HomeView | undefined {
  if (isStroke(stroke, 'm')) return {type: 'map'};
  if (isStroke(stroke, 'd')) return {type: 'checks', reader: readStart};
  if (isStroke(stroke, 'o')) return {type: 'log', reader: readEnd};
  return isStroke(stroke, '?') ? {type: 'keys', reader: readStart} : undefined;
}

function scroll(state: HomeState, stroke: Stroke, hidden: number): HomeState {
  // The letters of less are commands here.
  const step = stroke.type === 'key' ? stepOf(stroke, 5, hidden) : 0;
  return step === 0 ? state : {...state, top: Math.max(0, Math.min(hidden, Math.min(state.top, hidden) + step))};
}
