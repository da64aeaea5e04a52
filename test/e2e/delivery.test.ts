import {basename} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {openTerminal, type Terminal} from '../tui/terminal.ts';
import {expectRefusal, from, line, prepareDelivery, prepareGuest, url} from './deliver.ts';
import {eventually, guest, outside, plan, settingsFile} from './lab.ts';
import {startMeasuring} from './memory.ts';
import {nextVersion, ownPackage, version} from './releases.ts';

const door = new URL('../../scripts/lab', import.meta.url).pathname;
const oneLine = `curl -fsSL ${url}/install.sh | sudo sh`;
const terminals: Terminal[] = [];

beforeAll(prepareDelivery);

afterAll(() => {
  for (const terminal of terminals) terminal.kill('SIGKILL');
});

describe('one line that a user types', () => {
  /** Types the line in a terminal of 80×24 as a user who is not root; then prints the terminal's state. */
  function typeOneLine(): Terminal {
    const after = 'code=$?; stty -a | grep -o -- "-\\?\\(icanon\\|echo\\)\\b" | tr "\\n" " "; echo "ended $code"';
    const argv: [string, ...string[]] = [
      door,
      'guest',
      'runuser',
      '-u',
      'owner',
      '--',
      'bash',
      '-c',
      `set -o pipefail; ${oneLine}; ${after}`,
    ];
    const terminal = openTerminal({argv, columns: 80, rows: 24});
    terminals.push(terminal);
    return terminal;
  }
  const see = (terminal: Terminal, pattern: RegExp, seconds: number) =>
    eventually(seconds, async () => expect(terminal.screen()).toMatch(pattern));

  test('leaves the terminal usable, also when the program is killed', async () => {
    const terminal = typeOneLine();
    await see(terminal, /question 1/, 60);
    await guest("pkill -9 -f '[l]ib/main.mjs'");
    await see(terminal, /icanon echo ended 137/, 10);
    expect(terminal.isPasteBracketed()).toBe(false);
  });

  test('asks, installs and ends', async () => {
    const terminal = typeOneLine();
    await see(terminal, /question 1/, 60);
    terminal.resize(100, 30);
    terminal.type('meet.example.test\r');
    await see(terminal, /question 2/, 10);
    // The frame has the new width.
    expect(
      Math.max(
        ...terminal
          .screen()
          .split('\n')
          .map(({length}) => length),
      ),
    ).toBeGreaterThan(90);
    terminal.type('admin@example.test\r');
    await see(terminal, /question 3/, 10);
    terminal.type('\r');
    await see(terminal, /question 4/, 10);
    terminal.type('\r');
    await see(terminal, /Continue · review the changes/, 10);
    terminal.type('\r');
    await see(terminal, /\ba apply\b/, 60);
    const measuring = await startMeasuring();
    terminal.type('a');
    await see(terminal, /icanon echo ended 0/, 240);
    expect(terminal.everything()).toContain('https://meet.example.test/');
    const {worker, screens} = await measuring.stop();
    expect(worker.peak).toBeLessThanOrEqual(110);
    // Node's own code is 57 of each. The worker takes 74. The aim for the screens is 90, which is not reached yet; this keeps them
    // from growing.
    expect(worker.usual).toBeLessThanOrEqual(80);
    expect(screens.peak).toBeLessThanOrEqual(112);
  });
});

describe('an installation in use', () => {
  const containers = () => guest('docker ps --no-trunc --format "{{.ID}}" | sort');
  const running = () => guest('jitsi-onebox --version; ls /opt/jitsi-onebox/releases | xargs');

  test('is updated to the next version, keeps containers and settings, and plans only what the version changes', async () => {
    const before = [await containers(), await guest('md5sum /srv/jitsi/.env /etc/jitsi-onebox/settings.yaml')];
    const {exitCode, all} = await line('jitsi-onebox self-update');
    expect(exitCode, all).toBe(0);
    expect(await running()).toBe(`${nextVersion}\n${version} ${nextVersion}`);
    expect([await containers(), await guest('md5sum /srv/jitsi/.env /etc/jitsi-onebox/settings.yaml')]).toEqual(before);
    const {changes} = await plan();
    expect(changes.map(({id}) => id)).toEqual(['file:/etc/sysctl.d/90-jitsi-onebox.conf']);
  });

  test('returns to the previous version', async () => {
    const {exitCode, all} = await line('jitsi-onebox self-update --back');
    expect(exitCode, all).toBe(0);
    expect(await running()).toBe(`${version}\n${version} ${nextVersion}`);
    expect(await plan()).toMatchObject({exitCode: 0, changes: []});
  });

  test('keeps its version when the next one fails its self-test', async () => {
    const broken = `sed "s#self-test#self-test --broken#" /opt/jitsi-onebox/current/install.sh | sh -s -- --no-start --version latest`;
    const {exitCode, all} = await line(broken);
    expect(all).toMatch(/does not pass its own test/);
    expect(exitCode).toBe(1);
    expect(await running()).toBe(`${version}\n${version} ${nextVersion}`);
  });

  test('is not updated during a run', async () => {
    const during = (command: string) =>
      `systemd-run -qu jitsi-onebox-apply sleep 60; ${command}; code=$?; systemctl stop jitsi-onebox-apply; exit $code`;
    for (const command of ['jitsi-onebox self-update', 'jitsi-onebox self-update --back']) {
      const {exitCode, all} = await line(during(command));
      expect(all).toContain('an installation is running here');
      expect(exitCode).toBe(1);
    }
    expect(await running()).toBe(`${version}\n${version} ${nextVersion}`);
  });

  test('m5: does not accept an older version as the newest, even after it returned to that version', async () => {
    const {exitCode, all} = await line(`${from('old-news')} | sh -s -- --no-start --version latest`);
    expect(all).toMatch(/is older than 99\.0\.0, the highest version that this machine knows; --version/);
    expect(exitCode).toBe(1);
    expect(await running()).toBe(`${version}\n${version} ${nextVersion}`);
  });

  test('is upgraded without questions and without a terminal', async () => {
    const {exitCode, all} = await line(`curl -fsSL ${url}/install.sh | sh -s -- --settings ${settingsFile} --yes`);
    expect(exitCode, all).toBe(0);
    expect(all).toMatch(/is older than 99\.0\.0/);
    expect(await running()).toContain(version);
  });

  test('keeps running when the program is removed', async () => {
    const before = await containers();
    await guest('sh /root/install.sh --uninstall');
    expect(await guest('ls -A /opt /usr/local/bin')).toBe('/opt:\n\n/usr/local/bin:');
    expect(await containers()).toBe(before);
  });
});

describe('a release', () => {
  test('installs under every shell, and by wget where there is no curl', async () => {
    await guest('apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install wget busybox >/dev/null');
    await guest('mv /usr/bin/curl /usr/bin/curl.away');
    for (const shell of ['dash', 'bash', 'bash --posix', 'busybox sh'])
      await guest(
        `wget -qO- ${url}/install.sh | ${shell} -s -- --no-start && jitsi-onebox self-test && sh /root/install.sh --uninstall`,
      );
    for (const [place, sentence] of [
      ['huge', /SHA256SUMS is too large/],
      ['endless', /SHA256SUMS is too large/],
      ['endless-package', /\.deb is too large/],
      ['downgraded', /redirects to an address that does not begin with https/],
    ] as const)
      await expectRefusal(await line(`${from(place)} | sh -s -- --no-start`), sentence);
    await guest(`${from('moved')} | sh -s -- --no-start && jitsi-onebox self-test`);
    await guest('mv /usr/bin/curl.away /usr/bin/curl; sh /root/install.sh --uninstall');
  });

  test('is a package that apt installs, updates and removes completely', async () => {
    const deb = basename(await ownPackage());
    await guest(`cd /tmp && curl -fsSO ${url}/${version}/${deb} && apt-get -qq install ./${deb} >/dev/null`);
    expect(await guest('command -v jitsi-onebox; jitsi-onebox self-test')).toBe(
      `/usr/bin/jitsi-onebox\njitsi-onebox ${version} is complete.`,
    );
    const {exitCode, all} = await line('jitsi-onebox self-update');
    expect(all).toContain('sudo apt install ./FILE.deb');
    expect(exitCode).toBe(1);
    await guest('apt-get -qq purge jitsi-onebox >/dev/null');
    expect(
      await guest(
        'ls -d /usr/lib/jitsi-onebox /usr/bin/jitsi-onebox /usr/share/doc/jitsi-onebox 2>&1 | grep -vc "No such" || true',
      ),
    ).toBe('0');
  });
});

describe('a machine without a terminal', () => {
  beforeAll(prepareGuest);

  test('is installed from a settings file', async () => {
    const {exitCode, all} = await line(
      `cp ${settingsFile} /home/owner; setpriv --reuid=owner --init-groups sh -c 'curl -fsSL ${url}/install.sh | sudo sh -s -- --settings /home/owner/meet.yaml --yes'`,
    );
    expect(exitCode, all).toBe(0);
    const page = "curl -sS --max-time 15 -o /dev/null -w '%{http_code}' https://meet.example.test/";
    expect(await outside(page)).toBe('200');
  });
});
