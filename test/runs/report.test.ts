import {expect, test} from 'vitest';
import type {ApplyRequest} from '../../src/model/request.ts';
import {noRun, type Run} from '../../src/model/run.ts';
import {reportRun} from '../../src/runs/report.ts';

const request = {command: 'apply', address: 'https://meet.example.org/', takeOver: []} as unknown as ApplyRequest;
const report = (run: Partial<Run>, exit: number) => reportRun(request, {run: {...noRun, ...run}, exit}).next;

test('after a good run the way in from outside is still to be tried', () => {
  expect(report({outcome: 'done'}, 0)).toContainEqual(
    expect.stringContaining('`sudo jitsi-onebox doctor --outside` tries it from a phone'),
  );
});

test('after a failed run the first thing to do is the run itself', () => {
  expect(report({outcome: 'failed'}, 1)[0]).toContain('run `sudo jitsi-onebox apply`');
});
