import {explainChange, type PatchLine} from '../../../model/patch.ts';
import type {Place} from '../../../model/place.ts';
import type {Change, Plan, Unknown} from '../../../model/plan.ts';
import type {ProblemReport} from '../../../model/problem.ts';
import type {Decision} from '../../../model/ui.ts';
import {groupByPlace} from '../../../model/words.ts';
import {currentItem, type Item, type ListState, pressInList, startList} from '../../components/list.tsx';
import {pageOf, pressInReader, type ReaderState, readStart} from '../../components/reader.tsx';
import {foldCommand, wrapLines} from '../../components/text.tsx';
import type {Size} from '../../display.ts';
import {isStroke, type Stroke} from '../../keyboard.ts';
import {listReviewKeys} from './keys.ts';

/** A row of the review: the changes of a place below its heading, and whatever else the user should know. */
export type Row =
  | {readonly type: 'heading'; readonly place: Place; readonly count: number}
  | {readonly type: 'change'; readonly change: Change; readonly isInside?: boolean}
  | {readonly type: 'fold'; readonly changes: readonly Change[]}
  | {readonly type: 'problem' | 'warning'; readonly problem: ProblemReport}
  | {readonly type: 'unknown'; readonly unknown: Unknown};

/** What is open for reading: a row, or what the keys do. */
export type Opened = {
  readonly row: Row | {readonly type: 'keys'};

  readonly lines: readonly PatchLine[];
  readonly reader: ReaderState;
};

export type ReviewState = {
  readonly plan: Plan;
  /** Whether the plan comes from settings, which can be changed or saved. */
  readonly hasSettings: boolean;
  /** Whether the ports can be tried from outside first. */
  readonly canTry: boolean;
  /** Whether names are wrong in the DNS, so that it can be waited for. */
  readonly canWait: boolean;
  readonly items: readonly Item<Row>[];
  readonly list: ListState;
  readonly opened?: Opened;
  /** Whether the map takes the place of the list. */
  readonly showsMap: boolean;
  /** How often the user asked to save the settings. */
  readonly saves: number;
  /** The result of saving, until the next key. */
  readonly notice?: string;
  /** The result of saving, for the transcript. */
  readonly told?: string;
  readonly decision?: Decision;
};

/** Starts the review; problems come first. */
export function startReview(plan: Plan, {hasSettings = true, canTry = false, canWait = false} = {}): ReviewState {
  const items: readonly Item<Row>[] = [
    ...plan.problems.map(problem => itemOf({type: 'problem', problem})),
    ...plan.warnings.map(problem => itemOf({type: 'warning', problem})),
    ...[...groupByPlace(plan.changes)].flatMap(([place, changes]) => itemsOf(place, changes)),
    ...plan.unknown.map(unknown => itemOf({type: 'unknown', unknown})),
  ];
  return {plan, hasSettings, canTry, canWait, items, list: startList(items), showsMap: false, saves: 0};
}

const minorKinds = ['directory', 'link'];

/** Lists the changes of a place; several minor ones are folded into one row. */
function itemsOf(place: Place, changes: readonly Change[]): readonly Item<Row>[] {
  const minor = changes.filter(({kind}) => minorKinds.includes(kind));
  const isFolded = minor.length > 1;
  const shown = isFolded ? changes.filter(change => !minor.includes(change)) : changes;
  const inside = minor.map(change => itemOf({type: 'change', change, isInside: true}));
  return [
    {key: place, row: {type: 'heading', place, count: changes.length}, isHeading: true},
    ...shown.map(change => itemOf({type: 'change', change})),
    ...(isFolded ? [{key: `minor changes of ${place}`, row: {type: 'fold', changes: minor}, inside} as const] : []),
  ];
}

function itemOf(row: Exclude<Row, {type: 'heading' | 'fold'}>): Item<Row> {
  if (row.type === 'change') return {key: row.change.id, row};
  if (row.type === 'unknown') return {key: row.unknown.id, row};
  return {key: `${row.type} ${row.problem.code} ${row.problem.summary}`, row};
}

/** Returns the review after one more stroke. */
export function pressInReview(before: ReviewState, stroke: Stroke, size: Size): ReviewState {
  if (before.decision) return before;
  const state = putAway(before);
  if (isStroke(stroke, 'interrupt')) return {...state, decision: 'quit'};
  return state.opened ? pressInOpened(state, state.opened, stroke, size) : pressInRows(state, stroke, size);
}

function putAway(state: ReviewState): ReviewState {
  const {notice: told, ...rest} = state;
  return told === undefined ? state : {...rest, told};
}

function pressInRows(state: ReviewState, stroke: Stroke, size: Size): ReviewState {
  const {hasSettings, items, list} = state;
  const decision = findDecision(state, stroke);
  if (decision) return {...state, decision};
  if (hasSettings && isStroke(stroke, 's')) return {...state, saves: state.saves + 1};
  if (isStroke(stroke, '?')) return open(state, {type: 'keys'}, size);
  if (isStroke(stroke, 'm')) return {...state, showsMap: !state.showsMap};
  const current = currentItem(items, list);
  if (current && !current.inside && isStroke(stroke, 'enter', 'right')) return open(state, current.row, size);
  return {...state, list: pressInList(list, stroke, items, pageOf(size, true))};
}

/** Returns the decision that a key makes, as far as it is offered. */
function findDecision({hasSettings, canTry, canWait, plan}: ReviewState, stroke: Stroke): Decision | undefined {
  const hasProblems = plan.problems.length > 0;
  const keys: readonly (readonly [key: 'a' | 't' | 'w' | 'c' | 'r' | 'q', decision: Decision, isOffered: boolean])[] = [
    ['a', 'apply', !hasProblems],
    ['t', 'try', canTry],
    ['w', 'wait', canWait],
    ['c', 'change', hasSettings],
    ['r', 'again', hasProblems],
    ['q', 'quit', true],
  ];
  return keys.find(([key, , isOffered]) => isOffered && isStroke(stroke, key))?.[1];
}

function pressInOpened(state: ReviewState, opened: Opened, stroke: Stroke, size: Size): ReviewState {
  if (opened.row.type === 'problem' && !opened.reader.typing && isStroke(stroke, 'r'))
    return {...state, decision: 'again'};
  const lines = opened.lines.map(({text}) => text);
  const reader = pressInReader(opened.reader, stroke, {lines, page: pageOf(size, hasLead(opened))});
  const {opened: _opened, ...rest} = state;
  return reader ? {...state, opened: {...opened, reader}} : rest;
}

/** Tests whether a line above the text names what is open. */
export function hasLead({row}: Opened): boolean {
  return row.type === 'change';
}

function open(state: ReviewState, row: Opened['row'], size: Size): ReviewState {
  return {...state, opened: {row, lines: linesOf(state, row, size), reader: readStart}};
}

function linesOf(state: ReviewState, row: Opened['row'], {columns}: Size): readonly PatchLine[] {
  if (row.type === 'keys') {
    const keys = listReviewKeys({...state, hasProblems: state.plan.problems.length > 0}, columns);
    return keys.map(text => ({kind: 'context', text}));
  }
  if (row.type === 'change') return linesOfChange(row.change, columns);
  return row.type === 'problem' || row.type === 'warning' ? linesOfProblem(row.problem, columns) : [];
}

/** Explains a change. Its sentences are wrapped, its diff is not. The lead names the file already. */
function linesOfChange(change: Change, columns: number): readonly PatchLine[] {
  return explainChange(change).flatMap((line): readonly PatchLine[] => {
    if (line.kind === 'file') return [];
    return line.kind === 'note' ? wrapLines(line.text, columns).map(text => ({...line, text})) : [line];
  });
}

/** Writes a problem in lines, for terminals that have no room for a panel. */
function linesOfProblem({summary, why, remedy, command}: ProblemReport, columns: number): readonly PatchLine[] {
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
