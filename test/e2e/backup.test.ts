import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {bootFresh, requireInstalled} from './hosts.ts';
import {ask, eventually, guest, lab} from './lab.ts';
import {status} from './proof.ts';
import {findSecrets} from './secrets.ts';

beforeAll(requireInstalled);

const passphrase = 'nine words of a sentence that nobody guesses';
const file = '/root/meet.backup';
const account = 'prosodyctl --config /run/prosody/config/prosody.cfg.lua';

/** Runs a command that takes the passphrase from standard input. */
const withPassphrase = (words: readonly string[], typed = passphrase) =>
  ask('guest', ['jitsi-onebox', ...words, '--passphrase-file', '-'], `${typed}\n`);

/** What makes a host itself: its certificates, passwords, and a person who can log in. */
async function readIdentity() {
  const certificates = '/etc/letsencrypt/live/*.example.test/cert.pem';
  const serials = await guest(`for each in ${certificates}; do openssl x509 -noout -serial -in $each; done`);
  const authority = await guest('ls /etc/letsencrypt/accounts/*/directory');
  const people = await guest(
    'ls -R /srv/jitsi/storage/prosody/data; cat /srv/jitsi/storage/prosody/data/*/accounts/ann.dat',
  );
  const logo = await guest('cat /srv/jitsi/branding/watermark.svg');
  return {serials, authority, people, logo, secrets: await findSecrets()};
}

let backup = '';
let identity: Awaited<ReturnType<typeof readIdentity>> | undefined;

/** Restores the backup on a host without a server, which is then the one that it was made on. */
async function expectRestored(): Promise<void> {
  await guest(`base64 --decode >${file}`, backup);
  const restored = await withPassphrase(['restore', file, '--yes', '--plain']);
  expect(restored.exitCode, restored.all).toBe(0);
  expect(await readIdentity()).toEqual(identity);
  await eventually(60, async () => {
    const {checks, codes} = await status();
    expect(codes('failed', 'unknown', 'starting'), JSON.stringify(checks)).toEqual([]);
  });
  const {all} = await ask('guest', ['jitsi-onebox', 'plan', '--plain']);
  expect(all).toContain('Nothing to do');
}

/** Breaks a restore off with a file system that gets full: nothing is installed over it, and the same command continues it. */
async function expectBrokenOff(): Promise<void> {
  await guest(`base64 --decode >${file}`, backup);
  await guest('mount -t tmpfs -o nr_inodes=3,mode=755 full /srv');
  const broken = await withPassphrase(['restore', file, '--yes', '--plain']);
  expect(broken.exitCode, broken.all).toBe(1);
  expect(broken.all).toContain('is not complete');
  const over = await ask('guest', ['jitsi-onebox', 'apply', '--yes', '--plain']);
  expect(over.exitCode, over.all).toBe(1);
  expect(over.all).toContain('is not complete');
  await guest('umount /srv');
}

test('a backup makes a fresh host the same one, and nobody opens it without the passphrase', {
  timeout: 600_000,
}, async () => {
  const prosody = '$(docker ps --quiet --filter label=com.docker.compose.service=prosody)';
  await guest(`docker exec ${prosody} ${account} register ann auth.meet.jitsi ann-s-passw0rd`);
  await guest(
    `mkdir -p /srv/jitsi/branding && cat >/srv/jitsi/branding/watermark.svg`,
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
  );
  identity = await readIdentity();

  const made = await withPassphrase(['backup', file]);
  expect(made.exitCode, made.all).toBe(0);
  expect(await guest(`stat -c %a ${file}`)).toBe('600');
  const verified = await withPassphrase(['backup', 'verify', file, '--json']);
  expect(JSON.parse(verified.stdout)).toMatchObject({v: 1, domain: 'meet.example.test'});
  expect((await withPassphrase(['backup', 'verify', file], 'another passphrase')).all).toContain(
    'the passphrase is another one',
  );
  expect((await withPassphrase(['backup', file])).exitCode, 'a file that exists').toBe(64);
  const refused = await withPassphrase(['restore', file, '--yes']);
  expect(refused.all).toContain('Nothing was restored, because these exist already: /etc/jitsi-onebox/settings.yaml');
  backup = await guest(`base64 ${file}`);
  expect(await guest('ls -d /run/jitsi-onebox-backup-* 2>/dev/null | wc -l'), 'plain text left behind').toBe('0');

  await bootFresh();
  await expectBrokenOff();
  await expectRestored();
});

test('a timer makes backups, the newest ones are kept, and a failure is a finding', async () => {
  const directory = '/var/backups/jitsi-onebox';
  const secret = '/root/jitsi-onebox-passphrase';
  const old = ['20200101T000000Z', '20200102T000000Z'].map(each => `jitsi-onebox-${each}.backup`);
  await guest(`mkdir -m 700 ${directory} && cd ${directory} && touch ${old.join(' ')} mine.backup`);
  await guest(`umask 077 && cat >${secret}`, `${passphrase}\n`);
  const apply = (...options: readonly string[]) =>
    ask('guest', ['jitsi-onebox', 'apply', '--yes', '--plain', ...options]);
  await guest('cp /etc/jitsi-onebox/settings.yaml /root/settings.yaml');
  const set = await apply('--set=backup.at=02:30', '--set=backup.keep=2');
  expect(set.exitCode, set.all).toBe(0);
  expect(await guest('systemctl is-active jitsi-onebox-backup.timer')).toBe('active');

  await guest('systemctl start jitsi-onebox-backup');
  const [made = '', ...others] = (await guest(`ls -r ${directory}`)).split('\n').filter(name => name !== 'mine.backup');
  expect(others).toEqual([old[1]]);
  expect(await guest(`stat -c %a ${directory}/${made} && ls ${directory}/mine.backup`)).toContain('600');
  expect((await withPassphrase(['backup', 'verify', `${directory}/${made}`])).exitCode).toBe(0);
  expect((await status()).codes('warning')).not.toContain('backup-age');

  await guest(`chmod 644 ${secret}`);
  expect((await ask('guest', ['systemctl', 'start', 'jitsi-onebox-backup'])).exitCode).toBe(1);
  expect(await guest('journalctl --unit=jitsi-onebox-backup')).toContain(
    'can be read by others than root: its mode is 644',
  );
  expect((await status()).codes('warning')).toContain('backup-age');

  const off = await apply('--settings=/root/settings.yaml', '--set=backup.at=off');
  expect(off.exitCode, off.all).toBe(0);
  expect((await ask('guest', ['systemctl', 'cat', 'jitsi-onebox-backup.timer'])).exitCode).not.toBe(0);
  await guest(`mv /root/settings.yaml /etc/jitsi-onebox/settings.yaml && rm -r ${directory} ${secret}`);
});

const {SUITE = 'trixie', TEST_ALL} = process.env;
const other = SUITE === 'bookworm' ? 'trixie' : 'bookworm';

describe.runIf(TEST_ALL === '1')('a backup of the other release of Debian', () => {
  afterAll(() => lab('up', '--suite', SUITE));

  test(`made on ${SUITE}, it makes a fresh ${other} the same host`, {timeout: 900_000}, async () => {
    await lab('up', '--suite', other);
    await expectRestored();
  });
});
