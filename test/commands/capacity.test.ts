import {expect, test} from 'vitest';
import {describeCapacity} from '../../src/commands/capacity.ts';

// Machines that are sold with 2 and 4 GB report somewhat less.
test.each([
  [1_900_000_000, true],
  [3_800_000_000, false],
  [undefined, false],
])('with %s bytes of memory the numbers need more: %s', (memory, isLittle) => {
  const text = describeCapacity({cores: 2, memory, line: {}});
  expect(text.includes('is little for these numbers: 2 GB are enough for a handful of people')).toBe(isLittle);
});
