import {mkdtemp, readdir, readFile, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeAll, expect, test, vi} from 'vitest';
import {manifestName, open, seal} from '../../src/commands/archive.ts';
import {createRealHost} from '../../src/host/real.ts';
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
  const {names, manifest, content} = await open(host, {file, askPassphrase}, async ({names: all, read}) => {
    return {names: all, manifest: await read(manifestName), content: await read(env)};
  });
  expect(names).toEqual([manifestName, `${directory.slice(1)}/`, env]);
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

test('a file that is not there is reported before anybody is asked', async () => {
  const ask = vi.fn();
  const attempt = open(host, {file: '/nonexistent', askPassphrase: ask}, async () => 'opened');
  await expect(attempt).rejects.toThrow('/nonexistent cannot be opened: there is no such file.');
  expect(ask).not.toHaveBeenCalled();
});
