import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {execa} from 'execa';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {requireInstalled} from './hosts.ts';
import {ask, eventually, guest, idOf, lab} from './lab.ts';
import {
  followMovingTag,
  followUsualTag,
  imageIdOf,
  moveTag,
  movingOf,
  type Name,
  resetTags,
  type Variant,
} from './moving-tag.ts';
import {status} from './proof.ts';
import {newestRun, untilJournal} from './run-files.ts';

const update = (...options: readonly string[]) => ask('guest', ['jitsi-onebox', 'update', ...options]);
const updateNow = () => update('--now', '--yes', '--plain');
const takesLong = process.env.TEST_ALL !== '1';

let images = '';
const readImages = async () =>
  (await Promise.all(['web', 'prosody', 'jicofo', 'videobridge'].map(imageIdOf))).join(' ');

beforeAll(async () => {
  await requireInstalled();
  await followMovingTag();
});
beforeEach(async () => {
  images = await readImages();
});
afterEach(resetTags);
afterAll(followUsualTag);

/** The previous images run, every check is green, and the tags mean the previous images. */
async function expectFormer(): Promise<void> {
  expect(await readImages()).toBe(images);
  await eventually(60, async () => {
    const {exitCode, checks} = await status();
    expect(exitCode, JSON.stringify(checks.filter(({state}) => state !== 'ok'))).toBe(0);
  });
  expect(await guest('docker images --quiet --filter label=org.jitsi-onebox.test')).toBe('');
}

/** The bridge listens and announces itself on another port than the published one. */
const deafBridge: Variant = {
  files: {'/deaf': '#!/bin/sh\nJVB_PORT=10001 exec /init\n'},
  config: ['--config.entrypoint=/deaf'],
};

test('without a moved tag there is nothing to do', async () => {
  const {exitCode, stdout} = await update();
  expect([exitCode, stdout]).toEqual([0, 'Every image is the one that its tag refers to.']);
  expect((await updateNow()).exitCode).toBe(0);
});

test('an update whose bridge does not answer is taken back, and the timer does not try it again', async () => {
  await moveTag('jvb', deafBridge);
  const {exitCode: found, stdout} = await update('--check');
  expect(found, stdout).toBe(2);
  expect(stdout).toContain(`Videobridge: ${movingOf('jvb')}, 0.0 MB to download`);
  const {exitCode, all} = await updateNow();
  expect(exitCode, all).toBe(4);
  await expectFormer();
  const again = await update('--now', '--scheduled', '--plain');
  expect(again.all).toContain('was taken back, so it is not tried again');
  expect(again.exitCode).toBe(0);
  expect((await ask('guest', ['jitsi-onebox', 'status'])).stdout).toContain(
    'An update of 1 image is available, but it failed',
  );
});

test('an update is not begun on a fault and not blamed for it, until the user names the fault: it may be mended by it', async () => {
  await moveTag('jvb', {});
  const before = await newestRun();
  await guest(`docker stop ${idOf('videobridge')}`);
  const {exitCode, all} = await update('--now', '--scheduled', '--plain');
  expect(exitCode, all).toBe(1);
  expect(all).toContain('The update was not begun');
  expect(await newestRun()).toBe(before);
  expect((await update('--check')).stdout).not.toContain('It failed in run');
  const [, codes = ''] = /--despite ([a-z,-]+)`/.exec(all.replaceAll(/\s+/g, ' ')) ?? [];
  expect(codes).toContain('container-videobridge');
  // Without a bridge, Jicofo counts as unhealthy a minute later.
  const mended = await update('--now', '--yes', '--plain', `--despite=${codes},container-jicofo`);
  expect(mended.exitCode, mended.all).toBe(0);
  expect(mended.all).toContain('and everything works');
  expect(await readImages()).not.toBe(images);
  const undo = await ask('guest', ['jitsi-onebox', 'undo', '--yes', '--plain']);
  expect(undo.exitCode, undo.all).toBe(0);
  // It did not run before the update either.
  await guest(`docker start ${idOf('videobridge')}`);
  await expectFormer();
});

test('an update waits for the end of a meeting, and ends on the new images; its undo ends on the former ones', async () => {
  for (const name of ['jvb', 'web'] as const) await moveTag(name, {});
  const door = new URL('../../scripts/lab', import.meta.url).pathname;
  const node = new URL('../../node_modules/.bin/node', import.meta.url).pathname;
  const script = new URL('meeting.ts', import.meta.url).pathname;
  const meeting = execa(door, ['outside', node, '--use-system-ca', script, '2'], {stdin: 'pipe', reject: false});
  await Promise.race([once(meeting.stdout, 'data'), meeting]);
  const before = await newestRun();
  const updating = updateNow();
  await untilJournal('step-waiting.*meetings.*the meeting of 2 participants', before);
  expect(await readImages()).toBe(images);
  meeting.stdin.end();
  await meeting;
  const {exitCode, all} = await updating;
  expect(exitCode, all).toBe(0);
  const [web, prosody, jicofo, bridge] = (await readImages()).split(' ');
  const [oldWeb, oldProsody, oldJicofo, oldBridge] = images.split(' ');
  expect([prosody, jicofo]).toEqual([oldProsody, oldJicofo]);
  expect([web === oldWeb, bridge === oldBridge]).toEqual([false, false]);
  expect((await update()).exitCode).toBe(0);
  const undo = await ask('guest', ['jitsi-onebox', 'undo', '--yes', '--plain']);
  expect(undo.exitCode, undo.all).toBe(0);
  await expectFormer();
});

// A container without an answer counts as starting for two minutes, and as unhealthy a minute later.
describe.skipIf(takesLong)('bad updates end on the previous images', {timeout: 600_000}, () => {
  const ended: string[] = [];
  const six = 6;
  afterAll(() => console.log(`bad updates: ${ended.length} of ${six}`));

  const bad: readonly (readonly [title: string, name: Name, variant: Variant])[] = [
    ['health never comes up', 'web', {config: ['--config.entrypoint=/bin/sleep', '--config.cmd=infinity']}],
    [
      'it starts, but the websocket breaks',
      'web',
      {
        files: {'/no-websocket': '#!/bin/sh\nENABLE_XMPP_WEBSOCKET=0 exec /init\n'},
        config: ['--config.entrypoint=/no-websocket'],
      },
    ],
    ['it starts, but the bridge does not answer', 'jvb', deafBridge],
  ];

  test.each(bad)('%s', async (title, name, variant) => {
    await moveTag(name, variant);
    const {exitCode, all} = await updateNow();
    expect(exitCode, all).toBe(4);
    await expectFormer();
    ended.push(title);
  });

  test('the registry dies half-way', async () => {
    await moveTag('jvb', {files: {'/ballast': randomBytes(30_000_000)}});
    await lab('fault', 'registry-slow', 'on');
    const before = await newestRun();
    const updating = updateNow();
    await untilJournal('step-progress', before);
    await lab('fault', 'registry-gone', 'on');
    const {exitCode, all} = await updating;
    for (const fault of ['registry-slow', 'registry-gone']) await lab('fault', fault, 'off');
    expect(exitCode, all).toBe(4);
    await expectFormer();
    ended.push('registry');
  });

  test('the disk has no room', async () => {
    await moveTag('jvb', {files: {'/ballast': randomBytes(1_000_000)}});
    const df = '/usr/local/sbin/df';
    // The checks still see enough of it: they would refuse the update before.
    const small = 'case "$*" in *--output=avail*) printf "Avail\\n1000000\\n" ;; *) exec /usr/bin/df "$@" ;; esac';
    await guest(`cat > ${df} && chmod 755 ${df}`, `#!/bin/sh\n${small}\n`);
    const {exitCode, all} = await updateNow();
    await guest(`rm ${df}`);
    expect(exitCode, all).toBe(1);
    expect(all).toContain('no-room');
    await expectFormer();
    ended.push('room');
  });

  test.each(['container:videobridge', 'image:'])('the worker is killed at %s', async step => {
    await moveTag('jvb', {});
    const before = await newestRun();
    const updating = updateNow();
    await untilJournal(`step-started.*${step}`, before);
    await guest('systemctl kill --signal=KILL jitsi-onebox-apply');
    const {exitCode, all} = await updating;
    expect(exitCode, all).toBe(4);
    await expectFormer();
  });

  test('the machine reboots while an update is taken back', async () => {
    await moveTag('jvb', deafBridge);
    const before = await newestRun();
    const updating = updateNow();
    await untilJournal('run-started.*command.:.undo', before);
    await untilJournal('step-started', before);
    await lab('reboot');
    await updating;
    await eventually(240, expectFormer);
  });

  test('the power fails, and the machine boots again', async () => {
    await moveTag('jvb', {});
    const before = await newestRun();
    const updating = updateNow();
    await untilJournal('step-started.*container:videobridge', before);
    await lab('kill');
    await updating;
    await lab('reboot');
    // Nobody does anything: the unit at boot does.
    await eventually(240, expectFormer);
    ended.push('power');
  });
});
