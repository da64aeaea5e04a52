import {expect, test} from 'vitest';
import {noRun} from '../../../src/model/run.ts';
import {CheckCounts} from '../../../src/tui/components/checks.tsx';
import {frameOf} from '../draw.tsx';

test('the check that runs now is apart from those that are counted', () => {
  const checks = new Map([
    ['bosh', {check: 'bosh', state: 'ok'}],
    ['certificate-served', {check: 'certificate-served', state: 'running'}],
  ] as const);
  expect(frameOf(<CheckCounts run={{...noRun, checks}} />)).toMatch(/1 ok {2}now: Certificate/);
});
