import {beforeAll, describe, expect, test} from 'vitest';
import {bootFresh} from './hosts.ts';
import {apply, guest, settingsFile} from './lab.ts';
import {installPackages} from './others.ts';
import {participants} from './participants.ts';
import {status} from './proof.ts';
import {undo} from './undone.ts';

const listPorts = async (zone: string) =>
  (await guest(`firewall-cmd --zone=${zone} --list-ports`)).split(' ').filter(Boolean).toSorted();
const ours = ['10000/udp', '3478/udp', '443/tcp', '80/tcp'];

describe('a host with firewalld, whose uplink is in another zone than the default one', () => {
  beforeAll(async () => {
    await bootFresh();
    await installPackages('firewalld');
    await guest('firewall-cmd --permanent --zone=work --change-interface=h0 && systemctl restart firewalld');
    expect(await guest('firewall-cmd --get-default-zone')).toBe('public');
    const {exitCode, all} = await apply('--settings', settingsFile);
    expect(exitCode, all).toBe(0);
  });

  test('the ports are open in the zone of the uplink, also after a reload, and in no other', async () => {
    await guest('firewall-cmd --reload');
    expect(await listPorts('work')).toEqual(ours);
    expect(await listPorts('public')).toEqual([]);
  });

  describe('participants', participants);

  test('every check passes', async () => {
    const {checks, codes} = await status();
    expect(codes('warning', 'failed', 'unknown'), JSON.stringify(checks)).toEqual(['udp-buffers']);
  });

  test('an undo closes them again', async () => {
    const {exitCode, all} = await undo();
    expect(exitCode, all).toBe(0);
    expect(await listPorts('work')).toEqual([]);
  });
});
