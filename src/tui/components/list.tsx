import {Box, Text} from 'ink';
import type {ReactNode} from 'react';
import {isStroke, type Stroke, stepOf} from '../keyboard.ts';
import {type Theme, useTheme} from '../theme.ts';
import {Cell} from './text.tsx';

/** One row of a list. A heading cannot be chosen; items inside another are shown when that one is open. */
export type Item<Row> = {
  readonly key: string;
  readonly row: Row;
  readonly isHeading?: boolean;
  readonly inside?: readonly Item<Row>[];
};

export type ListState = {readonly cursor: number; readonly open: readonly string[]};

/** A list with its cursor on the first item that can be chosen. */
export function startList<Row>(items: readonly Item<Row>[]): ListState {
  return {cursor: Math.max(0, items.findIndex(isSelectable)), open: []};
}

/** Returns the items in view when the list is long enough: folded ones are left out. */
export function unfold<Row>(items: readonly Item<Row>[], {open}: ListState): readonly Item<Row>[] {
  return items.flatMap(item => (open.includes(item.key) ? [item, ...(item.inside ?? [])] : [item]));
}

/** Returns the item under the cursor. */
export function currentItem<Row>(items: readonly Item<Row>[], list: ListState): Item<Row> | undefined {
  return unfold(items, list)[list.cursor];
}

/** Moves the cursor, opens or closes. */
export function pressInList<Row>(
  list: ListState,
  stroke: Stroke,
  items: readonly Item<Row>[],
  page: number,
): ListState {
  const shown = unfold(items, list);
  const current = shown[list.cursor];
  const isOpen = current !== undefined && list.open.includes(current.key);
  if (current?.inside && isStroke(stroke, 'enter', isOpen ? 'left' : 'right')) {
    const {key} = current;
    return {...list, open: isOpen ? list.open.filter(other => other !== key) : [...list.open, key]};
  }
  if (isStroke(stroke, 'left')) return leaveFold(list, shown);
  const step = stepOf(stroke, page, shown.length);
  return step === 0 ? list : {...list, cursor: moveCursor(shown, list.cursor, step)};
}

/** Closes the fold around the cursor, and puts the cursor on it. */
function leaveFold<Row>(list: ListState, shown: readonly Item<Row>[]): ListState {
  const current = shown[list.cursor];
  const cursor = shown.findIndex(({inside}) => current !== undefined && inside?.includes(current));
  const fold = shown[cursor];
  return fold ? {cursor, open: list.open.filter(key => key !== fold.key)} : list;
}

const isSelectable = ({isHeading}: Item<unknown>) => !isHeading;

/** Moves to the nearest row that can be chosen: in the direction of the step if there is one, else in the other. */
function moveCursor(rows: readonly Item<unknown>[], cursor: number, step: number): number {
  const target = Math.min(rows.length - 1, Math.max(0, cursor + step));
  const after = rows.findIndex((row, at) => at >= target && isSelectable(row));
  const before = rows.findLastIndex((row, at) => at <= target && isSelectable(row));
  const [first, second] = step > 0 ? [after, before] : [before, after];
  return first !== -1 ? first : second !== -1 ? second : cursor;
}

/** Returns where a list begins so that its cursor is in view, in the middle where possible. */
export function topOf({cursor, count, page}: {cursor: number; count: number; page: number}): number {
  return Math.max(0, Math.min(cursor - Math.floor(page / 2), count - page));
}

/** Counts the rows out of view, `↑ 3 more  ↓ 5 more`. */
export function formatHidden(list: {cursor: number; count: number; page: number}, {up, down}: Theme['glyphs']): string {
  const top = topOf(list);
  const below = Math.max(0, list.count - top - list.page);
  return [top > 0 && `${up} ${top} more`, below > 0 && `${down} ${below} more`].filter(Boolean).join('  ');
}

type ListProps<Row> = {
  readonly items: readonly Item<Row>[];
  readonly cursor: number;
  readonly page: number;
  readonly columns: number;
  readonly children: (item: Item<Row>, isCurrent: boolean) => ReactNode;
};

export function List<Row>({items, cursor, page, columns, children}: ListProps<Row>) {
  const {glyphs, accent} = useTheme();
  const top = topOf({cursor, count: items.length, page});
  return items.slice(top, top + page).map((item, at) => (
    <Box key={item.key} columnGap={1} width={columns} height={1} flexShrink={0} overflow="hidden">
      {!item.isHeading && <Cell {...accent}>{top + at === cursor ? glyphs.pointer : ' '}</Cell>}
      {children(item, top + at === cursor)}
    </Box>
  ));
}

/** A list whose rows are names. */
export function NameList(list: Omit<ListProps<string>, 'children'>) {
  return (
    <List {...list}>
      {({row}, isCurrent) => (
        <Text bold={isCurrent} wrap="truncate">
          {row}
        </Text>
      )}
    </List>
  );
}
