import {expect, test} from 'vitest';
import {openRound} from '../../../src/engine/checks.ts';
import type {CheckCode} from '../../../src/model/catalogue.ts';
import type {Finding} from '../../../src/model/check.ts';
import {nameOptions} from '../../../src/stack/checks/suspect-options.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';

const {context} = openRound(createMemoryHost(), new AbortController().signal);
const failed: Finding = {state: 'failed', summary: 'No.', evidence: 'refused'};

const evidenceOf = async (code: CheckCode, options: Readonly<Record<string, string>>, finding = failed) =>
  (
    await nameOptions({code, run: async () => finding}, {options: {prosody: options, videobridge: options}}).run(
      context,
    )
  ).evidence;

test.each<[CheckCode, Readonly<Record<string, string>>, string]>([
  ['conference', {MAX_PARTICIPANTS: '2'}, 'refused; possible reason: the option MAX_PARTICIPANTS=2'],
  ['conference', {MAX_PARTICIPANTS: '20'}, 'refused'],
  [
    'xmpp-login',
    {PROSODY_ENABLE_RATE_LIMITS: 'True'},
    'refused; possible reason: the option PROSODY_ENABLE_RATE_LIMITS=True',
  ],
  ['xmpp-login', {MAX_PARTICIPANTS: '2', PROSODY_ENABLE_RATE_LIMITS: '0'}, 'refused'],
  [
    'turn-relay',
    {JVB_ADVERTISE_PRIVATE_CANDIDATES: '0'},
    'refused; possible reason: the option JVB_ADVERTISE_PRIVATE_CANDIDATES=0',
  ],
])('the evidence of %s with the options %j', async (code, options, expected) => {
  expect(await evidenceOf(code, options)).toBe(expected);
});

test('a check that passes names no option', async () => {
  expect(
    await evidenceOf('conference', {MAX_PARTICIPANTS: '2'}, {state: 'ok', summary: 'Yes.', evidence: 'here'}),
  ).toBe('here');
});
