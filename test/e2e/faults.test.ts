import {beforeAll, describe, expect, test} from 'vitest';
import {openTerminal} from '../tui/terminal.ts';
import {bootFresh} from './hosts.ts';
import {type Answer, apply, eventually, guest, idOf, lab, settingsFile} from './lab.ts';
import {newestRun, readJournal, untilJournal} from './run-files.ts';

const door = new URL('../../scripts/lab', import.meta.url).pathname;

beforeAll(bootFresh);

type Trouble = {
  readonly fault: string;
  /** A command after which the next run needs the broken thing. */
  readonly before?: string;
  /** The line of the journal at which it breaks; without one it is broken from the start. */
  readonly during?: string;
  readonly code: string;
  readonly says: RegExp;
  readonly remedy: RegExp;
};

/** Runs an apply with a fault, and demands the problem's code in the journal, its text and its remedy. */
async function meet({fault, before, during, code, says, remedy}: Trouble): Promise<void> {
  if (before !== undefined) await guest(before);
  const earlier = await newestRun();
  // Slow enough to break in the middle of a pull.
  await lab('fault', during === undefined ? fault : 'registry-slow', 'on');
  const applying = apply('--settings', settingsFile);
  if (during !== undefined) await untilJournal(during, earlier).then(() => lab('fault', fault, 'on'));
  const {exitCode, all} = await applying;
  for (const each of [fault, 'registry-slow']) await lab('fault', each, 'off');
  expect(exitCode, all).toBe(1);
  expect(all).toMatch(says);
  expect(all).toMatch(remedy);
  expect(await readCodes()).toContain(code);
}

/** Runs an apply while locks are held, and demands that it waits, names the holder, and sends heartbeats meanwhile. */
async function waitFor(fault: string, holder: string, seconds: number): Promise<Answer> {
  await lab('fault', fault, 'on');
  const earlier = await newestRun();
  const applying = apply('--settings', settingsFile);
  await untilJournal(`waiting for ${holder} .process [0-9]+. to finish`, earlier);
  const heard = Date.now();
  await eventually(seconds + 30, async () => {
    expect(Date.now() - heard).toBeGreaterThan(seconds * 1000);
    const lines = await readJournal();
    const waiting = lines.findIndex(line => line.includes(`waiting for ${holder}`));
    expect(lines.slice(waiting).filter(line => line.includes('"heartbeat"')).length).toBeGreaterThan(1);
  });
  await lab('fault', fault, 'off');
  return applying;
}

/** Returns the codes of all problems in the newest journal. */
async function readCodes(): Promise<readonly string[]> {
  const events = (await readJournal()).map(line => JSON.parse(line));
  return events.flatMap(({problem}) => (problem ? [problem.code] : []));
}

describe('on a fresh guest', () => {
  test.each<Trouble>([
    {fault: 'apt-404', code: 'mirror-failed', says: /404 +Not Found/, remedy: /reaches the mirrors/},
  ])('$fault is called $code', meet);

  test('a disk that is too small is named before the first change, with numbers', async () => {
    await lab('fault', 'disk-full', 'on');
    const {exitCode, all} = await apply('--settings', settingsFile);
    await lab('fault', 'disk-full', 'off');
    expect(exitCode, all).toBe(1);
    expect(all).toMatch(
      /small-disk.*\/var\/cache\/apt\/archives has 2\.1 MB free, and this plan needs about \d+ MB there/,
    );
    expect(all).not.toMatch(/^ *\d+:\d\d {2}start/m);
  });

  test('a package that the user holds is called package-held', async () => {
    await guest('apt-mark hold haproxy');
    const {exitCode, all} = await apply('--settings', settingsFile);
    await guest('apt-mark unhold haproxy');
    expect(exitCode, all).toBe(1);
    expect(await readCodes()).toContain('package-held');
    expect(all).toMatch(/apt-mark unhold/);
  });

  test('a run waits for apt’s locks and names their holder; then it succeeds', async () => {
    const {exitCode, all} = await waitFor('apt-lock-held', 'unattended-upgr', 60);
    expect(exitCode, all).toBe(0);
    expect(all).toMatch(/\.\.\. .*waiting for unattended-upgr/);
  });
});

const withoutImage = `docker rm -f ${idOf('web')}; docker rmi "$(docker images -q ghcr.io/jitsi/web)"`;
const withoutCertificate = 'certbot delete --non-interactive --cert-name meet.example.test 2>&1';
const pull = {before: withoutImage, code: 'image-pull-failed'};
const order = {before: withoutCertificate, code: 'certificate-missing'};

describe('on an installed guest', () => {
  beforeAll(async () => {
    const {exitCode, all} = await apply('--settings', settingsFile);
    expect(exitCode, all).toBe(0);
  });

  test.each<Trouble>([
    {...pull, fault: 'registry-gone', says: /web:\S+ could not be pulled/, remedy: /reaches ghcr\.io on port 443/},
    {
      ...pull,
      fault: 'registry-gone',
      during: 'step-progress.*image:.*/web:',
      says: /web:\S+ could not be pulled/,
      remedy: /what has arrived is kept/,
    },
    {...pull, fault: 'dns-gone', says: /lookup ghcr\.io/, remedy: /resolves names/},
    {...order, fault: 'authority-500', says: /Response \[500\]/, remedy: /a problem of its own/},
    {...order, fault: 'authority-429', says: /too many certificates/, remedy: /limits requests/},
    {...order, fault: 'authority-unreachable', says: /No route to host/, remedy: /can reach the authority/},
  ])('$fault is called $code, and the next run is green', async trouble => {
    await meet(trouble);
    const {exitCode, all} = await apply();
    expect(exitCode, all).toBe(0);
  });

  test('one key tries a failed run again, another undoes it', async () => {
    const before = await guest('sha256sum /srv/jitsi/compose.yaml /etc/jitsi-onebox/settings.yaml');
    await lab('fault', 'authority-unreachable', 'on');
    const terminal = openTerminal({
      argv: [door, 'guest', 'jitsi-onebox', 'apply', '--set', 'domain=talk.example.test'],
      columns: 80,
      rows: 24,
    });
    await terminal.until(/a apply/, 20);
    terminal.type('a');
    await terminal.until(/What next\?/, 90);
    terminal.type('r');
    await terminal.until(/Setting up/);
    await terminal.until(/What next\?/, 90);
    terminal.type('u');
    await terminal.until(/settings\.yaml, restored[\s\S]*a apply/, 20);
    terminal.type('a');
    await terminal.until(/Everything is as it was before run/, 90);
    expect((await terminal.exit).exitCode).toBe(0);
    await lab('fault', 'authority-unreachable', 'off');
    expect(await guest('sha256sum /srv/jitsi/compose.yaml /etc/jitsi-onebox/settings.yaml')).toBe(before);
  });

  test('a run waits for a certbot that is already running, and names it', async () => {
    await guest(withoutCertificate);
    const {exitCode, all} = await waitFor('certbot-lock-held', 'certbot', 9);
    expect(exitCode, all).toBe(0);
  });

  test('a half-installed package that has questions is configured without asking', async () => {
    const name = 'keyboard-configuration';
    await guest(`cd /tmp && apt-get -q download ${name} 2>&1 && dpkg --unpack ${name}_*.deb 2>&1`);
    const {exitCode, all} = await apply();
    expect(exitCode, all).toBe(0);
    expect(await guest(`dpkg-query --show --showformat='\${db:Status-Status}' ${name}`)).toBe('installed');
  });

  test('apt’s and certbot’s timers may fire during a run', async () => {
    await guest(withoutCertificate);
    await guest('apt-get -q -y purge go-mmproxy 2>&1');
    const earlier = await newestRun();
    const applying = apply('--settings', settingsFile);
    await untilJournal('plan-made', earlier);
    await guest('systemctl start --no-block apt-daily.service apt-daily-upgrade.service certbot.service');
    const {exitCode, all} = await applying;
    expect(exitCode, all).toBe(0);
  });
});
