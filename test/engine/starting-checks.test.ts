import {describe, expect, test} from 'vitest';
import {runChecks} from '../../src/engine/checks.ts';
import type {CheckCode} from '../../src/model/catalogue.ts';
import type {Check, Finding, StartingPart} from '../../src/model/check.ts';
import type {EventBody} from '../../src/model/event.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const host = createMemoryHost();
const {signal} = new AbortController();
const fine: Finding = {state: 'ok', summary: 'It works.'};

const createCheck = (code: CheckCode, run: Check['run']): Check => ({code, run});
const run = (...checks: readonly Check[]) => runChecks({checks, host, signal});

describe('a check that fails while a part of the server is starting', () => {
  const since = '2026-11-29T07:51:20.000Z';
  const jicofo: StartingPart = {part: 'jicofo', since, state: 'not logged in yet'};
  const failing = async (): Promise<Finding> => ({
    state: 'failed',
    summary: 'No.',
    evidence: 'refused',
    remedy: 'Look.',
  });
  const waiting = (run = failing): Check => ({code: 'conference', run, findStarting: async () => [jicofo]});
  const relay = (run = failing): Check => ({code: 'turn-relay', after: ['turn-allocation', 'conference'], run});
  const summary = (title: string) => `${title}: waiting for Jicofo (started at 07:51:20 UTC, not logged in yet).`;

  test('is starting, and so is a check that builds on it', async () => {
    const [conference, relayed] = await run(waiting(), relay());
    const title = 'Conference of three participants';
    expect(conference).toMatchObject({
      state: 'starting',
      summary: summary(title),
      evidence: 'refused',
      starting: [jicofo],
    });
    expect(conference).not.toHaveProperty('remedy');
    expect(relayed).toMatchObject({state: 'starting', summary: summary('Audio and video through the relay')});
  });

  test('has failed if the failure is certain, or if nobody knows what is starting', async () => {
    const certain = waiting(async () => ({...(await failing()), isCertain: true as const}));
    const builder: Check = {code: 'turn-relay', after: ['xmpp-login'], run: certain.run};
    const [found, also] = await run(certain, builder, {...waiting(), code: 'xmpp-login'});
    expect(also).toMatchObject({state: 'failed'});
    expect(found).toMatchObject({state: 'failed', remedy: 'Look.'});
    expect(found).not.toHaveProperty('isCertain');
    const lost = {...waiting(), findStarting: async () => Promise.reject(new Error('Docker does not answer'))};
    expect(await run(lost)).toMatchObject([{state: 'failed'}]);
  });

  test('is not tried if it also builds on one that has failed', async () => {
    const results = await run(waiting(), relay(), createCheck('turn-allocation', failing));
    expect(results.map(({state}) => state)).toEqual(['starting', 'unknown', 'failed']);
  });

  test('is repeated until it has started, for a run; what has failed meanwhile is reported at once', async () => {
    const events: EventBody[] = [];
    let tries = 0;
    const checks = [waiting(async () => (++tries < 3 ? failing() : fine)), createCheck('bosh', failing)];
    const results = await runChecks({checks, host, signal, awaitsStart: true, emit: event => events.push(event)});
    expect(results.map(({state}) => state)).toEqual(['ok', 'failed']);
    const told = events.map(event => `${event.type} ${'check' in event ? event.check : ''}`);
    expect(told.slice(2, 4).toSorted()).toEqual(['check-finished bosh', 'check-waiting conference']);
    expect(told.slice(4)).toEqual(['check-finished conference']);
  });

  test('builds on the failure of an earlier round', async () => {
    let tries = 0;
    const start = async () => (++tries < 2 ? [jicofo] : []);
    const checks: Check[] = [{...relay(), findStarting: start}, createCheck('turn-allocation', failing)];
    const late: Check = {...waiting(), findStarting: async () => (tries++ < 1 ? [jicofo] : [])};
    const results = await runChecks({checks: [...checks, late], host, signal, awaitsStart: true});
    expect(results.map(({state}) => state)).toEqual(['unknown', 'failed', 'failed']);
  });
});
