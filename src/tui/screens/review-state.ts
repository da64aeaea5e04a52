import {explainChange, type PatchLine} from '../../model/patch.ts';
import type {Place} from '../../model/place.ts';
import type {Change, Plan, Unknown} from '../../model/plan.ts';
import type {ProblemReport} from '../../model/problem.ts';
import type {Decision} from '../../model/ui.ts';
import {groupByPlace} from '../../model/words.ts';
import {foldCommand, wrapLines} from '../components/prose.tsx';
import {isStroke, type Stroke} from '../keys.ts';
import type {Size} from '../screen.ts';
import {stepOf} from './log-state.ts';

/** A line of the list; headings are passed over by the cursor. */
export type Row =
  | {readonly type: 'heading'; readonly place: Place; readonly count: number}
  | {readonly type: 'change'; readonly change: Change}
  | {readonly type: 'problem'; readonly problem: ProblemReport}
  | {readonly type: 'warning'; readonly problem: ProblemReport}
  | {readonly type: 'unknown'; readonly unknown: Unknown};

/** A row that is open for reading: its lines and how far they are scrolled. */
export type Opened = {
  readonly row: Row;
  readonly lines: readonly PatchLine[];
  readonly top: number;
  readonly shift: number;
};

export type ReviewState = {
  readonly plan: Plan;
  /** Whether there are settings behind the plan, to change or to save. */
  readonly hasSettings: boolean;
  readonly rows: readonly Row[];
  readonly cursor: number;
  readonly opened?: Opened;
  /** Whether the map takes the list's place. */
  readonly showsMap: boolean;
  /** How often the owner asked to save the settings, and what came of it. */
  readonly saves: number;
  readonly notice?: string;
  /** What came of it, once the owner has gone on: it stays when the review ends. */
  readonly told?: string;
  readonly decision?: Decision;
};

/** The review before its first key; what stands in the way comes first. */
export function startReview(plan: Plan, hasSettings = true): ReviewState {
  const rows: readonly Row[] = [
    ...plan.problems.map(problem => ({type: 'problem', problem}) as const),
    ...plan.warnings.map(problem => ({type: 'warning', problem}) as const),
    ...[...groupByPlace(plan.changes)].flatMap(([place, changes]): readonly Row[] => [
      {type: 'heading', place, count: changes.length},
      ...changes.map(change => ({type: 'change', change}) as const),
    ]),
    ...plan.unknown.map(unknown => ({type: 'unknown', unknown}) as const),
  ];
  return {plan, hasSettings, rows, cursor: Math.max(0, rows.findIndex(isSelectable)), showsMap: false, saves: 0};
}

/** The review after one more stroke. */
export function pressInReview(before: ReviewState, stroke: Stroke, size: Size): ReviewState {
  if (before.decision) return before;
  const state = putAway(before);
  if (isStroke(stroke, 'interrupt')) return {...state, decision: 'quit'};
  return state.opened ? pressInOpened(state, state.opened, stroke, size) : pressInList(state, stroke, size);
}

function putAway(state: ReviewState): ReviewState {
  const {notice: told, ...rest} = state;
  return told === undefined ? state : {...rest, told};
}

/** How many lines of the list, or of what is open, fit into the room. */
export function pageOf({rows}: Size): number {
  return Math.max(1, rows - 5);
}

/** Where a list begins so that its cursor is in view, in the middle where that is possible. */
export function topOf({cursor, count, page}: {cursor: number; count: number; page: number}): number {
  return Math.max(0, Math.min(cursor - Math.floor(page / 2), count - page));
}

/** How many lines of a list are out of view, `↑ 3 more  ↓ 5 more`; nothing where all are to be seen. */
export function tellHidden(
  {top, count, page}: {top: number; count: number; page: number},
  {up, down}: {readonly up: string; readonly down: string},
): string {
  const below = Math.max(0, count - top - page);
  return [top > 0 && `${up} ${top} more`, below > 0 && `${down} ${below} more`].filter(Boolean).join('  ');
}

function isSelectable(row: Row): boolean {
  return row.type !== 'heading';
}

function pressInList(state: ReviewState, stroke: Stroke, size: Size): ReviewState {
  if (isStroke(stroke, {letter: 'a'})) return state.plan.problems.length > 0 ? state : {...state, decision: 'apply'};
  if (state.hasSettings && isStroke(stroke, {letter: 'c'})) return {...state, decision: 'change'};
  if (isStroke(stroke, {letter: 'r'}) && state.plan.problems.length > 0) return {...state, decision: 'again'};
  if (state.hasSettings && isStroke(stroke, {letter: 's'})) return {...state, saves: state.saves + 1};
  if (isStroke(stroke, {letter: 'm'})) return {...state, showsMap: !state.showsMap};
  if (isStroke(stroke, {letter: 'q'})) return {...state, decision: 'quit'};
  if (isStroke(stroke, 'enter', 'right')) return open(state, size);
  const step = stepOf(stroke, pageOf(size), state.rows.length);
  return step === 0 ? state : {...state, cursor: moveCursor(state, step)};
}

function pressInOpened(state: ReviewState, opened: Opened, stroke: Stroke, size: Size): ReviewState {
  if (isStroke(stroke, 'escape', 'enter', {letter: 'q'}, 'backspace')) {
    const {opened: _opened, ...list} = state;
    return list;
  }
  if (opened.row.type === 'problem' && isStroke(stroke, {letter: 'r'})) return {...state, decision: 'again'};
  if (isStroke(stroke, 'left', 'right')) {
    const shift = Math.max(0, opened.shift + (isStroke(stroke, 'right') ? 8 : -8));
    return {...state, opened: {...opened, shift}};
  }
  const page = pageOf(size);
  const last = Math.max(0, opened.lines.length - page);
  const top = Math.min(last, Math.max(0, opened.top + stepOf(stroke, page, opened.lines.length)));
  return {...state, opened: {...opened, top}};
}

function open(state: ReviewState, size: Size): ReviewState {
  const row = state.rows[state.cursor];
  return row ? {...state, opened: {row, lines: linesOf(row, size), top: 0, shift: 0}} : state;
}

function linesOf(row: Row, {columns}: Size): readonly PatchLine[] {
  // The title above them names the file already.
  if (row.type === 'change') return explainChange(row.change).filter(({kind}) => kind !== 'file');
  return row.type === 'problem' || row.type === 'warning' ? tellProblem(row.problem, columns) : [];
}

/** A problem as lines: a small terminal has no room for a panel. */
function tellProblem({summary, why, remedy, command}: ProblemReport, columns: number): readonly PatchLine[] {
  const parts: readonly (readonly [PatchLine['kind'], string | undefined])[] = [
    ['note', summary],
    ['context', why],
    ['note', 'What to do'],
    ['context', remedy],
    ['context', command === undefined ? undefined : foldCommand(command, columns)],
  ];
  return parts.flatMap(([kind, text]) =>
    text === undefined ? [] : wrapLines(text, columns).map(line => ({kind, text: line})),
  );
}

/** Moves to the nearest row that can be chosen, on the way first and back otherwise. */
function moveCursor({rows, cursor}: ReviewState, step: number): number {
  const target = Math.min(rows.length - 1, Math.max(0, cursor + step));
  const ahead = step > 0 ? rows.findIndex((row, at) => at >= target && isSelectable(row)) : findLastAt(rows, target);
  if (ahead !== -1) return ahead;
  const behind = step > 0 ? findLastAt(rows, target) : rows.findIndex(isSelectable);
  return behind === -1 ? cursor : behind;
}

function findLastAt(rows: readonly Row[], target: number): number {
  return rows.findLastIndex((row, at) => at <= target && isSelectable(row));
}
