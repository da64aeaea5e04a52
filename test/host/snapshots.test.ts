import {mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {beforeEach, expect, test} from 'vitest';
import {createRecorder, readStores, type SnapshotRecord} from '../../src/host/snapshots.ts';
import type {Snapshot} from '../../src/model/snapshot.ts';

let directory = '';
const originals = () => join(directory, 'originals');
const before = (run: string) => join(directory, run, 'before');
const sealKey = () => join(directory, 'seal.key');
const recorderOf = (run: string) => createRecorder([originals(), before(run)], sealKey());
const path = '/etc/haproxy/haproxy.cfg';

const file = (text: string | Uint8Array, mode = 0o644): Snapshot => ({
  thing: 'path',
  name: path,
  place: 'haproxy',
  was: {type: 'file', mode, uid: 0, gid: 0, modified: 1},
  bytes: Buffer.from(text),
});

async function recordsIn(store: string): Promise<readonly SnapshotRecord[]> {
  const names = (await readdir(store).catch(() => [])).filter(name => name.endsWith('.json'));
  return Promise.all(names.map(async name => JSON.parse(await readFile(join(store, name), 'utf8'))));
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'onebox-'));
});

test('the first snapshot counts, in the originals and in the store of each run', async () => {
  const bytes = Buffer.from([0x66, 0xfc, 0x72, 0x0a]);
  await recorderOf('one')([file(bytes)]);
  await recorderOf('two')([file('of run one')]);
  await recorderOf('two')([file('of run two')]);
  const [original] = await recordsIn(originals());
  expect(original).toMatchObject({v: 1, thing: 'path', name: path, place: 'haproxy', was: {type: 'file', mode: 0o644}});
  expect(await readFile(join(originals(), original?.content ?? ''))).toEqual(bytes);
  const [second] = await recordsIn(before('two'));
  expect(await readFile(join(before('two'), second?.content ?? ''), 'utf8')).toBe('of run one');
});

test('stores are read as they were recorded, and the first store takes precedence', async () => {
  const unit: Snapshot = {
    thing: 'unit',
    name: 'nginx.service',
    place: 'nginx',
    was: {type: 'unit', enabled: 'enabled', active: 'active', refresh: 'reload', reads: ['/etc/nginx']},
  };
  await createRecorder([before('one')], sealKey())([unit, file('first')]);
  await createRecorder([before('two')], sealKey())([file('second')]);
  const read = await readStores([before('one'), before('two')], sealKey());
  expect(read).toHaveLength(2);
  expect(read).toContainEqual(unit);
  expect(read).toContainEqual(file('first'));
});

test('a record of release 0.1, without a place, is read', async () => {
  await recorderOf('one')([]);
  const store = originals();
  await createRecorder([store], sealKey())([file('x')]);
  const old = {v: 1, thing: 'user', name: 'mmproxy', kept: '2026-11-22T08:30:00.000Z', was: {type: 'absent'}};
  await writeFile(join(store, 'user-0-mmproxy.json'), JSON.stringify(old));
  expect(await readStores([store], sealKey())).toContainEqual({thing: 'user', name: 'mmproxy', was: {type: 'absent'}});
});

test('only root can read a store, for any mode of the file', async () => {
  await recorderOf('one')([file('', 0o666)]);
  for (const store of [originals(), before('one')]) {
    expect((await stat(store)).mode & 0o777).toBe(0o700);
    const names = await readdir(store);
    expect(names).toHaveLength(2);
    for (const name of names) expect((await stat(join(store, name))).mode & 0o777).toBe(0o600);
  }
});

test('a private file is sealed, and opens with the key in openssl and in this program', async () => {
  const text = 'static-auth-secret=correct horse\n';
  await recorderOf('one')([file(text, 0o640)]);
  const [record] = await recordsIn(before('one'));
  const sealed = join(before('one'), record?.content ?? '');
  expect((await readFile(sealed)).includes('horse')).toBe(false);
  const openssl = ['enc', '-d', '-aes-256-cbc', '-pbkdf2', '-pass', `file:${sealKey()}`, '-in', sealed];
  expect((await execa('openssl', openssl, {stripFinalNewline: false})).stdout).toBe(text);
  const [snapshot] = await readStores([before('one')], sealKey());
  expect(Buffer.from(snapshot?.bytes ?? []).toString()).toBe(text);
  await rm(sealKey());
  await expect(readStores([before('one')], sealKey())).rejects.toMatchObject({code: 'seal-key-missing'});
});

test('two steps that record the same thing at the same time record it once', async () => {
  const record = recorderOf('one');
  await Promise.all([record([file('x')]), record([file('x')])]);
  expect(await recordsIn(originals())).toHaveLength(1);
});

test('a snapshot that cannot be written is an error', async () => {
  await writeFile(originals(), 'in the way');
  await expect(recorderOf('one')([file('x')])).rejects.toThrow();
});
