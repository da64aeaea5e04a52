import {findFaultInName} from '../../../model/people.ts';
import type {AccountRequest} from '../../../model/ui.ts';
import {type Item, type ListState, pressInList} from '../../components/list.tsx';
import {isStroke, type Stroke} from '../../keyboard.ts';
import {type EditedLine, edit, lineOf, textOf} from '../../line-editor.ts';

export type PeopleState = {
  /** The names of the accounts; undefined until they are known. */
  readonly names: readonly string[] | undefined;
  readonly list: ListState;
  readonly mode: Mode;
  /** The result of the last request. */
  readonly notice?: string | undefined;
  /** What was asked for and is not done yet. */
  readonly request?: AccountRequest | undefined;
  readonly isLeaving: boolean;
};

type Mode =
  | {readonly type: 'list'}
  | {readonly type: 'adding'; readonly line: EditedLine; readonly fault?: string | undefined}
  | {readonly type: 'renewing' | 'removing'; readonly name: string};

const list: Mode = {type: 'list'};

export const startPeople: PeopleState = {names: undefined, list: {cursor: 0, open: []}, mode: list, isLeaving: false};

/** Makes rows of the names. */
export function listNames({names = []}: PeopleState): readonly Item<string>[] {
  return names.map(name => ({key: name, row: name}));
}

/** Returns the screen after one more stroke. While something is being done, only leaving is possible. */
export function pressAtPeople(state: PeopleState, stroke: Stroke, page: number): PeopleState {
  if (isStroke(stroke, 'interrupt')) return {...state, isLeaving: true};
  if (state.request) return state;
  const {mode} = state;
  if (mode.type === 'adding') return pressWhileAdding(state, mode, stroke);
  if (mode.type !== 'list') return confirm(state, mode, stroke);
  if (isStroke(stroke, 'q', 'escape')) return {...state, isLeaving: true};
  if (state.names === undefined) return state;
  if (isStroke(stroke, 'a')) return {...state, notice: undefined, mode: {type: 'adding', line: lineOf('')}};
  const name = state.names[state.list.cursor];
  if (name !== undefined && isStroke(stroke, 'n')) return {...state, mode: {type: 'renewing', name}};
  if (name !== undefined && isStroke(stroke, 'x')) return {...state, mode: {type: 'removing', name}};
  return {...state, list: pressInList(state.list, stroke, listNames(state), page)};
}

function pressWhileAdding(state: PeopleState, {line}: Mode & {type: 'adding'}, stroke: Stroke): PeopleState {
  if (isStroke(stroke, 'escape')) return {...state, mode: list};
  if (!isStroke(stroke, 'enter')) return {...state, mode: {type: 'adding', line: edit(line, stroke)}};
  const name = textOf(line);
  const fault = findFaultInName(name);
  if (fault !== undefined) return {...state, mode: {type: 'adding', line, fault: `This name ${fault}.`}};
  return {...state, mode: list, request: {action: 'add', name}};
}

function confirm(state: PeopleState, mode: Mode & {type: 'renewing' | 'removing'}, stroke: Stroke): PeopleState {
  const {type, name} = mode;
  if (!isStroke(stroke, 'y')) return isStroke(stroke, 'n', 'escape') ? {...state, mode: list} : state;
  return {...state, mode: list, request: {action: type === 'removing' ? 'remove' : 'renew', name}};
}

/** Returns the screen after a request, with the names that there are now, as far as they are known. */
export function finishRequest(state: PeopleState, names: PeopleState['names'], notice?: string): PeopleState {
  const cursor = Math.max(0, Math.min(state.list.cursor, (names?.length ?? 0) - 1));
  return {...state, names, notice, request: undefined, list: {...state.list, cursor}};
}
