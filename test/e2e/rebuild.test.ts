import {afterAll, beforeAll, expect, test} from 'vitest';
import {letTimerFire, nextOf} from './by-clock.ts';
import {requireInstalled} from './hosts.ts';
import {ask, eventually, guest, idOf} from './lab.ts';
import {asksMirror, cve, offerUpgrade} from './lab-mirror.ts';
import {followMovingTag, followUsualTag, imageIdOf, moveTag, movingOf, resetTags} from './moving-tag.ts';
import {status} from './proof.ts';
import {newestRun} from './run-files.ts';

const apply = (...options: readonly string[]) =>
  ask('guest', ['jitsi-onebox', 'apply', '--yes', '--plain', ...options]);
const words = () => guest('journalctl --unit=jitsi-onebox-update --lines=60');

const settingsPath = '/etc/jitsi-onebox/settings.yaml';

let version = '';
let settings = '';
beforeAll(async () => {
  await requireInstalled();
  settings = await guest(`cat ${settingsPath}`);
  await followMovingTag();
  version = await offerUpgrade('jvb', 'bash');
  await moveTag('jvb', asksMirror);
  const {exitCode, all} = await apply('--set=updates.mode=apply', '--set=updates.source=rebuild');
  expect(exitCode, all).toBe(0);
});
let isInstalled = true;
afterAll(async () => {
  await resetTags();
  if (!isInstalled) return;
  await followUsualTag();
  await guest(`cat >${settingsPath}`, `${settings}\n`);
  await apply();
});

const describeAll = (what: string) => guest(`docker inspect --format '${what}' $(docker ps --quiet) | sort`);
const inBridge = (line: string) => guest(`docker exec ${idOf('videobridge')} sh -c '${line}'`);
const bash = 'dpkg-query --show --showformat=\\${Version} bash';
const user = '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{json .Config.Entrypoint}} {{json .Config.Cmd}}';

test('a newer package of Debian is in the image after the timer has run; without news nothing changes', async () => {
  const former = await inBridge(bash);
  const asBefore = await describeAll(user);
  // At 03:30, up to 30 minutes later.
  expect(await nextOf('update')).toMatch(/ 03:[345]\d:\d\d | 04:00:00 /);
  expect(await letTimerFire('update', 240), await words()).toBe('success');
  expect(await inBridge(bash)).toBe(version);
  expect(await guest('cat /var/lib/jitsi-onebox/runs/*/events.jsonl')).toContain(
    `bash ${former} to ${version} (${cve})`,
  );
  expect(await describeAll(user), 'users, entry points, and read-only roots').toBe(asBefore);
  expect(
    await inBridge('find /var/lib/apt/lists /var/cache/apt -name partial -prune -o -type f -size +0 -print'),
    'left by apt',
  ).toBe('');

  const before = [await newestRun(), await describeAll('{{.Name}} {{.State.StartedAt}}')];
  expect(await letTimerFire('update', 120), await words()).toBe('success');
  expect([await newestRun(), await describeAll('{{.Name}} {{.State.StartedAt}}')]).toEqual(before);
  const {stdout} = await ask('guest', ['jitsi-onebox', 'update']);
  expect(stdout).toContain('Debian has no newer packages for any image.');
  expect((await ask('guest', ['jitsi-onebox', 'plan', '--plain'])).all).toContain('Nothing to do');
});

test('an undo of a rebuild ends on the published image, and an undo of that on the rebuilt one', async () => {
  const rebuilt = await imageIdOf('videobridge');
  const undo = async () => {
    const {exitCode, all} = await ask('guest', ['jitsi-onebox', 'undo', await newestRun(), '--yes', '--plain']);
    expect(exitCode, all).toBe(0);
    return imageIdOf('videobridge');
  };
  const published = await undo();
  expect(published).not.toBe(rebuilt);
  expect(await inBridge(bash)).not.toBe(version);
  expect(await undo()).toBe(rebuilt);
  expect(await undo()).toBe(published);
  expect(await guest('docker ps --all --quiet --filter name=jitsi-onebox')).toBe('');
  expect(await guest(`docker inspect --format {{.Config.Image}} ${idOf('videobridge')}`)).toBe(movingOf('jvb'));
  await eventually(60, async () => {
    const {checks, codes} = await status();
    expect(codes('failed', 'unknown', 'starting'), JSON.stringify(checks)).toEqual([]);
  });
});

// Docker refuses to remove an image while another one is built from it.
test.skipIf(process.env.TEST_ALL !== '1')('an uninstallation removes rebuilt images too', async () => {
  expect(await letTimerFire('update', 240), await words()).toBe('success');
  expect(await inBridge(bash)).toBe(version);
  isInstalled = false;
  const purged = await ask('guest', ['jitsi-onebox', 'uninstall', '--purge', '--yes', '--plain']);
  expect(purged.exitCode, purged.all).toBe(0);
});
