import {describe, expect, test} from 'vitest';
import {decideNat, readInterfaces, readIpv6} from '../../../src/host/facts/addressing.ts';
import {known, unknown} from '../../../src/model/facts.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';

const ipAddress = `[{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"mtu":65536,"addr_info":[
{"family":"inet","local":"127.0.0.1","prefixlen":8,"scope":"host","label":"lo"},
{"family":"inet6","local":"::1","prefixlen":128,"scope":"host"}]},
{},
{"ifindex":2,"ifname":"ifb0","operstate":"DOWN","addr_info":[]},
{"ifindex":3,"link":"d0p","ifname":"d0","operstate":"UP","addr_info":[
{"family":"inet","local":"10.1.2.3","prefixlen":24,"scope":"global","label":"d0"},
{"family":"inet","local":"10.1.2.4","prefixlen":24,"scope":"global","secondary":true,"label":"d0:1"},
{"family":"inet6","local":"fe80::58c2:3dff:feec:7d68","prefixlen":64,"scope":"link","tentative":true}]}]`;

test('interfaces have all their addresses; those without any are left out', async () => {
  const fact = await readInterfaces(createMemoryHost({commands: {'ip -j address': ipAddress}}));
  expect(fact.value).toEqual([
    {name: 'lo', addresses: ['127.0.0.1', '::1']},
    {name: 'd0', addresses: ['10.1.2.3', '10.1.2.4', 'fe80::58c2:3dff:feec:7d68']},
  ]);
});

test('an ip that knows no JSON, as in busybox, is not understood', async () => {
  const host = createMemoryHost({commands: {'ip -j address': '1: lo: <LOOPBACK,UP>\n'}});
  await expect(readInterfaces(host)).rejects.toThrow('not understood');
});

describe('NAT', () => {
  const home = known([{name: 'eth0', addresses: ['192.168.1.20', 'fe80::1']}], 'ip');
  const rented = known([{name: 'eth0', addresses: ['198.51.100.20']}], 'ip');
  const nobody = unknown('STUN', 'silence');

  test.each([
    ['a private address behind a public one', home, known('198.51.100.10', 's'), true],
    ['a private address, whatever STUN knows', home, nobody, true],
    ['the public address on an interface', rented, known('198.51.100.20', 's'), false],
    ['another public address than the interface has', rented, known('198.51.100.99', 's'), true],
    ['a public address that nobody outside confirms', rented, nobody, undefined],
    ['unknown interfaces', unknown('ip', 'not installed'), known('198.51.100.10', 's'), undefined],
  ])('with %s', (_what, interfaces, address, expected) => {
    expect(decideNat(interfaces, address).value).toBe(expected);
  });
});

describe('IPv6', () => {
  const path = '/proc/sys/net/ipv6/conf/all/disable_ipv6';
  test.each([
    ['on', {[path]: '0\n'}, true],
    ['switched off', {[path]: '1\n'}, false],
    ['not in the kernel', {}, false],
  ])('is %s', async (_what, files, expected) => {
    expect((await readIpv6(createMemoryHost({files}))).value).toBe(expected);
  });
});
