import {spawnSync} from 'node:child_process';
import {mkdtemp, readFile, rm, utimes, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {beforeEach, expect, onTestFinished, test, vi} from 'vitest';
import {runOnlyOne} from '../../src/engine/only-one.ts';

const meanwhile = vi.hoisted((): (() => Promise<void>)[] => []);
vi.mock('node:fs/promises', async importOriginal => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const readFile = async (...args: Parameters<typeof real.readFile>) => {
    const [before, after] = meanwhile.splice(0);
    await before?.();
    try {
      return await real.readFile(...args);
    } finally {
      await after?.();
    }
  };
  return {...real, readFile};
});

let path = '';
beforeEach(async () => {
  const directory = await mkdtemp(`${tmpdir()}/only-one-`);
  onTestFinished(() => rm(directory, {recursive: true}));
  path = `${directory}/lock`;
});

test('tasks with the same lock run one after the other', async () => {
  const order: string[] = [];
  const task = (name: string) => async () => {
    order.push(`${name} begins`);
    await new Promise(resolve => setTimeout(resolve, 30));
    order.push(`${name} ends`);
    return name;
  };
  const done = await Promise.all(['a', 'b'].map(name => runOnlyOne({path, patience: 2000}, task(name))));
  expect(done).toEqual(['a', 'b']);
  expect(order.map(line => line.split(' ')[1])).toEqual(['begins', 'ends', 'begins', 'ends']);
});

test('a task that does not wait gets nothing, and a failed one lets the next one in', async () => {
  const inner = () => runOnlyOne({path, patience: 0}, async () => 'inner');
  expect(await runOnlyOne({path, patience: 0}, async () => (await inner()) ?? 'none')).toBe('none');
  await expect(runOnlyOne({path, patience: 0}, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await inner()).toBe('inner');
});

test('a lock of a process that is gone, or of an old one, holds up nobody', async () => {
  const {pid} = spawnSync('true');
  await writeFile(path, String(pid));
  expect(await runOnlyOne({path, patience: 0}, async () => 'done')).toBe('done');
  await writeFile(path, String(process.pid));
  await utimes(path, 0, 0);
  expect(await runOnlyOne({path, patience: 0}, async () => 'done')).toBe('done');
});

test('a lock that vanishes while it is read is claimed again, and that of a third process stays', async () => {
  const other = String(process.pid);
  const run = () => runOnlyOne({path, patience: 0}, async () => 'done');
  await writeFile(path, other);
  meanwhile.push(() => rm(path));
  expect(await run()).toBe('done');
  await writeFile(path, other);
  meanwhile.push(
    () => rm(path),
    () => writeFile(path, other),
  );
  expect(await run()).toBeUndefined();
  expect(await readFile(path, 'utf8')).toBe(other);
});
