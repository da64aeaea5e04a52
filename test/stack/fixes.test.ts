import {expect, test} from 'vitest';
import type {CheckResult} from '../../src/model/check.ts';
import {explainLeft, listFindings} from '../../src/stack/index.ts';

const result = (
  code: CheckResult['code'],
  state: CheckResult['state'],
  more: Partial<CheckResult> = {},
): CheckResult => ({
  ...{code, state, place: 'host', ms: 1, summary: `${code} is ${state}.`, remedy: 'Do this.'},
  ...more,
});

test('a finding is a cause: not a consequence of another one, and not what was accepted', () => {
  const results = [
    result('service-nginx', 'failed'),
    result('meet-https', 'unknown', {cause: 'service-nginx'}),
    result('jicofo-login', 'unknown'),
    result('udp-buffers', 'warning', {isAccepted: true}),
    result('disk-space', 'warning'),
    result('bosh', 'ok'),
    result('conference', 'starting'),
  ];
  expect(listFindings(results).map(({code}) => code)).toEqual(['service-nginx', 'jicofo-login', 'disk-space']);
});

test('a finding that no apply can change is explained, with its remedy', () => {
  const findings = [result('service-nginx', 'failed'), result('packet-filter', 'failed', {evidence: 'rule x'})];
  expect(explainLeft(findings, true)).toEqual([
    expect.objectContaining({
      code: 'left-to-you',
      about: 'packet-filter',
      why: 'jitsi-onebox does not change rules of yours. Seen: rule x',
      remedy: 'Do this.',
    }),
  ]);
});

test('where an apply changes nothing, every finding is left, and the reason says so', () => {
  const left = explainLeft([result('turn-allocation', 'failed')], false);
  expect(left.map(({why}) => why)).toEqual(['Everything is as the settings say, so an apply would change nothing.']);
});
