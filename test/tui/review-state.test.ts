import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {KeyName, Stroke} from '../../src/tui/keys.ts';
import {pageOf, pressInReview, type ReviewState, startReview, topOf} from '../../src/tui/screens/review-state.ts';
import {plan, portTaken} from './samples.ts';

const size = {columns: 78, rows: 22};

function press(state: ReviewState, ...keys: readonly (KeyName | {letter: string})[]): ReviewState {
  return keys
    .map((key): Stroke => (typeof key === 'string' ? {type: 'key', name: key} : {type: 'text', text: key.letter}))
    .reduce((before, stroke) => pressInReview(before, stroke, size), state);
}

describe('the review', () => {
  const start = startReview(plan);

  test('shows every change once, under its place, and everything else that is known', () => {
    const changes = start.rows.flatMap(row => (row.type === 'change' ? [row.change.id] : []));
    expect(changes.toSorted()).toEqual(plan.changes.map(({id}) => id).toSorted());
    expect(start.rows.filter(({type}) => type === 'warning')).toHaveLength(1);
    expect(start.rows.filter(({type}) => type === 'unknown')).toHaveLength(1);
  });

  test.each([
    ['a', 'apply'],
    ['c', 'change'],
    ['q', 'quit'],
  ])('%s decides: %s', (letter, decision) => {
    expect(press(start, {letter}).decision).toBe(decision);
  });

  test.each(['c', 's'])('on the way back %s does nothing: there are no settings', letter => {
    const back = startReview(plan, false);
    expect(press(back, {letter})).toBe(back);
  });

  test('cannot be applied while a problem stands in the way', () => {
    const stopped = startReview({...plan, problems: [portTaken]});
    expect(stopped.rows[0]?.type).toBe('problem');
    expect(press(stopped, {letter: 'a'}).decision).toBeUndefined();
  });

  test('passes over headings', () => {
    expect(start.rows[1]?.type).toBe('heading');
    expect(press(start, 'down').cursor).toBe(2);
    expect(press(start, 'down', 'up').cursor).toBe(0);
  });

  test('a letter for the list decides nothing while a change is open', () => {
    const opened = press(start, 'down', 'enter');
    expect(opened.opened?.row.type).toBe('change');
    expect(press(opened, {letter: 'a'}).decision).toBeUndefined();
    expect(press(opened, {letter: 'q'}).opened).toBeUndefined();
    expect(press(opened, {letter: 'q'}).decision).toBeUndefined();
  });

  test('scrolls a diff to its end and no further', () => {
    const at = start.rows.findIndex(row => row.type === 'change' && row.change.id.includes('jitsi.conf'));
    const opened = press({...start, cursor: at}, 'enter');
    const lines = opened.opened?.lines.length ?? 0;
    const small = {columns: 38, rows: 10};
    const end = pressInReview(opened, {type: 'key', name: 'end'}, small);
    expect(end.opened?.top).toBe(lines - pageOf(small));
    expect(pressInReview(end, {type: 'key', name: 'down'}, small).opened?.top).toBe(lines - pageOf(small));
    expect(press(opened, 'up').opened?.top).toBe(0);
  });

  test('the text of a secret file is nowhere', () => {
    const at = start.rows.findIndex(row => row.type === 'change' && row.change.id.endsWith('.env'));
    const lines = press({...start, cursor: at}, 'enter').opened?.lines ?? [];
    expect(lines.map(({text}) => text)).toEqual(['write /srv/jitsi/.env', '(not shown: it holds secrets)']);
  });

  test('the cursor is always on something that can be opened, and in view', () => {
    const moves = fc.array(fc.constantFrom<KeyName>('up', 'down', 'page-up', 'page-down', 'home', 'end'));
    fc.assert(
      fc.property(moves, keys => {
        const {rows, cursor} = press(start, ...keys);
        expect(rows[cursor]?.type).not.toBe('heading');
        const page = pageOf(size);
        const top = topOf({cursor, count: rows.length, page});
        expect(cursor).toBeGreaterThanOrEqual(top);
        expect(cursor).toBeLessThan(top + page);
      }),
    );
  });
});

test('what came of saving is put away with the next key, and kept for the end', () => {
  const saved = {...startReview(plan), notice: 'Saved.'};
  const {notice, told} = pressInReview(saved, {type: 'key', name: 'down'}, {columns: 78, rows: 21});
  expect([notice, told]).toEqual([undefined, 'Saved.']);
});
