import {expect, test} from 'vitest';
import {Frame} from '../../../src/tui/components/frame.tsx';
import {frameOf, large, small} from '../draw.tsx';

test.each([large, small])('a rehearsal is named in every title bar, however narrow', size => {
  const draw = (isRehearsal: boolean) => {
    const status = 'Advanced: question 1 of 9';
    return frameOf(<Frame size={size} title="Review" status={status} hints={[]} />, size, 'plain', isRehearsal);
  };
  expect(draw(true)).toMatch(size === large ? /^Rehearsal · Review .*1 of 9/ : /^Rehearsal .*1 of 9/);
  expect(draw(false)).not.toContain('Rehearsal');
});
