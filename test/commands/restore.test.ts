import {chmod, lstat, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {seal} from '../../src/commands/archive.ts';
import {readArguments} from '../../src/commands/arguments.ts';
import type {CommandContext} from '../../src/commands/context.ts';
import {placeBackup} from '../../src/commands/restore.ts';
import type {Host} from '../../src/model/host.ts';
import {CommandFailed} from '../../src/model/problem.ts';
import {Secret} from '../../src/model/secret.ts';
import {findBrokenRestore} from '../../src/stack/index.ts';
import {hostIn} from '../fakes/host-in.ts';

// The format makes guessing slow, and so each opening.
vi.setConfig({testTimeout: 60_000});
const passphrase = 'nine words of a sentence that nobody guesses';
const settingsPath = '/etc/jitsi-onebox/settings.yaml';
const mark = '/var/lib/jitsi-onebox/restoring.json';
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'restore-'));
  await writeFile(join(directory, 'passphrase'), passphrase);
});
afterEach(() => rm(directory, {recursive: true}));

/** Makes a backup of a host with these files; a link is written as `-> TARGET`. */
async function makeBackup(files: Readonly<Record<string, string>>, at = '2026-11-29T08:00:00Z'): Promise<void> {
  const root = join(directory, 'old');
  await rm(root, {recursive: true, force: true});
  for (const [path, content] of Object.entries(files)) {
    await mkdir(root + dirname(path), {recursive: true});
    if (content.startsWith('-> ')) await symlink(content.slice(3), root + path);
    else await writeFile(root + path, content, {mode: 0o600});
  }
  if (files['/srv/jitsi/branding/logo.svg'] !== undefined) await chmod(`${root}/srv/jitsi/branding`, 0o750);
  const manifest = JSON.stringify({v: 1, version: '1', at, host: 'old', domain: 'meet.example.org', paths: []});
  const sealed = await seal(hostIn(root), {
    paths: Object.keys(files),
    manifest,
    passphrase: new Secret(passphrase),
  });
  await writeFile(join(directory, 'backup'), sealed);
}

const newRoot = () => join(directory, 'new');

/** Restores the backup on a host; returns what it says. */
async function restore(host = hostIn(newRoot())): Promise<string> {
  await mkdir(newRoot(), {recursive: true});
  const said: string[] = [];
  const words = ['restore', join(directory, 'backup'), '--passphrase-file', join(directory, 'passphrase')];
  const context = {invocation: readArguments(words), machine: {host}} as unknown as CommandContext;
  await placeBackup(context, text => void said.push(text));
  return said.join('\n');
}

const read = (path: string) => readFile(newRoot() + path, 'utf8').catch(() => undefined);

const settings = (more = '') => `domain: meet.example.org\ncontact: a@example.org\nturn: {enabled: false}\n${more}`;
const own = {
  [settingsPath]: settings(),
  '/srv/jitsi/.env': 'PASSWORD=one\n',
  '/srv/jitsi/branding/logo.svg': '<svg/>',
};
const renewal = '/etc/letsencrypt/renewal/meet.example.org.conf';

test('additions of a hostile backup are left out with words, and the rest is restored', async () => {
  const hostile = settings('rooms: members\naccess: {kind: jwt, secret: /etc/cron.d/jitsi}\n');
  await makeBackup({
    ...own,
    [settingsPath]: hostile,
    '/etc/cron.d/jitsi': '* * * * * root touch /root/x\n',
    [renewal]: '[renewalparams]\nauthenticator = webroot\npre_hook = touch /root/x\n',
    '/srv/jitsi/branding/shadow.html': '-> /etc/shadow',
    '/etc/letsencrypt/live/meet.example.org/cert.pem': '-> ../../archive/meet.example.org/cert1.pem',
  });
  const said = await restore();
  for (const each of ['"/etc/cron.d/jitsi"', 'pre_hook = touch /root/x', 'shadow.html": it is a link'])
    expect(said).toContain(each);
  expect(await read('/srv/jitsi/.env')).toBe('PASSWORD=one\n');
  for (const path of ['/etc/cron.d', renewal, '/srv/jitsi/branding/shadow.html', mark])
    await expect(lstat(newRoot() + path), path).rejects.toThrow('ENOENT');
  expect((await lstat(`${newRoot()}/etc/letsencrypt/live/meet.example.org/cert.pem`)).isSymbolicLink()).toBe(true);
});

test('a backup with a foreign file restores nothing', async () => {
  await makeBackup({...own, '/etc/cron.d/jitsi': ''});
  await expect(restore()).rejects.toMatchObject({
    code: 'backup-unreadable',
    summary: expect.stringContaining('cron.d'),
  });
  expect(await read(settingsPath)).toBeUndefined();
});

test('a restore that broke off is continued by the same backup only, and nothing is installed over it', async () => {
  await makeBackup(own);
  const host = hostIn(newRoot());
  const full = '/srv/jitsi/branding';
  const breaking: Host = {
    ...host,
    async run(command) {
      await host.run(command);
      // As the disk gets full: tar made the directory, and set neither its mode nor its file.
      await rm(`${newRoot()}${full}/logo.svg`);
      await chmod(newRoot() + full, 0o700);
      throw new CommandFailed({argv: command.argv, exitCode: 2, tail: ['tar: logo.svg: No space left on device']});
    },
  };
  await expect(restore(breaking)).rejects.toMatchObject({
    code: 'restore-incomplete',
    summary: expect.stringContaining('No space left'),
  });
  expect(await findBrokenRestore(host)).toMatchObject([{code: 'restore-incomplete'}]);

  const bytes = await readFile(join(directory, 'backup'));
  await makeBackup({[settingsPath]: settings()}, '2026-11-30T08:00:00Z');
  await expect(restore()).rejects.toMatchObject({code: 'restore-incomplete'});

  await writeFile(join(directory, 'backup'), bytes);
  await restore();
  expect(await read(`${full}/logo.svg`)).toBe('<svg/>');
  expect((await stat(newRoot() + full)).mode & 0o777).toBe(0o750);
  expect(await findBrokenRestore(host)).toEqual([]);
  await expect(restore()).rejects.toMatchObject({code: 'restore-in-the-way'});
});

test('a directory that was there keeps its mode, and a file that a setting names is no program', async () => {
  await makeBackup({
    ...own,
    [settingsPath]: settings('branding: {favicon: /root/favicon.ico}\n'),
    '/root/favicon.ico': '',
  });
  await chmod(join(directory, 'old/root/favicon.ico'), 0o755);
  const host = hostIn(join(directory, 'old'));
  const paths = [settingsPath, '/srv/jitsi/branding', '/root/favicon.ico'];
  const manifest = JSON.stringify({v: 1, version: '1', at: '', host: 'old', domain: 'meet.example.org', paths});
  await writeFile(join(directory, 'backup'), await seal(host, {paths, manifest, passphrase: new Secret(passphrase)}));
  await mkdir(`${newRoot()}/srv/jitsi/branding`, {recursive: true, mode: 0o711});
  await restore();
  expect((await stat(`${newRoot()}/srv/jitsi/branding`)).mode & 0o777).toBe(0o711);
  expect((await stat(`${newRoot()}/root/favicon.ico`)).mode & 0o777).toBe(0o644);
});
