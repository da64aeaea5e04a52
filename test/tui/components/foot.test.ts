import {expect, test} from 'vitest';
import {hintLines} from '../../../src/tui/components/foot.tsx';
import {foldCommand} from '../../../src/tui/components/text.tsx';

const move = "sed -i -E '/listen/s/(^|[^0-9])443/ 4443/' /etc/nginx/sites-enabled/shop && systemctl reload nginx";

test.each([38, 60, 78, 200])('a command in %i columns is still one for a shell, and no word of it is torn', columns => {
  const folded = foldCommand(move, columns);
  expect(folded.replaceAll(' \\\n', ' ')).toBe(move);
  expect(folded).toContain("'/listen/s/(^|[^0-9])443/ 4443/'");
  const tooLong = folded.split('\n').filter(line => line.length > columns);
  expect(tooLong.every(line => !/\S \S/.test(line.replaceAll(/'.*'| \\$/g, 'x')))).toBe(true);
});

test.each<[number, string]>([
  [78, 'a apply,c change,s save,q quit'],
  [20, 'a apply,c change / s save,q quit'],
  // What fits nowhere is left out.
  [10, 'a apply / c change'],
])('the keys in %i columns are %s', (columns, expected) => {
  const hints = ['a apply', 'c change', 's save', 'q quit'].map(hint => hint.split(' ') as [string, string]);
  const lines = hintLines(hints, columns).map(line => line.map(hint => hint.join(' ')).join(','));
  expect(lines.join(' / ')).toBe(expected);
});
