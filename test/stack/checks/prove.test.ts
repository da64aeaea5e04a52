import {expect, test} from 'vitest';
import {openRound} from '../../../src/engine/checks.ts';
import {after, check, ok, type Proof} from '../../../src/stack/checks/prove.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';

const {context} = openRound(createMemoryHost(), new AbortController().signal);
const run = (prove: Proof['prove']) =>
  check({code: 'meet-https', wrong: 'No page.', remedy: 'Look.', prove}).run(context);
const fail = async () => {
  throw new Error('refused');
};

test('good news is what the proof tells', async () => {
  expect(await run(async () => 'It is there.')).toEqual({state: 'ok', summary: 'It is there.'});
  expect(await run(async () => ok('It is there.', '200'))).toEqual({
    state: 'ok',
    summary: 'It is there.',
    evidence: '200',
  });
});

test('a proof that fails is told in the owner’s words, with the reason as evidence', async () => {
  expect(await run(fail)).toEqual({state: 'failed', summary: 'No page.', evidence: 'refused', remedy: 'Look.'});
  const both = () => Promise.reject(new AggregateError([new Error('connect ECONNREFUSED ::1'), new Error('other')]));
  expect(await run(both)).toMatchObject({evidence: 'connect ECONNREFUSED ::1'});
});

test('what another check’s failure keeps from being tried is unknown, and names the first of them', async () => {
  const finding = await run(() => after('turn-credentials', after('xmpp-login', fail())));
  expect(finding).toMatchObject({state: 'unknown', summary: 'Meeting page: not tried, since xmpp-login did not pass.'});
  expect(finding.remedy).toContain('xmpp-login');
});
