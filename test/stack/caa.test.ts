import {expect, test} from 'vitest';
import type {CaaRecord} from '../../src/model/machine.ts';
import {nameOfAuthority, permitsIssue} from '../../src/stack/caa.ts';

test.each<[why: string, permitted: boolean, records: readonly CaaRecord[]]>([
  ['there is none', true, []],
  ['it is the issuer', true, [{tag: 'issue', value: 'letsencrypt.org', isCritical: false}]],
  ['the issuer is written in capitals', true, [{tag: 'issue', value: 'LetsEncrypt.org', isCritical: false}]],
  [
    'it is one of two issuers',
    true,
    [
      {tag: 'issue', value: 'other.test', isCritical: false},
      {tag: 'issue', value: 'letsencrypt.org', isCritical: false},
    ],
  ],
  ['another is the issuer', false, [{tag: 'issue', value: 'other.test', isCritical: false}]],
  ['nobody may issue', false, [{tag: 'issue', value: ';', isCritical: false}]],
  ['only wildcards are limited', true, [{tag: 'issuewild', value: 'other.test', isCritical: false}]],
  ['there is only an address for reports', true, [{tag: 'iodef', value: 'mailto:a@example.org', isCritical: false}]],
  [
    'its account is named',
    true,
    [{tag: 'issue', value: 'letsencrypt.org; accounturi=https://a.test/1', isCritical: false}],
  ],
  [
    'its way of validation is named',
    true,
    [{tag: 'issue', value: 'letsencrypt.org; validationmethods=dns-01,http-01', isCritical: true}],
  ],
  [
    'another way of validation is named',
    false,
    [{tag: 'issue', value: 'letsencrypt.org;validationmethods=dns-01', isCritical: false}],
  ],
  [
    'a critical tag is unknown',
    false,
    [
      {tag: 'tbs', value: 'x', isCritical: true},
      {tag: 'issue', value: 'letsencrypt.org', isCritical: false},
    ],
  ],
  ['an unknown tag is not critical', true, [{tag: 'tbs', value: 'x', isCritical: false}]],
])('CAA records, when %s: %s', (_why, permitted, records) => {
  expect(permitsIssue(records, 'letsencrypt.org')).toBe(permitted);
});

test.each([
  ['https://acme-v02.api.letsencrypt.org/directory', 'letsencrypt.org'],
  ['https://acme-staging-v02.api.letsencrypt.org/directory', 'letsencrypt.org'],
  ['https://acme.zerossl.com/v2/DV90', 'sectigo.com'],
  ['https://dv.acme-v02.api.pki.goog/directory', 'pki.goog'],
])('the authority at %s is called %s', (directory, name) => {
  expect(nameOfAuthority(directory)).toBe(name);
});
