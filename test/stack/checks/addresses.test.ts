import {expect, test} from 'vitest';
import {known, unknown} from '../../../src/model/facts.ts';
import {judgeIpv6} from '../../../src/stack/checks/addresses.ts';

const record = {name: 'meet.example.org', address: '2a02:db8:77::10'};
const seen = (state: 'works' | 'configured') => known({address: record.address, state}, 'STUN');

test.each([
  ['works', seen('works'), 'ok', /packets get out over IPv6. The way from outside was not tried/],
  ['does not work', seen('configured'), 'failed', /no working IPv6/],
  ['is not there', known({address: null, state: 'none' as const}, 'interfaces'), 'failed', /no working IPv6/],
  ['could not be tried', unknown('STUN', 'no server'), 'ok', /Nothing can be said/],
])('an AAAA record of this host where IPv6 %s', (_what, fact, state, summary) => {
  expect(judgeIpv6(record, fact)).toMatchObject({state, summary: expect.stringMatching(summary)});
});
