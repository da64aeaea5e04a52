import {describe, expect, test} from 'vitest';
import {openRound, runChecks} from '../../src/engine/checks.ts';
import type {CheckCode} from '../../src/model/catalogue.ts';
import type {Check, CheckContext, Finding, StartingPart} from '../../src/model/check.ts';
import type {EventBody} from '../../src/model/event.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const host = createMemoryHost();
const {signal} = new AbortController();
const fine: Finding = {state: 'ok', summary: 'It works.'};

const createCheck = (code: CheckCode, run: Check['run']): Check => ({code, run});
const run = (...checks: readonly Check[]) => runChecks({checks, host, signal});

test('checks run concurrently, and are reported in their own order', async () => {
  const gate = Promise.withResolvers<Finding>();
  const results = await run(
    createCheck('bosh', () => gate.promise),
    createCheck('conference', async () => {
      gate.resolve(fine);
      return fine;
    }),
  );
  expect(results.map(({code, state}) => [code, state])).toEqual([
    ['bosh', 'ok'],
    ['conference', 'ok'],
  ]);
});

test('something shared is opened once, for the first that asks, and closed after the last, the newest first', async () => {
  const told: string[] = [];
  const door = async ({atEnd}: CheckContext) => {
    told.push('open door');
    atEnd(() => told.push('close door'));
    return 'door';
  };
  const room = async (context: CheckContext) => {
    const way = await context.share(door);
    context.atEnd(() => Promise.reject(new Error('a close that fails keeps no other from its own')));
    context.atEnd(() => told.push('close room'));
    return `room behind the ${way}`;
  };
  const enter = (code: CheckCode) =>
    createCheck(code, async context => {
      told.push(await context.share(room));
      return fine;
    });
  await run(enter('bosh'), enter('conference'));
  expect(told).toEqual(['open door', 'room behind the door', 'room behind the door', 'close room', 'close door']);
});

test('if something shared cannot be opened, only the checks that need it fail', async () => {
  const shut = async () => {
    throw new TypeError('no door');
  };
  const results = await run(
    createCheck('bosh', async context => context.share(shut)),
    createCheck('conference', async context => context.share(shut)),
    createCheck('stun-port', async () => fine),
  );
  expect(results.map(({state}) => state)).toEqual(['unknown', 'unknown', 'ok']);
});

test('the end of a round stops an opening in progress', async () => {
  const {context, close} = openRound(host, signal);
  const opening = context.share(
    async shared =>
      new Promise((_resolve, reject) => shared.signal.addEventListener('abort', () => reject(shared.signal.reason))),
  );
  await close();
  await expect(opening).rejects.toThrow('aborted');
});

test('a failed check is repeated in a new round while there is time', async () => {
  const events: EventBody[] = [];
  let tries = 0;
  const late = createCheck('bosh', async ({share}) => {
    const mine = await share(async () => ++tries);
    return mine < 2 ? {state: 'failed', summary: 'Not yet.'} : fine;
  });
  const results = await runChecks({
    checks: [createCheck('conference', async () => fine), late],
    host,
    signal,
    emit: event => events.push(event),
    retryFor: 5000,
  });
  expect(results.map(({state}) => state)).toEqual(['ok', 'ok']);
  expect(events.map(event => `${event.type} ${'check' in event ? event.check : ''}`)).toEqual([
    'check-started conference',
    'check-started bosh',
    'check-finished conference',
    'check-finished bosh',
  ]);
});

test('a check that keeps failing is reported when the time is over', async () => {
  const never = createCheck('bosh', async () => ({state: 'failed', summary: 'No.'}));
  expect(await runChecks({checks: [never], host, signal, retryFor: 500})).toMatchObject([{state: 'failed'}]);
});

test('a stop ends every check', async () => {
  const stop = new AbortController();
  const checks = [createCheck('bosh', () => new Promise(() => {}))];
  const results = runChecks({checks, host, signal: stop.signal, retryFor: 60_000});
  stop.abort();
  expect(await results).toMatchObject([{state: 'unknown', summary: expect.stringContaining('stopped')}]);
});

describe('a check that builds on others', () => {
  const failing = async (): Promise<Finding> => ({state: 'failed', summary: 'It does not work.', remedy: 'Look.'});
  const dependent = (code: CheckCode, after: readonly CheckCode[], run = failing): Check => ({code, after, run});

  test('is not tried if one of them fails; it names the first one of the chain', async () => {
    const results = await run(
      dependent('turn-relay', ['turn-allocation', 'conference']),
      dependent('turn-allocation', ['turn-credentials']),
      createCheck('conference', async () => fine),
      createCheck('turn-credentials', failing),
    );
    expect(results.map(({state}) => state)).toEqual(['unknown', 'unknown', 'ok', 'failed']);
    expect(results[0]).toMatchObject({
      summary: 'Audio and video through the relay: not tried, since turn-credentials did not pass.',
      remedy: expect.stringContaining('turn-credentials'),
    });
  });

  test('gives no warning of its own if one of them fails, but does if it is only starting', async () => {
    const warning = async (): Promise<Finding> => ({state: 'warning', summary: 'Hm.'});
    const managed = dependent('managed-files', ['public-address'], warning);
    expect(await run(managed, createCheck('public-address', failing))).toMatchObject([
      {state: 'unknown', summary: expect.stringContaining('not tried, since public-address did not pass')},
      {state: 'failed'},
    ]);
    const jicofo: StartingPart = {part: 'jicofo', since: '2026-11-29T07:51:20.000Z', state: 'not logged in yet'};
    const slow: Check = {code: 'public-address', run: failing, findStarting: async () => [jicofo]};
    expect(await run(managed, slow)).toMatchObject([{state: 'warning', summary: 'Hm.'}, {state: 'starting'}]);
  });

  test('reports its own failure if they pass, with or without a warning, or do not take part', async () => {
    const warn = createCheck('conference', async () => ({state: 'warning', summary: 'Hm.'}));
    const results = await run(dependent('turn-relay', ['turn-allocation', 'conference']), warn);
    expect(results[0]).toMatchObject({state: 'failed', summary: 'It does not work.'});
  });

  test('also on those that its finding names; one that was not tried because of it explains nothing', async () => {
    const finding = async () => ({...(await failing()), after: ['conference', 'jicofo-login'] as const});
    const untried = async (): Promise<Finding> => ({
      state: 'unknown',
      summary: 'Not tried.',
      cause: 'container-jicofo',
    });
    const login = createCheck('jicofo-login', untried);
    const [explained] = await run(createCheck('container-jicofo', finding), createCheck('conference', failing), login);
    expect(explained).toMatchObject({state: 'unknown', cause: 'conference'});
    const [alone, follower] = await run(
      createCheck('container-jicofo', finding),
      dependent('media-port', ['jicofo-login']),
      login,
    );
    expect(alone).toMatchObject({state: 'failed', summary: 'It does not work.'});
    expect(alone).not.toHaveProperty('after');
    expect(follower).toMatchObject({cause: 'container-jicofo'});
  });

  test('passes even if one of them fails', async () => {
    const results = await run(
      createCheck('turn-credentials', failing),
      dependent('turn-allocation', ['turn-credentials'], async () => fine),
    );
    expect(results.map(({state}) => state)).toEqual(['failed', 'ok']);
  });

  test('is stopped with them', async () => {
    const stop = new AbortController();
    const endless = () => new Promise<Finding>(() => {});
    const checks = [createCheck('xmpp-websocket', endless), dependent('xmpp-login', ['xmpp-websocket'], endless)];
    const results = runChecks({checks, host, signal: stop.signal});
    stop.abort();
    for (const {summary} of await results) expect(summary).toContain('stopped');
  });
});

test('a check limits its questions, and says so in plain words', async () => {
  const slow = createCheck('bosh', ({within}) => within(20, () => new Promise<Finding>(() => {})));
  expect(await run(slow)).toMatchObject([{state: 'unknown', summary: 'This check had no answer within 0.02 seconds.'}]);
});

test('a check that needs more or less time has a limit of its own', async () => {
  const endless = {...createCheck('bosh', () => new Promise<Finding>(() => {})), patience: 20};
  expect(await run(endless)).toMatchObject([
    {state: 'unknown', summary: 'This check had no answer within 0.02 seconds.'},
  ]);
});
