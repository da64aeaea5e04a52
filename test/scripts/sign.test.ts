import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest';

let home: string;
const script = new URL('../../scripts/sign', import.meta.url).pathname;
const line = (name: string) => `${'0'.repeat(64)}  ${name}\n`;
const list = line('install.sh') + line('jitsi-onebox_1.2.3_amd64.deb');
const directory = () => join(home, '1.2.3');
const read = (name: string) => readFile(join(directory(), name), 'utf8');

/** Runs the script with an environment of its own: neither node_modules nor a key is in it. */
const sign = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  execa(script, args, {
    cwd: home,
    reject: false,
    all: true,
    extendEnv: false,
    env: {PATH: '/usr/bin:/bin', TMPDIR: join(home, 'tmp'), ...env},
  });

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'jitsi-onebox-sign-'));
  await mkdir(join(home, 'tmp'));
  await mkdir(directory());
  for (const name of ['key', 'other']) {
    await execa('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', join(home, name)]);
    await execa('openssl', ['pkey', '-in', join(home, name), '-pubout', '-out', join(home, `${name}.pub`)]);
  }
});

beforeEach(async () => {
  await rm(join(directory(), 'SHA256SUMS.sig'), {force: true});
  await writeFile(join(directory(), 'SHA256SUMS'), list);
});

afterAll(() => rm(home, {recursive: true, force: true}));

const verify = () =>
  execa(
    'openssl',
    [
      ...['pkeyutl', '-verify', '-pubin', '-inkey', join(home, 'key.pub')],
      ...'-rawin -in SHA256SUMS -sigfile SHA256SUMS.sig'.split(' '),
    ],
    {cwd: directory()},
  );

test('signs a list together with the day and the end of the signature, a year later', async () => {
  expect(await sign(['--key', 'key', '1.2.3'])).toMatchObject({exitCode: 0});
  await verify();
  const today = new Date().toISOString().slice(0, 10);
  const [signed = '', expires = '', ...rest] = (await read('SHA256SUMS')).split('\n');
  expect(signed).toBe(`# Signed: ${today}`);
  expect(rest.join('\n')).toBe(list);
  const [, end = ''] = /^# Expires: (\d{4}-\d\d-\d\d)$/.exec(expires) ?? [];
  expect((Date.parse(end) - Date.parse(today)) / 86_400_000).toBeGreaterThanOrEqual(365);
  expect((Date.parse(end) - Date.parse(today)) / 86_400_000).toBeLessThanOrEqual(366);
});

test('signs a list again with new dates only', async () => {
  await writeFile(join(directory(), 'SHA256SUMS'), `# Signed: 2020-01-01\n# Expires: 2021-01-01\n${list}`);
  expect(await sign(['--key', 'key', '1.2.3'])).toMatchObject({exitCode: 0});
  await verify();
  const text = await read('SHA256SUMS');
  expect(text).not.toMatch(/202[01]-01-01/);
  expect(text.match(/^# /gm)).toHaveLength(2);
});

test('takes the key from the environment, and leaves no copy of it', async () => {
  const RELEASE_KEY = await readFile(join(home, 'key'), 'utf8');
  expect(await sign(['1.2.3'], {RELEASE_KEY})).toMatchObject({exitCode: 0});
  await verify();
  expect(await readdir(join(home, 'tmp'))).toEqual([]);
});

test.each<[string, string[], string, RegExp, number]>([
  ['without a key', ['1.2.3'], list, /there is no key/, 64],
  ['without a directory', ['--key', 'key'], list, /at least one directory/, 64],
  ['with a public key as the key', ['--key', 'key.pub', '1.2.3'], list, /not a private key/, 1],
  ['with the key of another', ['--key', 'other', '--public-key', 'key.pub', '1.2.3'], list, /does not belong to/, 1],
  ['another version', ['--key', 'key', '--version', '1.2.4', '1.2.3'], list, /not a file of version 1\.2\.4/, 1],
  ['a path', ['--key', 'key', '1.2.3'], line('../install.sh'), /not checksums of files/, 1],
  ['a line that is no checksum', ['--key', 'key', '1.2.3'], `${list}x\n`, /not checksums of files/, 1],
  ['an empty list', ['--key', 'key', '1.2.3'], '', /is empty/, 1],
])('does not sign %s', async (_, args, text, sentence, status) => {
  await writeFile(join(directory(), 'SHA256SUMS'), text);
  const {exitCode, all} = await sign(args);
  expect(all).toMatch(sentence);
  expect(exitCode).toBe(status);
  expect(await read('SHA256SUMS')).toBe(text);
  expect(await readdir(directory())).toEqual(['SHA256SUMS']);
});
