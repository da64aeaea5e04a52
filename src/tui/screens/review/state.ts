import type {Plan} from '../../../model/plan.ts';
import type {Decision} from '../../../model/ui.ts';
import {currentItem, type Item, type ListState, pressInList, startList} from '../../components/list.tsx';
import {pageOf, pressInReader, readStart} from '../../components/reader.tsx';
import type {Size} from '../../display.ts';
import {isStroke, type Stroke} from '../../keyboard.ts';
import {listItems, type Row} from './items.ts';
import {decisionOf, findKey, type Offers} from './keys.ts';
import {type Opened, readingOf} from './opened.ts';

export type ReviewState = Offers & {
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
  readonly saved?: string;
  readonly decision?: Decision;
};

/** Starts the review; problems come first. */
export function startReview(
  plan: Plan,
  {hasSettings = true, hasMap = true, canTry = false, canWait = false} = {},
): ReviewState {
  const items = listItems(plan);
  return {plan, hasSettings, hasMap, canTry, canWait, items, list: startList(items), showsMap: false, saves: 0};
}

/** Returns the review after one more stroke. */
export function pressInReview(before: ReviewState, stroke: Stroke, size: Size): ReviewState {
  if (before.decision) return before;
  const state = putAway(before);
  if (isStroke(stroke, 'interrupt')) return {...state, decision: 'quit'};
  return state.opened ? pressInOpened(state, state.opened, stroke, size) : pressInRows(state, stroke, size);
}

function putAway(state: ReviewState): ReviewState {
  const {notice: saved, ...rest} = state;
  return saved === undefined ? state : {...rest, saved};
}

function pressInRows(state: ReviewState, stroke: Stroke, size: Size): ReviewState {
  const {items, list} = state;
  const key = findKey(stroke, state);
  const decision = key && decisionOf(key);
  if (decision) return {...state, decision};
  if (key === 's') return {...state, saves: state.saves + 1};
  if (key === 'm') return {...state, showsMap: !state.showsMap};
  if (key === '?') return open(state, {type: 'keys'});
  const current = currentItem(items, list);
  if (current && !current.inside && isStroke(stroke, 'enter', 'right')) return open(state, current.row);
  return {...state, list: pressInList(list, stroke, items, pageOf(size, true))};
}

function pressInOpened(state: ReviewState, opened: Opened, stroke: Stroke, size: Size): ReviewState {
  if (opened.row.type === 'problem' && !opened.reader.typing && isStroke(stroke, 'r'))
    return {...state, decision: 'again'};
  const reader = pressInReader(opened.reader, stroke, readingOf(opened, state, size));
  const {opened: _opened, ...rest} = state;
  return reader ? {...state, opened: {...opened, reader}} : rest;
}

function open(state: ReviewState, row: Opened['row']): ReviewState {
  return {...state, opened: {row, reader: readStart}};
}
