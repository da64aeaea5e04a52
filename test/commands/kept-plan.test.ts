import {mkdtemp, readFile, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {demandSame, readKeptPlan, writeKeptPlan} from '../../src/commands/kept-plan.ts';
import {writeNew} from '../../src/commands/named-file.ts';
import {makePlan} from '../../src/engine/plan.ts';
import type {Plan} from '../../src/model/plan.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {createToy} from '../fakes/toy-resource.ts';

const settings = 'domain: meet.example.org\n';

async function plan(...names: readonly string[]): Promise<Plan> {
  return makePlan({resources: names.map(name => createToy(name)), host: createMemoryHost()});
}

async function keep(kept: Plan) {
  const path = join(await mkdtemp(join(tmpdir(), 'kept-')), 'plan.json');
  await writeNew(path, writeKeptPlan(kept, {settings, takeOver: ['haproxy']}));
  return {path, read: await readKeptPlan(path)};
}

test('a kept plan is read as it was written, and only its owner may read the file', async () => {
  const {path, read} = await keep(await plan('a', 'b'));
  expect(read).toMatchObject({settings, takeOver: ['haproxy'], changes: [{id: 'a'}, {id: 'b'}]});
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('the text of a file is not kept, since it may be private', async () => {
  const text = {before: '', after: 'private words'};
  const toy = createToy('a', {diff: () => [{change: 'create', summary: 'write it', text}]});
  const {path} = await keep(await makePlan({resources: [toy], host: createMemoryHost()}));
  expect(await readFile(path, 'utf8')).not.toContain('private');
});

test('an incomplete plan is not kept', async () => {
  const kept = {...(await plan('a')), unknown: [{id: 'file:/x', reason: 'permission denied'}]};
  await expect(keep(kept)).rejects.toMatchObject({code: 'not-root'});
});

describe('a plan that is applied later', () => {
  test('may be the same', async () => {
    const {read} = await keep(await plan('a', 'b'));
    expect(async () => demandSame(read, await plan('a', 'b'))).not.toThrow();
  });

  test.each([
    ['new', ['a'], ['a', 'b'], 'New: Toy b (b)'],
    ['no longer needed', ['a', 'b'], ['a'], 'No longer needed: Toy b (b)'],
  ])('names a change that is %s', async (_word, then, now, words) => {
    const {read} = await keep(await plan(...then));
    const current = await plan(...now);
    expect(() => demandSame(read, current)).toThrow(words);
    expect(() => demandSame(read, current)).not.toThrow(/\(a\)/);
  });

  test('names a change that is another one now', async () => {
    const {read} = await keep(await plan('a'));
    const other = createToy('a', {diff: () => [{change: 'update', summary: 'something else'}]});
    const current = await makePlan({resources: [other], host: createMemoryHost()});
    expect(() => demandSame(read, current)).toThrow('Different: Toy a (a)');
  });
});

test.each([
  ['no JSON', 'domain: x'],
  ['another file', '{"v": 1}'],
  ['a later version', '{"v": 2, "settings": ""}'],
])('%s is refused', async (_what, text) => {
  const path = join(await mkdtemp(join(tmpdir(), 'kept-')), 'plan.json');
  await writeFile(path, text);
  await expect(readKeptPlan(path)).rejects.toMatchObject({code: 'bad-usage'});
});
