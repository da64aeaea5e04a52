import {expect, test} from 'vitest';
import {Frame} from '../../../src/tui/components/frame.tsx';
import {frameOf, large, small} from '../draw.tsx';

test.each([large, small])('a rehearsal is named in every title bar, however narrow', size => {
  const draw = (isRehearsal: boolean) => {
    const status = 'nothing has been changed yet';
    return frameOf(<Frame size={size} title="Review" status={status} hints={[]} />, size, 'plain', isRehearsal);
  };
  expect(draw(true)).toMatch(/^Rehearsal · Review/);
  expect(draw(false)).not.toContain('Rehearsal');
});
