import {execFileSync} from 'node:child_process';
import {mkdir, mkdtemp, open, rm, truncate, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {makePlan} from '../../src/engine/plan.ts';
import {createFiles} from '../../src/host/files.ts';
import {createRecorder, readStores} from '../../src/host/snapshots.ts';
import type {Host} from '../../src/model/host.ts';
import type {Snapshot} from '../../src/model/snapshot.ts';
import {absentDirectory, file, restorePath} from '../../src/resources/path.ts';
import {listOmitted, snapshotTree} from '../../src/resources/path-snapshots.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {compare, converge, required} from '../resources/work.ts';

const files = createFiles();
const host: Host = {...createMemoryHost(), files};
const place = 'host';

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'onebox-'));
  onTestFinished(() => rm(directory, {recursive: true}));
  return directory;
}

/** Makes a file without blocks on the disk. */
async function makeSparse(path: string, size: number): Promise<string> {
  await writeFile(path, '');
  await truncate(path, size);
  return path;
}

const gibibyte = 1024 ** 3;

test('l7: a directory with a file of 3 GiB is removed; the plan says of what no copy is kept', async () => {
  const root = join(await makeDirectory(), 'jitsi');
  await mkdir(join(root, 'storage'), {recursive: true});
  await writeFile(join(root, '.env'), 'SECRET=1\n');
  const large = await makeSparse(join(root, 'storage', 'recording'), 3 * gibibyte);
  const removal = absentDirectory({path: root, title: 'Directory', place});
  const {warnings} = await makePlan({resources: [removal], host});
  expect(warnings).toEqual([
    expect.objectContaining({code: 'no-copy', summary: `No copy is kept of ${large}, too large to keep.`}),
  ]);

  const recorded = await removal.record(host, await removal.read(host), []);
  const store = join(await makeDirectory(), 'before');
  const key = join(await makeDirectory(), 'seal.key');
  await createRecorder([store], key)(recorded);
  await converge(removal, host);
  expect(await files.stat(root)).toBeUndefined();

  const snapshots = await readStores([store], key);
  const find = (path: string): Snapshot => {
    const found = snapshots.find(({name}) => name === path);
    return found ?? expect.fail(`no snapshot of ${path}`);
  };
  expect(find(large)).toMatchObject({was: {type: 'file', omitted: 3 * gibibyte}});
  expect(find(large).bytes).toBeUndefined();
  expect(restorePath(find(large), {needs: [], afterwards: undefined, isShared: false})).toBeUndefined();
  expect(Buffer.from(find(join(root, '.env')).bytes ?? '').toString()).toBe('SECRET=1\n');
});

test('l7: all copies of a tree together have a limit, so memory does not grow with the data of containers', async () => {
  const root = await makeDirectory();
  for (let index = 0; index < 8; index++) await makeSparse(join(root, `file${index}`), 15 * 1024 ** 2);
  const omitted = await listOmitted(files, root);
  expect(omitted).toEqual([4, 5, 6, 7].map(index => join(root, `file${index}`)));
  const kept = (await snapshotTree(files, root, place)).filter(({bytes}) => bytes);
  expect(kept).toHaveLength(4);
});

test('l7: an undo replaces a file that has become too large, and says so', async () => {
  const path = await makeSparse(join(await makeDirectory(), 'compose.yaml'), 3 * gibibyte);
  const own = {mode: 0o644, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0};
  const was = {type: 'file', ...own, modified: 0} as const;
  const snapshot = {thing: 'path', name: path, was, bytes: Buffer.from('former')} as const;
  const restored = required(restorePath(snapshot, {needs: [], afterwards: undefined, isShared: false}));
  const [difference] = await compare(restored, host);
  expect(difference?.warning).toMatchObject({summary: `No copy is kept of ${path}, too large to keep.`});
  await converge(restored, host);
  expect(await files.read(path)).toBe('former');
});

test('l7: an installation stops before its first change at a file that is no configuration, and names it', async () => {
  const path = await makeSparse(join(await makeDirectory(), 'compose.yaml'), 3 * gibibyte);
  const wanted = file({path, title: 'File', place, content: 'ours'});
  await expect(compare(wanted, host)).rejects.toMatchObject({
    code: 'file-too-large',
    summary: `${path} has 3.2 GB, too much for a file of configuration.`,
  });
});

test('l7: a file without an end is not read for ever, nor a pipe without a writer', async () => {
  await expect(files.read('/dev/zero')).rejects.toMatchObject({code: 'file-too-large'});
  const directory = await makeDirectory();
  execFileSync('mkfifo', [join(directory, 'pipe')]);
  expect(await files.read(join(directory, 'pipe'))).toBe('');
  const path = join(directory, 'whole');
  const text = 'x'.repeat(16 * 1024 ** 2);
  await writeFile(path, text);
  expect((await files.readBytes(path))?.length).toBe(text.length);
  const handle = await open(path, 'a');
  await handle.write('x');
  await handle.close();
  await expect(files.readBytes(path)).rejects.toMatchObject({code: 'file-too-large'});
  expect(await files.read('/proc/self/status')).toMatch(/^Name:/);
});
