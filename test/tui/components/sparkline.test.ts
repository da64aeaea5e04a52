import {expect, test} from 'vitest';
import {drawSparkline} from '../../../src/tui/components/sparkline.ts';
import {chooseTheme} from '../../../src/tui/theme.ts';

const fancy = chooseTheme({LANG: 'C.UTF-8'}).glyphs.bars;
const ascii = chooseTheme({LANG: 'C', TERM: 'linux'}).glyphs.bars;

test.each([
  [[0, 0.5, 1], 1, 5, fancy, '  ▁▅█'],
  [[0, 0.5, 1], 1, 5, ascii, '  _=#'],
  // Only the newest, and none higher than the highest bar.
  [[1, 2, 3, 400], 3, 2, fancy, '██'],
  [[5], 0, 1, fancy, '▁'],
  [[], 1, 3, fancy, '   '],
])('%j of %d in %d columns', (values, most, width, bars, expected) => {
  expect(drawSparkline(values, {most, width, bars})).toBe(expected);
});
