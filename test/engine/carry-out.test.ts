import {expect, test} from 'vitest';
import {fingerprint, makePlan} from '../../src/engine/plan.ts';
import type {CheckCode} from '../../src/model/catalogue.ts';
import type {Check, Finding} from '../../src/model/check.ts';
import {Problem} from '../../src/model/problem.ts';
import type {Difference} from '../../src/model/resource.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {createToy} from '../fakes/toy-resource.ts';
import {carry, type Setting} from './carry.ts';

const trouble = new Problem({code: 'port-taken', summary: 'Port 443 is taken.', remedy: 'Free it.'});

function createCheck(code: CheckCode, answer: Finding['state'] | Error): Check {
  return {
    code,
    async run() {
      if (answer instanceof Error) throw answer;
      return {state: answer, summary: `it is ${answer}`};
    },
  };
}

test('a run that succeeds reports everything from its start to its end', async () => {
  const {end, run, types} = await carry({
    resources: [createToy('a', {locks: ['apt']}), createToy('b', {needs: ['a']}), createToy('fine', {isApplied: true})],
    checks: [createCheck('meet-https', 'ok'), createCheck('udp-buffers', 'warning')],
  });
  expect(end).toEqual({outcome: 'done', exit: 0, counts: {changed: 2}, problems: []});
  expect(types.slice(0, 2)).toEqual(['run-started', 'plan-made']);
  expect(types.at(-1)).toBe('run-finished');
  expect(run).toMatchObject({
    command: 'apply',
    unchanged: 1,
    settled: ['a', 'b'],
    outcome: 'done',
    exit: 0,
    stopping: false,
  });
  expect([...run.steps.values()].map(({id, state, needs}) => [id, state, needs])).toEqual([
    ['a', 'changed', []],
    ['b', 'changed', ['a']],
  ]);
  expect([...run.checks.values()].map(({check, state, place}) => [check, state, place])).toEqual([
    ['meet-https', 'ok', 'web'],
    ['udp-buffers', 'warning', 'host'],
  ]);
});

test('with nothing to do the proof is still made', async () => {
  const {end, types} = await carry({
    resources: [createToy('a', {isApplied: true})],
    checks: [createCheck('meet-https', 'ok')],
  });
  expect(end).toMatchObject({outcome: 'done', exit: 0});
  expect(types).toEqual(['run-started', 'plan-made', 'check-started', 'check-finished', 'run-finished']);
});

test('a check that failed before fails no run, and another one does', async () => {
  const checks = [createCheck('meet-https', 'failed'), createCheck('bosh', 'ok')];
  const {end, run} = await carry({checks, tolerated: ['meet-https']});
  expect(end).toMatchObject({outcome: 'done', exit: 0});
  expect(run.checks.get('meet-https')?.state).toBe('failed');
  expect((await carry({checks, tolerated: ['bosh']})).end).toMatchObject({outcome: 'failed', exit: 1});
});

test('a plan other than the approved one is not carried out', async () => {
  const toy = createToy('a');
  const {end, types} = await carry({resources: [toy], digest: 'another'});
  expect(end).toMatchObject({outcome: 'plan-changed', exit: 3});
  expect(types).toEqual(['run-started', 'run-finished']);
  expect(toy.isApplied).toBe(false);
});

test('a plan that has become shorter is still the approved one', async () => {
  const [right, toy] = [createToy('a', {isApplied: true}), createToy('b')];
  const host = createMemoryHost();
  const {digest, changes} = await makePlan({resources: [createToy('a'), createToy('b')], host});
  const {end} = await carry({resources: [right, toy], digest, approved: fingerprint(changes)});
  expect(end).toMatchObject({outcome: 'done', counts: {changed: 1}});
});

test('a change that settles by itself needs no approval', async () => {
  const settling: Difference = {change: 'start', summary: 'wait until it is healthy', settling: true};
  const toy = createToy('a', {diff: state => (state === true ? [] : [settling])});
  const {digest} = await makePlan({resources: [], host: createMemoryHost()});
  const {end} = await carry({resources: [toy], digest});
  expect(end).toMatchObject({outcome: 'done', counts: {changed: 1}});
});

test.each<[string, Setting]>([
  ['found while planning', {resources: [createToy('a'), createToy('b', {read: () => Promise.reject(trouble)})]}],
  [
    'known before',
    {resources: [createToy('a')], problems: [{code: 'port-taken', summary: 'Taken.', remedy: 'Free it.'}]},
  ],
])('a problem %s keeps the run from starting', async (_name, job) => {
  const {end, run, types} = await carry(job);
  expect(end).toMatchObject({outcome: 'failed', exit: 1, problems: [{code: 'port-taken'}]});
  expect(run.problems).toEqual(end.problems);
  expect(types).toEqual(['run-started', 'run-finished']);
});

test('a bug while planning ends the run with a word about it', async () => {
  let reads = 0;
  const read = async () => {
    if (++reads > 1) throw new TypeError('x is undefined');
  };
  const {end, types} = await carry({resources: [createToy('a', {read})]});
  expect(end).toMatchObject({outcome: 'failed', exit: 1, problems: [{code: 'bug'}]});
  expect(types.at(-1)).toBe('run-finished');
});

test.each([
  ['a failed step', [createToy('a', {apply: () => Promise.reject(trouble)})], 'ok', {failed: 1}, false],
  ['a warned step', [createToy('a', {apply: ({warn}) => warn(trouble)})], 'ok', {warned: 1}, true],
  ['a failed check', [], 'failed', {}, true],
  ['an unknown check', [], 'unknown', {}, true],
  ['a check that breaks', [], new TypeError('x is undefined'), {}, true],
] as const)('%s fails the run', async (_name, resources, state, counts, isProved) => {
  const {end, run} = await carry({resources, checks: [createCheck('meet-https', state)]});
  expect(end).toMatchObject({outcome: 'failed', exit: 1, counts});
  expect(run.checks.has('meet-https')).toBe(isProved);
});

/** Steps that have to wait, until `busy` is over. */
test('a stop is reported with its sender, and ends the run as stopped', async () => {
  const stop = new AbortController();
  const {end, seen, run} = await carry(
    {
      resources: [createToy('a', {apply: () => stop.abort('root on pts/3')}), createToy('b', {needs: ['a']})],
      checks: [createCheck('meet-https', 'ok')],
    },
    stop,
  );
  expect(end).toMatchObject({outcome: 'stopped', exit: 130, counts: {changed: 1, stopped: 1}});
  expect(seen.find(({type}) => type === 'stop-requested')).toMatchObject({by: 'root on pts/3'});
  expect(run).toMatchObject({stopping: true, settled: ['a', 'b']});
  expect(run.checks.size).toBe(0);
});

test('a run that cannot be put back still reports its end, and why', async () => {
  const {seen} = await carry({
    resources: [createToy('a')],
    findUndoing: async () => {
      throw new Error('ENOSPC: no space left on device');
    },
  });
  expect(seen.at(-1)).toMatchObject({type: 'run-finished', problems: [{summary: expect.stringContaining('ENOSPC')}]});
});

test('a run that has to be put back is a failure, and names the run that does it', async () => {
  const stop = new AbortController();
  const {seen, run} = await carry(
    {
      resources: [createToy('a', {apply: () => stop.abort('itself')}), createToy('b', {needs: ['a']})],
      findUndoing: async () => '20261122T083000Z',
    },
    stop,
  );
  expect(seen.at(-1)).toMatchObject({type: 'run-finished', outcome: 'failed', exit: 1, undoneBy: '20261122T083000Z'});
  expect(run.undoneBy).toBe('20261122T083000Z');
  expect(run.steps.get('b')?.state).toBe('stopped');
});
