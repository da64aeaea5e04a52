import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {compareListings, listHost, toolTraces} from '../lab/listing.ts';
import {bootFresh, bootInstalled, readListing} from './hosts.ts';
import {apply, ask, guest, outside, plan, settingsFile} from './lab.ts';
import {type Knocking, keepKnocking, settleOthers} from './others.ts';
import {newestRun, untilJournal} from './run-files.ts';

const uninstall = (...options: readonly string[]) =>
  ask('guest', ['jitsi-onebox', 'uninstall', '--yes', '--plain', ...options]);

/** All that a purge may leave behind; the program, which was there before the installation, is removed with it. */
const explained: readonly RegExp[] = [
  ...toolTraces,
  /^- (path|content) .*(\/opt\/jitsi-onebox|\/usr\/local\/bin\/jitsi-onebox)/,
];

async function expectAsBefore(before: readonly string[]): Promise<void> {
  const differences = compareListings(before, await listHost(guest));
  const unexplained = differences.filter(line => !explained.some(pattern => pattern.test(line)));
  console.log(`${before.length} lines before, ${differences.length} differ, ${unexplained.length} unexplained`);
  expect(unexplained).toEqual([]);
}

describe('an installation', () => {
  let before: readonly string[];

  beforeAll(async () => {
    await bootInstalled();
    before = await readListing();
  });

  test('keeps the user’s own files and no service after an uninstallation, even one that was killed and run again', async () => {
    const kept = () =>
      guest('cat /etc/jitsi-onebox/settings.yaml /srv/jitsi/.env; ls /etc/letsencrypt/live /srv/jitsi');
    const own = await kept();
    const last = await newestRun();
    const killed = uninstall();
    await untilJournal('Removing (nginx|haproxy|docker.io) ', last);
    await guest('systemctl kill --signal=KILL jitsi-onebox-apply');
    expect((await killed).all).toContain('run-died');
    const {exitCode, all} = await uninstall();
    expect(exitCode, all).toBe(0);
    expect(await kept()).toBe(own);
    expect(await guest('ss -Hltn "sport = :443 or sport = :80 or sport = :4443"')).toBe('');
    expect(all).toContain('are kept');
    expect((await uninstall()).all).toContain('The meeting server is removed');
  });

  test('leaves the host after a purge as it was before', async () => {
    // l7: it is neither read nor copied.
    await guest('truncate -s 3G /srv/jitsi/storage/recording');
    const {exitCode, all} = await uninstall('--purge');
    expect(exitCode, all).toBe(0);
    expect(all.replace(/\s+/g, ' ')).toContain('No copy is kept of /srv/jitsi/storage/recording');
    await expectAsBefore(before);
  });
});

describe('a guest with a web site and a container that are not ours', () => {
  let before: readonly string[];
  let knocking: Knocking;

  beforeAll(async () => {
    await bootFresh();
    await settleOthers();
    before = await listHost(guest);
    knocking = await keepKnocking();
    const {exitCode, all} = await apply('--settings', settingsFile);
    expect(exitCode, all).toBe(0);
  });

  afterAll(async () => {
    await knocking?.stop();
  });

  test('serves meetings next to them', async () => {
    const page = 'curl -sS --max-time 10 -o /dev/null -w "%{http_code}" https://meet.example.test/';
    expect(await outside(page)).toBe('200');
    expect((await plan()).exitCode).toBe(0);
  });

  test('is after a purge as it was found', async () => {
    const {exitCode, all} = await uninstall('--purge');
    expect(exitCode, all).toBe(0);
    await expectAsBefore(before);
  });

  test('its site and its container answered every request meanwhile', async () => {
    const {asked, failed} = await knocking.stop();
    console.log(`asked ${asked} times, ${failed.length} failed`);
    expect(failed).toEqual([]);
    expect(asked).toBeGreaterThan(100);
  });
});
