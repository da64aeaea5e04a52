import {expect, test} from 'vitest';
import type {AnyRequest, ApplyRequest} from '../../src/model/request.ts';
import {formatCommand} from '../../src/runs/report.ts';

const apply: ApplyRequest = {command: 'apply', settings: '', facts: '', takeOver: [], whenIdle: false};

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
