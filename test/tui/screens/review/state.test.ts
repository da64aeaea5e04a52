import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {currentItem, type Item, topOf, unfold} from '../../../../src/tui/components/list.tsx';
import {pageOf, topLine} from '../../../../src/tui/components/reader.tsx';
import {type KeyName, readStrokes} from '../../../../src/tui/keyboard.ts';
import type {Row} from '../../../../src/tui/screens/review/items.ts';
import {linesOf, readingOf} from '../../../../src/tui/screens/review/opened.ts';
import {pressInReview, type ReviewState, startReview} from '../../../../src/tui/screens/review/state.ts';
import {change, plan, portTaken} from '../../samples.ts';

const size = {columns: 78, rows: 22};
const small = {columns: 38, rows: 10};

function press(state: ReviewState, keys: readonly KeyName[] | string, room = size): ReviewState {
  const strokes = typeof keys === 'string' ? readStrokes(keys, {}) : keys.map(name => ({type: 'key', name}) as const);
  return strokes.reduce((before, stroke) => pressInReview(before, stroke, room), state);
}

/** Opens the change whose id has this in it. */
function openChange(state: ReviewState, part: string): ReviewState {
  const cursor = unfold(state.items, state.list).findIndex(({key}) => key.includes(part));
  return press({...state, list: {...state.list, cursor}}, ['enter']);
}

const linesIn = (state: ReviewState, room = size) => (state.opened ? linesOf(state.opened, state, room) : []);
const rowsOf = (items: readonly Item<Row>[]) => items.map(({row}) => row);
const idsIn = (rows: readonly Row[]) => rows.flatMap(row => (row.type === 'change' ? [row.change.id] : []));

describe('the review', () => {
  const start = startReview(plan);

  test('shows every change once, under its place, and everything else that is known', () => {
    const rows = rowsOf(start.items);
    expect(idsIn(rows).toSorted()).toEqual(plan.changes.map(({id}) => id).toSorted());
    expect(rows.filter(({type}) => type === 'warning')).toHaveLength(1);
    expect(rows.filter(({type}) => type === 'unknown')).toHaveLength(1);
  });

  test.each([
    ['a', 'apply'],
    ['c', 'change'],
    ['q', 'quit'],
  ])('%s decides: %s', (letter, decision) => {
    expect(press(start, letter).decision).toBe(decision);
  });

  test.each([size, small])('says what the keys do that are offered', room => {
    const text = linesIn(press(start, '?', room), room)
      .map(line => line.text)
      .join('\n');
    expect(text).toMatch(/^a +apply/);
    expect(text).not.toMatch(/^[rtw] /m);
    expect(press(press(start, '?', room), ['enter'], room).opened).toBeUndefined();
  });

  test('wraps the sentences of a change, and leaves its diff as it is', () => {
    const summary = `install ${'haproxy, nginx, certbot, '.repeat(8)}iproute2`;
    const text = {before: '', after: `${'x'.repeat(200)}\n`};
    const wide = {...change('packages', 'host'), differences: [{change: 'create', summary, text}]} as const;
    const lines = linesIn(press(startReview({...plan, warnings: [], changes: [wide]}), ['enter']));
    const notes = lines.filter(({kind}) => kind === 'note').map(line => line.text);
    expect(notes.length).toBeGreaterThan(2);
    for (const note of notes) expect(note.length).toBeLessThanOrEqual(size.columns);
    expect(notes.join(' ')).toBe(summary);
    expect(lines.filter(({kind}) => kind === 'added').map(line => line.text)).toEqual([`+${'x'.repeat(200)}`]);
  });

  test('wraps what is open anew after the terminal was resized', () => {
    const opened = press(startReview({...plan, problems: [portTaken]}), ['enter']);
    for (const room of [size, small])
      for (const {text} of linesIn(opened, room)) expect(text.length).toBeLessThanOrEqual(room.columns);
    expect(linesIn(opened, small).length).toBeGreaterThan(linesIn(opened).length);
  });

  test.each(['c', 's'])('of an undo has no settings, so %s does nothing', letter => {
    const undo = startReview(plan, {hasSettings: false});
    expect(press(undo, letter)).toEqual(undo);
  });

  test('cannot be applied while there is a problem', () => {
    const stopped = startReview({...plan, problems: [portTaken]});
    expect(stopped.items[0]?.row.type).toBe('problem');
    expect(press(stopped, 'a').decision).toBeUndefined();
  });

  test('skips headings', () => {
    expect(start.items[1]?.row.type).toBe('heading');
    expect(press(start, ['down']).list.cursor).toBe(2);
    expect(press(start, ['down', 'up']).list.cursor).toBe(0);
  });

  test('decides nothing by a letter for the list while a change is open', () => {
    const opened = press(start, ['down', 'enter']);
    expect(opened.opened?.row.type).toBe('change');
    expect(press(opened, 'a').decision).toBeUndefined();
    expect(press(opened, 'q').opened).toBeUndefined();
    expect(press(opened, 'q').decision).toBeUndefined();
  });

  test('scrolls a diff to its end and no further', () => {
    const opened = openChange(start, 'jitsi.conf');
    const page = pageOf(small, true);
    const topIn = (state: ReviewState) =>
      state.opened && topLine(state.opened.reader, readingOf(state.opened, state, small));
    const lines = linesIn(opened, small).length;
    const end = press(opened, ['end'], small);
    expect(topIn(end)).toBe(lines - page);
    expect(topIn(press(end, ['down'], small))).toBe(lines - page);
    expect(topIn(press(opened, ['up'], small))).toBe(0);
  });

  test('never shows the text of a secret file', () => {
    const opened = openChange(start, '.env');
    const lines = linesIn(opened).map(({text}) => text);
    expect(lines).toEqual(['write /srv/jitsi/.env', '(not shown: it holds secrets)']);
  });

  test('keeps the cursor on something that can be opened, and in view', () => {
    const moves = fc.array(fc.constantFrom<KeyName>('up', 'down', 'page-up', 'page-down', 'home', 'end'));
    fc.assert(
      fc.property(moves, keys => {
        const {items, list} = press(start, keys);
        expect(currentItem(items, list)?.row.type).not.toBe('heading');
        const page = pageOf(size, true);
        const top = topOf({cursor: list.cursor, count: unfold(items, list).length, page});
        expect(list.cursor).toBeGreaterThanOrEqual(top);
        expect(list.cursor).toBeLessThan(top + page);
      }),
    );
  });

  test('shows the result of saving until the next key, and again at the end', () => {
    const {notice, saved} = press({...start, notice: 'Saved.'}, ['down']);
    expect([notice, saved]).toEqual([undefined, 'Saved.']);
  });
});

describe('minor changes of a place', () => {
  const minor = ['directory:/srv/a', 'directory:/srv/b', 'link:/etc/c'].map(id => change(id, 'web'));
  const start = startReview({...plan, warnings: [], changes: [change('file:/srv/d', 'web'), ...minor]});
  const shown = ({items, list}: ReviewState) => idsIn(rowsOf(unfold(items, list)));

  test('are one row, and still counted', () => {
    expect(shown(start)).toEqual(['file:/srv/d']);
    expect(rowsOf(start.items)).toContainEqual({type: 'fold', changes: minor});
    expect(start.items[0]?.row).toMatchObject({type: 'heading', count: 4});
  });

  test.each<[KeyName, KeyName]>([
    ['enter', 'enter'],
    ['right', 'left'],
  ])('are opened by %s and closed by %s', (opening, closing) => {
    const open = press(start, ['down', opening]);
    expect(shown(open)).toEqual(['file:/srv/d', ...minor.map(({id}) => id)]);
    expect(shown(press(open, [closing]))).toEqual(['file:/srv/d']);
  });

  test('can be read, and closed from within', () => {
    const inside = press(start, ['down', 'enter', 'down', 'down']);
    expect(press(inside, ['enter']).opened?.row).toMatchObject({change: minor[1]});
    const closed = press(inside, ['left']);
    expect(currentItem(closed.items, closed.list)?.row.type).toBe('fold');
  });

  test('stay apart when there is only one', () => {
    const single = startReview({...plan, changes: minor.slice(2)});
    expect(shown(single)).toEqual(['link:/etc/c']);
  });
});
