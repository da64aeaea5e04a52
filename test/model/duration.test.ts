import {expect, test} from 'vitest';
import {readDuration} from '../../src/model/duration.ts';

test.each([
  ['90s', 90],
  ['30m', 1800],
  ['2h', 7200],
  ['7d', 604_800],
  ['0h', undefined],
  ['2', undefined],
  ['2w', undefined],
  ['400d', undefined],
])('%s is %s seconds', (text, seconds) => {
  expect(readDuration(text)).toBe(seconds);
});
