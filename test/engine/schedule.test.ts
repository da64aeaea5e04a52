import {afterEach, expect, test, vi} from 'vitest';
import {makePlan} from '../../src/engine/plan.ts';
import {runSteps} from '../../src/engine/schedule.ts';
import type {EventBody} from '../../src/model/event.ts';
import {Problem} from '../../src/model/problem.ts';
import type {Resource} from '../../src/model/resource.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {createToy, passTurns} from '../fakes/toy-resource.ts';

/** Plans and carries out; `stop` may be aborted by a toy. */
async function carry(
  resources: readonly Resource[],
  {stop = new AbortController(), host = createMemoryHost(), awaitTurn = async (_step: string) => {}} = {},
) {
  const events: EventBody[] = [];
  const {changes} = await makePlan({resources, host});
  const emit = (body: EventBody) => events.push(body);
  const outcomes = await runSteps({changes, resources, host, emit, signal: stop.signal, awaitTurn});
  return {events, outcomes: Object.fromEntries(outcomes), finished: finishedOf(events)};
}

function finishedOf(events: readonly EventBody[]) {
  return new Map(events.flatMap(event => (event.type === 'step-finished' ? [[event.step, event]] : [])));
}

const trouble = new Problem({code: 'disk-full', summary: 'The disk is full.', remedy: 'Free some space.'});
const fail = () => {
  throw trouble;
};

afterEach(() => {
  vi.useRealTimers();
});

test('independent steps run at the same time, and a step waits for its needs', async () => {
  const order: string[] = [];
  const toy = (id: string, needs: string[] = []) =>
    createToy(id, {
      needs,
      async apply() {
        order.push(`${id}+`);
        await passTurns(2);
        order.push(`${id}-`);
      },
    });
  await carry([toy('a'), toy('b'), toy('c', ['a', 'b'])]);
  expect(order).toEqual(['a+', 'b+', 'a-', 'b-', 'c+', 'c-']);
});

test('a step whose difference disappears before its turn is unchanged and not applied', async () => {
  const other = createToy('other', {apply: fail});
  const healer = createToy('healer', {
    apply: () => {
      other.isApplied = true;
    },
  });
  const {outcomes} = await carry([healer, {...other, needs: ['healer'], read: other.read}]);
  expect(outcomes).toEqual({healer: 'changed', other: 'unchanged'});
});

test('a failure skips all steps that need it, also through unchanged ones, and names the root alone', async () => {
  const {outcomes, finished} = await carry([
    createToy('root', {apply: fail}),
    createToy('fine', {needs: ['root'], isApplied: true}),
    createToy('child', {needs: ['fine']}),
    createToy('grandchild', {needs: ['child']}),
    createToy('alone'),
  ]);
  expect(outcomes).toEqual({root: 'failed', child: 'skipped', grandchild: 'skipped', alone: 'changed'});
  expect(finished.get('root')?.problem).toMatchObject({code: 'disk-full', remedy: 'Free some space.'});
  expect(['child', 'grandchild'].map(id => finished.get(id)?.cause)).toEqual(['root', 'root']);
});

test('a bug in a step is its failure, not the end of the run', async () => {
  const {outcomes, finished} = await carry([
    createToy('bug', {
      apply: () => {
        throw new TypeError('x is undefined');
      },
    }),
    createToy('alone'),
  ]);
  expect(outcomes).toEqual({bug: 'failed', alone: 'changed'});
  expect(finished.get('bug')?.problem?.code).toBe('bug');
});

test('an error of the wait for a turn is passed on when all other steps have ended', async () => {
  const waiting = createToy('waiting');
  const dependent = createToy('dependent', {needs: ['waiting']});
  const slow = createToy('slow', {apply: () => passTurns(20)});
  const after = createToy('after', {needs: ['slow']});
  const awaitTurn = async (step: string) => {
    if (step === 'waiting') fail();
  };
  await expect(carry([waiting, dependent, slow, after], {awaitTurn})).rejects.toThrow('The disk is full.');
  const toys = [waiting, dependent, slow, after];
  expect(toys.map(({isApplied}) => isApplied)).toEqual([false, false, true, true]);
});

test('a full disk is told as what it is', async () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {code: 'ENOSPC'});
  const {finished} = await carry([createToy('a', {apply: () => Promise.reject(full)})]);
  expect(finished.get('a')?.problem).toMatchObject({code: 'disk-full', summary: expect.stringContaining('ENOSPC')});
});

test('a step that changed nothing is a failure that says what is still different', async () => {
  const {finished} = await carry([createToy('vain', {converges: false})]);
  expect(finished.get('vain')).toMatchObject({
    outcome: 'failed',
    problem: {code: 'not-converged', summary: expect.stringContaining('vain is missing')},
  });
});

test('a warned step says why, need not converge, and keeps nothing else from running', async () => {
  const {outcomes, finished} = await carry([
    createToy('certificate', {apply: ({warn}) => warn(trouble), converges: false}),
    createToy('nginx', {needs: ['certificate']}),
  ]);
  expect(outcomes).toEqual({certificate: 'warned', nginx: 'changed'});
  expect(finished.get('certificate')?.problem?.code).toBe('disk-full');
});

test('a lock is waited for with its holder named, and may be given back early', async () => {
  const early = createToy('early', {
    locks: ['apt'],
    async apply({release}) {
      release();
      await passTurns(5);
    },
  });
  const {events} = await carry([
    early,
    createToy('second', {locks: ['apt']}),
    createToy('third', {locks: ['apt', 'certbot']}),
  ]);
  const story = events
    .filter(({type}) => /waiting|started|finished/.test(type))
    .map(event => [event.type, 'step' in event && event.step]);
  expect(events.find(({type}) => type === 'step-waiting')).toEqual({
    type: 'step-waiting',
    step: 'second',
    lock: 'apt',
    holder: 'Toy early',
  });
  expect(story.findIndex(([type, step]) => type === 'step-started' && step === 'second')).toBeLessThan(
    story.findIndex(([type, step]) => type === 'step-finished' && step === 'early'),
  );
});

test('a stop lets the step in hand finish, starts nothing new and stops the rest', async () => {
  const stop = new AbortController();
  const inHand = createToy('in hand', {
    locks: ['apt'],
    async apply() {
      stop.abort();
      await passTurns(3);
    },
  });
  const {outcomes} = await carry(
    [
      inHand,
      createToy('after', {needs: ['in hand']}),
      createToy('queued', {locks: ['apt']}),
      createToy('bystander', {apply: () => passTurns(1)}),
    ],
    {stop},
  );
  expect(outcomes).toEqual({'in hand': 'changed', after: 'stopped', queued: 'stopped', bystander: 'changed'});
});

test('a step that lets itself be cut short by the stop is stopped, not failed', async () => {
  const stop = new AbortController();
  const patient = createToy('patient', {
    async apply({signal}) {
      stop.abort('the owner');
      signal.throwIfAborted();
    },
  });
  const broken = createToy('broken', {
    apply: async () => {
      await passTurns(2);
      fail();
    },
  });
  expect((await carry([patient, broken], {stop})).outcomes).toEqual({patient: 'stopped', broken: 'failed'});
});

test('output, progress and every command of a step go into its events; fast progress is thinned out', async () => {
  const host = createMemoryHost({commands: {'apt-get': 'Unpacking\n'}});
  const {events} = await carry(
    [
      createToy('a', {
        async apply({host: machine, output, progress}) {
          await machine.run({argv: ['apt-get', 'install', 'nginx']});
          output({stream: 'stderr', line: 'by hand'});
          for (let done = 0; done <= 100; done++) {
            host.clock += 10;
            progress({done, total: 100, unit: 'bytes'});
          }
        },
      }),
    ],
    {host},
  );
  const lines = events.flatMap(event => (event.type === 'step-output' ? [`${event.stream}: ${event.line}`] : []));
  expect(lines).toEqual(['command: apt-get install nginx', 'stdout: Unpacking', 'stderr: by hand']);
  const dones = events.flatMap(event => (event.type === 'step-progress' ? [event.done] : []));
  expect(dones).toEqual([0, 25, 50, 75, 100]);
  expect(events.find(({type}) => type === 'step-finished')).toMatchObject({ms: 1010});
});

test('while steps run, a heartbeat names them at least every five seconds', async () => {
  vi.useFakeTimers();
  const slow = createToy('slow', {apply: () => new Promise(resolve => setTimeout(resolve, 30_000))});
  const carried = carry([slow, createToy('quick')]);
  await vi.advanceTimersByTimeAsync(30_000);
  const {events} = await carried;
  const beats = events.filter(({type}) => type === 'heartbeat');
  expect(beats.length).toBeGreaterThanOrEqual(6);
  expect(new Set(beats.map(beat => JSON.stringify(beat)))).toEqual(
    new Set(['{"type":"heartbeat","running":["slow"]}']),
  );
  expect(vi.getTimerCount()).toBe(0);
});
