import {describe, expect, test} from 'vitest';
import {readStrokes, type Stroke} from '../../src/tui/keys.ts';
import {type LogState, logPage, logTop, newestLog, pressInLog, wholeLog} from '../../src/tui/screens/log-state.ts';

const size = {columns: 78, rows: 14};
const lines = Array.from({length: 100}, (_, index) => (index % 30 === 7 ? `Pulling ${index}` : `line ${index}`));
const key = (name: Extract<Stroke, {type: 'key'}>['name']): Stroke => ({type: 'key', name});

function press(state: LogState, ...strokes: readonly (Stroke | string)[]): LogState | undefined {
  const all = strokes.flatMap(stroke => (typeof stroke === 'string' ? readStrokes(stroke, {}) : [stroke]));
  return all.reduce<LogState | undefined>((now, stroke) => now && pressInLog(now, stroke, lines, size), state);
}

const topAfter = (state: LogState | undefined) => state && logTop(state, lines.length, logPage(size));

describe('a log', () => {
  test('follows the newest line until it is scrolled, and again at its end', () => {
    expect(topAfter(newestLog)).toBe(90);
    expect(topAfter(press(newestLog, key('up')))).toBe(89);
    expect(press(newestLog, key('up'), key('down'))?.top).toBeUndefined();
    expect(press(wholeLog, 'G')?.top).toBeUndefined();
    expect(topAfter(press(newestLog, 'g'))).toBe(0);
    expect(topAfter(press(wholeLog, ' ', key('page-down')))).toBe(20);
  });

  test('finds what is looked for, small letters or large, and goes round', () => {
    const found = press(wholeLog, '/pull\r');
    expect(topAfter(found)).toBe(7);
    expect(topAfter(found && press(found, 'n'))).toBe(37);
    // The last page begins before the line itself.
    expect(found && press(found, 'nnn')?.top).toBe(97);
    expect(found && press(found, 'N')?.top).toBe(97);
  });

  test('says when there is nothing of the kind, and stays where it is', () => {
    expect(press(wholeLog, '/apt\r')).toMatchObject({isMissing: true, top: 0});
    expect(press(wholeLog, '/apt\r', key('down'))?.top).toBe(1);
  });

  test('is left by Escape, but a search is only given up', () => {
    expect(press(wholeLog, key('escape'))).toBeUndefined();
    expect(press(wholeLog, '/q', key('escape'))).toEqual(wholeLog);
    expect(press(wholeLog, 'q')).toBeUndefined();
  });
});
