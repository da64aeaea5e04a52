import {describe, expect, test} from 'vitest';
import {bootFresh} from './hosts.ts';
import {apply, ask, eventually, guest, lab, outside, plan, settingsFile} from './lab.ts';

// An upgrade of Debian takes minutes, so this is not in CI.
const {SUITE, TEST_ALL} = process.env;

describe.runIf(SUITE === 'bookworm' && TEST_ALL === '1')('Debian 12 upgraded to 13 beneath an installation', () => {
  test('plan names what must change, and apply changes it', async () => {
    await bootFresh();
    const first = await apply('--settings', settingsFile);
    expect(first.exitCode, first.all).toBe(0);
    await guest('sed -i s/bookworm/trixie/g $(find /etc/apt -name "*.list" -o -name "*.sources")');
    const upgrade = 'apt-get -q -y -o Dpkg::Options::=--force-confold -o Dpkg::Use-Pty=0 full-upgrade';
    await guest(`export DEBIAN_FRONTEND=noninteractive; (apt-get -q update && ${upgrade}) >/var/log/upgrade.log 2>&1`);
    await lab('reboot');
    await eventually(120, async () => {
      expect((await ask('guest', ['systemctl', 'is-active', 'docker'])).stdout).toBe('active');
    });
    const {changes} = await plan();
    console.log(changes.map(({id, summary}) => `${id}: ${summary}`).join('\n'));
    expect(changes.map(({id}) => id)).toContain('file:/etc/nginx/sites-available/jitsi.conf');
    const second = await apply();
    expect(second.exitCode, second.all).toBe(0);
    expect(await plan()).toMatchObject({exitCode: 0, changes: []});
    // From Debian 13 on Docker's client is a package of its own, which the deploy hook needs.
    expect(await guest('dpkg-query -W -f "${db:Status-Status}" docker-cli')).toBe('installed');
    expect(await outside('curl -sS --max-time 10 -o /dev/null -w "%{http_code}" https://meet.example.test/')).toBe(
      '200',
    );
  });
});
