import {expect, test} from 'vitest';
import {openRound} from '../../../src/engine/checks.ts';
import {check, ok} from '../../../src/stack/checks/check.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';

const {context} = openRound(createMemoryHost(), new AbortController().signal);
const run = (prove: Parameters<typeof check>[1]) => check('meet-https', prove, {wrong: 'No page.'}).run(context);
const fail = async () => {
  throw new Error('refused');
};

test('a proof returns good news', async () => {
  expect(await run(async () => 'It is there.')).toEqual({state: 'ok', summary: 'It is there.'});
  expect(await run(async () => ok('It is there.', '200'))).toEqual({
    state: 'ok',
    summary: 'It is there.',
    evidence: '200',
  });
});

test('a failed proof is reported in words for the user, with the reason as evidence', async () => {
  const remedy = expect.stringContaining('look at /var/log/nginx/error.log');
  expect(await run(fail)).toEqual({state: 'failed', summary: 'No page.', evidence: 'refused', remedy});
  const both = () => Promise.reject(new AggregateError([new Error('connect ECONNREFUSED ::1'), new Error('other')]));
  expect(await run(both)).toMatchObject({evidence: 'connect ECONNREFUSED ::1'});
});

test('without words of its own, a failed check reports its meaning from the catalogue', async () => {
  expect(await check('xmpp-login', fail).run(context)).toMatchObject({summary: 'Guests cannot log in.'});
});
