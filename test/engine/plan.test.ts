import fc from 'fast-check';
import {expect, test} from 'vitest';
import {makePlan} from '../../src/engine/plan.ts';
import {Problem} from '../../src/model/problem.ts';
import type {ChangeKind, Difference, Resource} from '../../src/model/resource.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {createToy} from '../fakes/toy-resource.ts';

const host = createMemoryHost();
const plan = (...resources: Resource[]) => makePlan({resources, host});
const ids = (list: readonly {readonly id: string}[]) => list.map(({id}) => id);
const failing = (error: unknown) => ({read: () => Promise.reject(error)});
const taken = new Problem({code: 'port-taken', summary: 'Port 443 is taken.', remedy: 'Free it.'});

test('changes follow their needs, and otherwise keep the given order', async () => {
  const {changes, unchanged} = await plan(
    createToy('slow'),
    createToy('late', {needs: ['base']}),
    createToy('fine', {isApplied: true}),
    createToy('base', {needs: ['root']}),
    createToy('root'),
    createToy('last'),
  );
  expect(ids(changes)).toEqual(['slow', 'root', 'base', 'late', 'last']);
  expect(unchanged).toEqual(['fine']);
});

test('in any graph every change follows all its needs', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.nat(), {maxLength: 4}), {minLength: 1, maxLength: 25}),
      fc.nat(),
      async (graph, turn) => {
        const all = graph.map((needs, index) =>
          createToy(String(index), {needs: index === 0 ? [] : [...new Set(needs.map(need => String(need % index)))]}),
        );
        const rotated = all.map((_, index) => all[(index * 7 + turn) % all.length]).filter(toy => toy !== undefined);
        const {changes} = await plan(...new Set([...rotated, ...all]));
        const position = new Map(changes.map(({id}, index) => [id, index]));
        expect(position.size).toBe(all.length);
        for (const {id, needs} of changes)
          for (const need of needs) expect(position.get(need)).toBeLessThan(position.get(id) ?? -1);
      },
    ),
  );
});

test.each([
  ['an unknown need', [createToy('a', {needs: ['b']})], 'a needs unknown resources: b'],
  ['a cycle', [createToy('a', {needs: ['b']}), createToy('b', {needs: ['a']})], 'in a cycle: a, b'],
  ['one name for two', [createToy('a'), createToy('a')], 'More than one resource is called a'],
  [
    'one path of two',
    [createToy('a', {writes: ['/x/y']}), createToy('b', {writes: ['/x/y']})],
    'a and b write /x/y, but neither needs the other',
  ],
])('%s is a bug', async (_name, resources, words) => {
  await expect(plan(...resources)).rejects.toThrow(words);
});

test('a problem is collected with all others, a closed door is unknown, anything else is a bug', async () => {
  const denied = Object.assign(new Error('EACCES: /etc/shadow'), {code: 'EACCES'});
  const {problems, unknown, changes} = await plan(
    createToy('read', failing(taken)),
    createToy('diff', {
      diff: () => {
        throw new Problem({code: 'foreign-haproxy', summary: 'Not ours.', remedy: 'Take over.'});
      },
    }),
    createToy('same', failing(taken)),
    createToy('closed', failing(denied)),
    createToy('open'),
  );
  expect(problems.map(({code}) => code)).toEqual(['port-taken', 'foreign-haproxy']);
  expect(unknown).toEqual([{id: 'closed', reason: 'EACCES: /etc/shadow'}]);
  expect(ids(changes)).toEqual(['open']);
  await expect(plan(createToy('broken', failing(new TypeError('x is undefined'))))).rejects.toThrow('x is undefined');
});

test('a diff sees what is planned for those it needs, and may ask about no others', async () => {
  const seen: Record<string, readonly Difference[]> = {};
  const curious = (needs: string[], ask: string) =>
    createToy('curious', {
      needs,
      diff: (_state, outlook) => {
        seen[ask] = outlook.changes(ask);
        return [];
      },
    });
  const others = [createToy('new'), createToy('fine', {isApplied: true}), createToy('through', {needs: ['new']})];
  for (const ask of ['new', 'fine', 'no resource']) await plan(...others, curious(['through', 'fine'], ask));
  expect(seen).toEqual({new: [{change: 'create', summary: 'new is missing'}], fine: [], 'no resource': []});
  await expect(plan(...others, curious(['fine'], 'new'))).rejects.toThrow(
    'curious asks about new but does not need it',
  );
});

test.each<[ChangeKind, ChangeKind[]]>([
  ['restart', ['update', 'restart']],
  ['reload', ['update', 'reload']],
  ['start', ['start', 'update']],
  ['create', ['update', 'create', 'start']],
  ['remove', ['create', 'remove']],
])('a change is called %s when it consists of %j', async (word, kinds) => {
  const diff = () => kinds.map(change => ({change, summary: change}));
  expect((await plan(createToy('a', {diff}))).changes[0]?.change).toBe(word);
});

test('readers work side by side, but not all at once', async () => {
  let reading = 0;
  let most = 0;
  const read = async () => {
    most = Math.max(most, ++reading);
    await new Promise(resolve => setTimeout(resolve, 1));
    reading--;
  };
  await plan(...Array.from({length: 50}, (_, index) => createToy(String(index), {read, diff: () => []})));
  expect(most).toBe(16);
});

test('the digest names the differences: it moves with them and with nothing else', async () => {
  const digest = async (...toys: Resource[]) => (await plan(...toys)).digest;
  const file = (after: string) =>
    createToy('file', {diff: () => [{change: 'update', summary: 'changes', text: {before: '', after}}]});
  const one = await digest(createToy('a'), file('x'));
  expect(await digest(file('x'), createToy('a', {title: 'Another title', locks: ['apt']}))).toBe(one);
  expect(await digest(createToy('a'), file('x'), createToy('b', {isApplied: true}))).toBe(one);
  expect(new Set([one, await digest(createToy('a'), file('y')), await digest(file('x')), await digest()]).size).toBe(4);
  // A digest is compared between processes and releases: it must not depend on this one.
  expect(await digest(createToy('a'))).toBe('56b48ce3a30d295f8a8de2bfe4857d49570fe0578ccda531ec18667f006a330c');
});
