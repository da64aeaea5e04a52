import {expect, test} from 'vitest';
import type {AnyRequest, ApplyRequest} from '../../src/model/request.ts';
import {noRun, type Run} from '../../src/model/run.ts';
import {formatCommand, reportRun} from '../../src/runs/report.ts';

const apply: ApplyRequest = {command: 'apply', settings: '', facts: '', takeOver: [], whenIdle: false};
const installation = {...apply, address: 'https://meet.example.org/'} as unknown as ApplyRequest;
const report = (run: Partial<Run>, exit: number) => reportRun(installation, {run: {...noRun, ...run}, exit}).next;

test('after a good run the way in from outside is still to be tried', () => {
  expect(report({outcome: 'done'}, 0)).toContainEqual(
    expect.stringContaining('`sudo jitsi-onebox doctor --outside` tries it from a phone'),
  );
});

test('after a failed run the first thing to do is the run itself', () => {
  expect(report({outcome: 'failed'}, 1)[0]).toContain('run `sudo jitsi-onebox apply`');
});

test.each<[AnyRequest, string]>([
  [apply, 'apply'],
  [{...apply, takeOver: ['haproxy', 'compose']}, 'apply --take-over haproxy,compose'],
  [{...apply, renew: ['JVB_AUTH_PASSWORD']}, 'passwords renew JVB_AUTH_PASSWORD'],
  [{...apply, renew: ['JVB_AUTH_PASSWORD', 'TURN_CREDENTIALS']}, 'passwords renew'],
  [{command: 'update', settings: '', facts: '', images: {}}, 'update --now'],
  [{command: 'undo', run: '20261129T033100Z', packages: true}, 'undo 20261129T033100Z --packages'],
  [{command: 'uninstall', purge: true}, 'uninstall --purge'],
])('the same is asked for again: %j', (request, words) => {
  expect(formatCommand(request)).toBe(`sudo jitsi-onebox ${words}`);
});
