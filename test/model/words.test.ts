import {describe, expect, test} from 'vitest';
import {formatBytes, formatClock, formatDuration, formatProgress} from '../../src/model/words.ts';

describe('measurements in words', () => {
  test.each([
    [0, '0.0 s'],
    [449, '0.4 s'],
    [9949, '9.9 s'],
    [9950, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 min 00 s'],
    [125_000, '2 min 05 s'],
  ])('%i ms took %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test.each([
    [-5, '0:00'],
    [7_900, '0:07'],
    [751_000, '12:31'],
    [3_723_000, '1:02:03'],
  ])('%i ms on the clock: %s', (ms, text) => {
    expect(formatClock(ms)).toBe(text);
  });

  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [45_240_000, '45.2 MB'],
    [99_970_000, '100 MB'],
    [4_100_000_000, '4.1 GB'],
  ])('%i bytes: %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test('progress with and without an end', () => {
    expect(formatProgress({done: 5, total: 7, unit: 'steps'})).toBe('5 of 7 steps');
    expect(formatProgress({done: 5_000_000, unit: 'bytes'})).toBe('5.0 MB');
  });
});
