import {mkdtemp, readdir, readFile, truncate, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeAll, expect, test, vi} from 'vitest';
import {manifestName, open, seal} from '../../src/commands/archive.ts';
import {parseMember} from '../../src/commands/archive-members.ts';
import {createRealHost} from '../../src/host/real.ts';
import type {Host} from '../../src/model/host.ts';
import {CommandFailed} from '../../src/model/problem.ts';
import {Secret} from '../../src/model/secret.ts';

// The format makes guessing slow, and so each opening.
vi.setConfig({testTimeout: 60_000, hookTimeout: 60_000});
const host = createRealHost();
const passphrase = new Secret('a long passphrase');
const askPassphrase = async () => passphrase;
let directory = '';
let file = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'archive-'));
  file = join(directory, 'backup');
  await writeFile(join(directory, '.env'), 'PASSWORD=one\n');
  await writeFile(file, await seal(host, {paths: [join(directory, '.env')], manifest: '{"v": 1}', passphrase}));
});

test('an archive holds its manifest, the directories above, and what it was given', async () => {
  const env = join(directory, '.env').slice(1);
  const {members, manifest, content} = await open(host, {file, askPassphrase}, async archive => {
    return {members: archive.members, manifest: await archive.read(manifestName), content: await archive.read(env)};
  });
  expect(members.map(({type, name}) => [type, name])).toEqual([
    ['d', directory.slice(1)],
    ['-', env],
  ]);
  expect({manifest, content}).toEqual({manifest: '{"v": 1}', content: 'PASSWORD=one\n'});
});

test('it is in the format of age', async () => {
  expect((await readFile(file)).subarray(0, 21).toString()).toBe('age-encryption.org/v1');
});

test.each([
  ['another passphrase', async () => ({file, askPassphrase: async () => new Secret('another passphrase')})],
  [
    'a changed byte',
    async () => {
      const bytes = await readFile(file);
      bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
      await writeFile(join(directory, 'changed'), bytes);
      return {file: join(directory, 'changed'), askPassphrase};
    },
  ],
])('%s opens nothing', async (_, make) => {
  await expect(open(host, await make(), async () => 'opened')).rejects.toMatchObject({code: 'backup-unreadable'});
});

test('no plain copy stays behind, also after a failure', async () => {
  const ours = async () => (await readdir('/run')).filter(name => name.startsWith('jitsi-onebox-'));
  const before = await ours();
  await expect(open(host, {file, askPassphrase}, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await ours()).toEqual(before);
});

test('a file that changes while it is read does not spoil an archive, and any other failure does', async () => {
  const failing = (exitCode: number): Host => ({
    ...host,
    async run(command) {
      await host.run(command);
      throw new CommandFailed({argv: command.argv, exitCode, tail: ['tar: .env: file changed as we read it']});
    },
  });
  const given = {paths: [join(directory, '.env')], manifest: '{}', passphrase};
  await writeFile(join(directory, 'changing'), await seal(failing(1), given));
  const read = open(host, {file: join(directory, 'changing'), askPassphrase}, archive =>
    archive.read(join(directory, '.env').slice(1)),
  );
  expect(await read).toBe('PASSWORD=one\n');
  await expect(seal(failing(2), given)).rejects.toThrow('file changed');
});

test('an archive that would fill /run is not made, and a file of holes takes no room', async () => {
  const given = (path: string) => ({paths: [path], manifest: '{}', passphrase, limit: 100_000});
  const holes = join(directory, 'holes');
  await writeFile(holes, '');
  await truncate(holes, 1e12);
  expect((await seal(host, given(holes))).length).toBeLessThan(10_000);
  const pads = join(directory, 'pads');
  await writeFile(pads, crypto.getRandomValues(new Uint8Array(60_000)));
  expect((await seal(host, given(pads))).length).toBeGreaterThan(60_000);
  await writeFile(pads, Buffer.concat(Array.from({length: 4}, () => crypto.getRandomValues(new Uint8Array(60_000)))));
  await expect(seal(host, given(pads))).rejects.toMatchObject({
    code: 'backup-too-large',
    summary: expect.stringContaining(`in ${pads}`),
  });
});

test.each([
  [
    'hrwSr-xr-x 0/33 0 2026-11-30 00:00 "d/hard" link to "d/a b\\nc\\"\\\\x"',
    {type: 'h', mode: 'rwSr-xr-x', uid: 0, gid: 33, name: 'd/hard', target: 'd/a b\nc"\\x'},
  ],
  [
    'lrwxrwxrwx 0/0   0 2026-11-30 00:00 "d/l -> x" -> "../\\303\\251\\377"',
    {type: 'l', name: 'd/l -> x', target: '../é\uFFFD'},
  ],
  ['brw-rw---- 0/6 8,0 2026-11-30 00:00 "disk"', {type: 'b', name: 'disk'}],
  ['drwxr-xr-x 0/0   0 2026-11-30 00:00 "d/"', {type: 'd', name: 'd'}],
  ['-rw-r--r-- 0/0   0 2026-11-30 00:00 "a" "b"', undefined],
])('the line %s of the list of tar is read', (line, member) => {
  if (member === undefined) expect(parseMember(line)).toBeUndefined();
  else expect(parseMember(line)).toMatchObject(member);
});

test('a file that is not there is reported before anybody is asked', async () => {
  const ask = vi.fn();
  const attempt = open(host, {file: '/nonexistent', askPassphrase: ask}, async () => 'opened');
  await expect(attempt).rejects.toThrow('/nonexistent cannot be opened: there is no such file.');
  expect(ask).not.toHaveBeenCalled();
});
