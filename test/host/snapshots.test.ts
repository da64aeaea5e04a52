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
  const contentOf = async (store: string) => Buffer.from((await readStores([store], sealKey()))[0]?.bytes ?? []);
  expect(await contentOf(originals())).toEqual(bytes);
  expect((await contentOf(before('two'))).toString()).toBe('of run one');
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

test.each([0o640, 0o644])(
  'm4: a file of mode %o is sealed, and opens with the key in openssl and in this program',
  async mode => {
    const text = 'static-auth-secret=correct horse\n';
    await recorderOf('one')([file(text, mode)]);
    const [record] = await recordsIn(before('one'));
    const sealed = join(before('one'), record?.content ?? '');
    expect((await readFile(sealed)).includes('horse')).toBe(false);
    const openssl = ['enc', '-d', '-aes-256-cbc', '-pbkdf2', '-pass', `file:${sealKey()}`, '-in', sealed];
    expect((await execa('openssl', openssl, {stripFinalNewline: false})).stdout).toBe(text);
    const macKey = `(printf 'mac '; cat ${sealKey()}) | sha256sum | cut -d ' ' -f 1`;
    const dgst = `openssl dgst -sha256 -mac HMAC -macopt "hexkey:$( ${macKey})" ${sealed}`;
    expect((await execa('sh', ['-c', dgst])).stdout).toMatch(new RegExp(`= ${record?.mac}$`));
    const [snapshot] = await readStores([before('one')], sealKey());
    expect(Buffer.from(snapshot?.bytes ?? []).toString()).toBe(text);
    await rm(sealKey());
    await expect(readStores([before('one')], sealKey())).rejects.toMatchObject({code: 'seal-key-missing'});
  },
);

test('l8: a copy that was changed, or whose key was, is noticed', async () => {
  await recorderOf('one')([file('secret '.repeat(20))]);
  const [record] = await recordsIn(before('one'));
  const path = join(before('one'), record?.content ?? '');
  const sealed = await readFile(path);
  const flipped = Array.from({length: sealed.length}, (_, at) =>
    Buffer.from(sealed).fill((sealed[at] ?? 0) ^ 1, at, at + 1),
  );
  for (const changed of [...flipped, sealed.subarray(0, -16), Buffer.of()]) {
    await writeFile(path, changed);
    await expect(readStores([before('one')], sealKey())).rejects.toMatchObject({code: 'snapshot-damaged'});
  }
  await writeFile(path, sealed);
  await writeFile(sealKey(), `${'0'.repeat(64)}\n`);
  await expect(readStores([before('one')], sealKey())).rejects.toMatchObject({code: 'snapshot-damaged'});
});

test('m4: copies of release 0.1 open: sealed ones without a code, and plain ones', async () => {
  await recorderOf('one')([file('of one'), {...file('of two'), name: '/etc/two'}]);
  const store = before('one');
  const [one, two] = await recordsIn(store);
  const rewrite = async (record: SnapshotRecord | undefined, old: object) => {
    const {mac: _mac, sealed: _sealed, ...rest} = record ?? {content: ''};
    const name = (record?.content ?? '').replace(/content$/, 'json');
    await writeFile(join(store, name), JSON.stringify({...rest, ...old}));
  };
  await rewrite(one, {sealed: true});
  await rewrite(two, {});
  await writeFile(join(store, two?.content ?? ''), 'plain');
  const texts = (await readStores([store], sealKey())).map(({bytes}) => Buffer.from(bytes ?? []).toString());
  expect(texts.sort()).toEqual([one?.name === '/etc/two' ? 'of two' : 'of one', 'plain'].sort());
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
