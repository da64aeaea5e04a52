import {afterAll, beforeAll, expect, test} from 'vitest';
import {requireInstalled} from './hosts.ts';
import {apply, ask, eventually, guest} from './lab.ts';
import {makeKey, serveLater, version} from './releases.ts';

const url = 'https://get.example.net';
const home = '/opt/jitsi-onebox';

/** Lets `status` fail, and nothing else. */
const flawed = `sed -i '2i [ "\${1-}" != status ] || { echo "bosh: nothing answers"; exit 1; }' bin/jitsi-onebox`;

/** Writes into install.sh where releases come from, as a published one says it. */
let publish = '';
let settings = '';

beforeAll(async () => {
  await requireInstalled();
  const key = await makeKey();
  publish = `sed -i -e "s#^\tbase=.*#\tbase='${url}'#" -e "s#^\tnewest=.*#\tnewest='${url}/latest'#" -e "s#^\tkey=.*#\tkey='${key}'#" install.sh`;
  await guest(`cd ${home}/current && ${publish}`);
  settings = await guest('cat /etc/jitsi-onebox/settings.yaml');
  const {exitCode, all} = await apply('--set=updates.mode=apply', '--set=updates.program=true');
  expect(exitCode, all).toBe(0);
});

afterAll(async () => {
  const first = await guest(`ls ${home}/releases`);
  if (!first.split('\n').includes(version)) return;
  await guest(`ln -sfn releases/${version} ${home}/current; rm -f ${home}/refused ${home}/unproven ${home}/highest`);
  await guest('cat >/etc/jitsi-onebox/settings.yaml', `${settings}\n`);
  await apply();
});

const inUse = () => guest('jitsi-onebox --version');

async function runTimer(): Promise<string> {
  const {exitCode} = await ask('guest', ['systemctl', 'start', 'jitsi-onebox-update']);
  const unit = '_SYSTEMD_INVOCATION_ID=$(systemctl show --property=InvocationID --value jitsi-onebox-update)';
  const words = await guest(`journalctl --output=cat ${unit}`);
  expect(exitCode, words).toBe(0);
  return words;
}

test('a version with which a check fails is left by itself, and not tried again', async () => {
  await serveLater('99.0.1', `${publish} && ${flawed}`);
  const words = await runTimer();
  expect(words).toContain('checking the server with the new version');
  expect(words).toContain(`version 99.0.1 was not proven, so version ${version} is in use again`);
  expect(words).toContain('bosh: nothing answers');
  expect(await inUse()).toBe(version);
  expect((await ask('guest', ['jitsi-onebox', 'status'])).stdout).toContain(
    'Version 99.0.1 of jitsi-onebox failed a check',
  );
  expect(await runTimer()).toContain('version 99.0.1 failed a check of this server before, so it is not tried again');
});

test('a version is left at the next boot when the power fails before it is proven', async () => {
  await serveLater('99.0.2', `${publish} && ${flawed}`);
  const updating = ask('guest', ['jitsi-onebox', 'self-update', '--prove']);
  await eventually(100, async () => expect(await inUse()).toBe('99.0.2'));
  await guest("pkill -9 -f '[i]nstall.sh --no-start'");
  expect((await updating).exitCode).not.toBe(0);
  expect(await inUse()).toBe('99.0.2');
  await guest('systemctl start jitsi-onebox-update-recover');
  expect(await inUse()).toBe(version);
});

test('a fault of before is not blamed on a version: it is not tried', async () => {
  await guest('systemctl stop nginx');
  const {exitCode, all} = await ask('guest', ['jitsi-onebox', 'self-update', '--prove']);
  await guest('systemctl start nginx');
  expect(exitCode, all).toBe(1);
  expect(all).toContain('a check of the server does not pass already');
  expect(await inUse()).toBe(version);
});

test('a version with which every check passes stays', async () => {
  await serveLater('99.0.3', publish);
  expect(await runTimer()).toContain('every check passes with version 99.0.3');
  expect(await inUse()).toBe('99.0.3');
  expect(await guest(`ls ${home}`)).toBe('current\nhighest\nprevious\nreleases');
});

test('a version that was left by hand is not tried again by the timer', async () => {
  const {exitCode, all} = await ask('guest', ['jitsi-onebox', 'self-update', '--back']);
  expect(exitCode, all).toBe(0);
  expect(await runTimer()).toContain('version 99.0.3 was left with --back, so it is not tried again');
  expect(await inUse()).toBe(version);
});
