import {describe, expect, test} from 'vitest';
import {
  pageOf,
  pressInReader,
  type ReaderState,
  readEnd,
  readStart,
  topLine,
} from '../../../src/tui/components/reader.tsx';
import {readStrokes, type Stroke} from '../../../src/tui/keyboard.ts';

const size = {columns: 78, rows: 14};
const lines = Array.from({length: 100}, (_, index) => (index % 30 === 7 ? `Pulling ${index}` : `line ${index}`));
const text = {lines, page: pageOf(size)};
const key = (name: Extract<Stroke, {type: 'key'}>['name']): Stroke => ({type: 'key', name});

function press(state: ReaderState, ...strokes: readonly (Stroke | string)[]): ReaderState | undefined {
  const all = strokes.flatMap(stroke => (typeof stroke === 'string' ? readStrokes(stroke, {}) : [stroke]));
  return all.reduce<ReaderState | undefined>((now, stroke) => now && pressInReader(now, stroke, text), state);
}

const topAfter = (state: ReaderState | undefined) => state && topLine(state, text);

describe('a reader', () => {
  test('follows the newest line until it is scrolled, and again at its end', () => {
    expect(topAfter(readEnd)).toBe(90);
    expect(topAfter(press(readEnd, key('up')))).toBe(89);
    expect(press(readEnd, key('up'), key('down'))?.top).toBeUndefined();
    expect(press(readStart, 'G')?.top).toBeUndefined();
    expect(topAfter(press(readEnd, 'g'))).toBe(0);
    expect(topAfter(press(readStart, ' ', key('page-down')))).toBe(20);
  });

  test('finds a text in upper or lower case, and starts again after the end', () => {
    const found = press(readStart, '/pull\r');
    expect(topAfter(found)).toBe(7);
    expect(topAfter(found && press(found, 'n'))).toBe(37);
    // The last page begins before the line itself.
    expect(found && press(found, 'nnn')?.top).toBe(97);
    expect(found && press(found, 'N')?.top).toBe(97);
  });

  test('says when there is nothing of the kind, and stays where it is', () => {
    expect(press(readStart, '/apt\r')).toMatchObject({isMissing: true, top: 0});
    expect(press(readStart, '/apt\r', key('down'))?.top).toBe(1);
  });

  test('is left by Escape, but a search is only given up', () => {
    expect(press(readStart, key('escape'))).toBeUndefined();
    expect(press(readStart, '/q', key('escape'))).toEqual(readStart);
    expect(press(readStart, 'q')).toBeUndefined();
  });
});
