import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {drop} from './edits.ts';
import {bootFresh, bootInstalled} from './hosts.ts';
import {ask, eventually, guest} from './lab.ts';
import {countNamed, type Exhibit, lookAfter, lookBefore, show} from './museum.ts';
import {after} from './museum-after.ts';
import {before} from './museum-before.ts';
import {forwardsLost, networkAfter, networkBefore} from './museum-network.ts';

const wantsAll = process.env.TEST_ALL === '1';
const isShown = ({isSlow}: Exhibit) => wantsAll || !isSlow;

describe('before an installation', () => {
  beforeAll(bootFresh);

  test('a healthy host has no finding', async () => {
    expect(await lookBefore()).toEqual([]);
  });

  test.each([...before, ...networkBefore])('$title is named $code', exhibit => show(exhibit, lookBefore));
});

describe('after an installation', () => {
  beforeAll(bootInstalled);

  test('a healthy host has no finding', async () => {
    await eventually(60, async () => expect(await lookAfter()).toEqual([]));
  });

  test.each([...after, ...networkAfter, ...forwardsLost].filter(isShown))('$title is named $code', exhibit =>
    show(exhibit, lookAfter),
  );

  test('an accepted finding stays accepted; one that stops participants cannot be accepted', async () => {
    const refused = await ask('guest', ['jitsi-onebox', 'doctor', '--accept', 'service-nginx']);
    expect([refused.exitCode, refused.stderr]).toEqual([64, expect.stringContaining('stops participants')]);
    const {stdout} = await ask('guest', ['jitsi-onebox', 'doctor', '--accept', 'udp-buffers']);
    expect(stdout).toMatch(/^accepted .*\(udp-buffers\)$/m);
    expect(stdout).toMatch(/0 warnings, 0 failed, 0 unknown, 1 accepted/);
    expect(await guest('cat /etc/jitsi-onebox/settings.yaml')).toMatch(/accepted:\s+- udp-buffers/);
    expect((await ask('guest', ['jitsi-onebox', 'plan'])).exitCode).toBe(0);
  });

  test('--fix puts right what it can, says what it cannot, and proves it', async () => {
    await guest(`systemctl stop nginx; echo '# mine' >> /etc/haproxy/haproxy.cfg; ${drop('museum', 'tcp dport 80')}`);
    const {exitCode, all} = await ask('guest', ['jitsi-onebox', 'doctor', '--fix', '--yes', '--plain']);
    await guest('nft delete table inet museum');
    expect(exitCode, all).toBe(1);
    expect(all).toMatch(/left-to-you\): packet-filter: [\s\S]*does not change rules of yours/);
    expect(await guest('systemctl is-active nginx; grep -c mine /etc/haproxy/haproxy.cfg || true')).toBe('active\n0');
    await eventually(60, async () => expect(await lookAfter()).toEqual([]));
    const again = await ask('guest', ['jitsi-onebox', 'doctor', '--fix', '--yes', '--plain']);
    expect([again.exitCode, again.all]).toEqual([0, expect.stringContaining('nothing to put right')]);
  });
});

afterAll(() => {
  const {shown, named} = countNamed();
  console.log(`museum: ${named} of ${shown}`);
  expect(named).toBe(shown);
  if (wantsAll) expect(shown).toBeGreaterThanOrEqual(42);
});
