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

test('interfaces have all their addresses; those without addresses are omitted', async () => {
  const fact = await readInterfaces(createMemoryHost({commands: {'ip -j address': ipAddress}}));
  expect(fact.value).toEqual([
    {name: 'lo', addresses: ['127.0.0.1', '::1']},
    {name: 'd0', addresses: ['10.1.2.3', '10.1.2.4', 'fe80::58c2:3dff:feec:7d68']},
  ]);
});

test('an ip without JSON, as in busybox, is an error', async () => {
  const host = createMemoryHost({commands: {'ip -j address': '1: lo: <LOOPBACK,UP>\n'}});
  await expect(readInterfaces(host)).rejects.toThrow('not understood');
});

describe('NAT', () => {
  const home = known([{name: 'eth0', addresses: ['192.168.1.20', 'fe80::1']}], 'ip');
  const rented = known([{name: 'eth0', addresses: ['198.51.100.20']}], 'ip');
  const noAnswer = unknown('STUN', 'silence');
  const localAddress = known('192.168.1.20', 'ip');

  test.each([
    ['a private address behind a public one', home, known('198.51.100.10', 's'), 'single'],
    ['a private address, even without STUN', home, noAnswer, 'single'],
    ['the public address on an interface', rented, known('198.51.100.20', 's'), 'none'],
    ['a public address that the interface does not have', rented, known('198.51.100.99', 's'), 'single'],
    ['a public address that STUN does not confirm', rented, noAnswer, undefined],
    ['unknown interfaces', unknown('ip', 'not installed'), known('198.51.100.10', 's'), undefined],
  ])('with %s', (_name, interfaces, publicAddress, expected) => {
    const router = {localAddress, routerAddress: undefined};
    expect(decideNat({interfaces, publicAddress, ...router}).value).toBe(expected);
  });

  test.each([
    ['that has the public address', '192.168.1.20', '198.51.100.10', 'single'],
    ['that has a private address of the provider', '192.168.1.20', '100.71.4.22', 'carrier'],
    ['with DS-Lite', '192.168.1.20', '192.0.0.2', 'carrier'],
    ['that is behind another router', '192.168.1.20', '192.168.0.2', 'double'],
    ['of the provider itself', '100.71.4.22', undefined, 'carrier'],
  ])('behind a router %s', (_name, local, routerAddress, expected) => {
    const interfaces = known([{name: 'eth0', addresses: [local]}], 'ip');
    const addresses = {interfaces, publicAddress: known('198.51.100.10', 's'), localAddress: known(local, 'ip')};
    expect(decideNat({...addresses, routerAddress}).value).toBe(expected);
  });

  test.each([
    ['is beyond the router, which says nothing', undefined, true, 'double'],
    ['is said to be beyond the router, which says that it is its own', '198.51.100.10', true, 'single'],
    ['is the router’s own', undefined, false, 'single'],
  ])('where the public address %s', (_name, routerAddress, isBeyond, expected) => {
    const addresses = {interfaces: home, publicAddress: known('198.51.100.10', 's'), localAddress};
    expect(decideNat({...addresses, routerAddress, isBeyond}).value).toBe(expected);
  });

  test.each([
    ['100.64.8.1', 'carrier'],
    ['192.0.0.1', 'carrier'],
    ['192.0.1.1', 'double'],
    ['192.168.8.1', 'double'],
  ])('with %s as the next router is %s', (nextRouter, expected) => {
    const addresses = {interfaces: home, publicAddress: known('198.51.100.10', 's'), localAddress};
    expect(decideNat({...addresses, routerAddress: undefined, isBeyond: true, nextRouter}).value).toBe(expected);
  });

  test('is none if the machine has the public address, even if its gateway has another', () => {
    const addresses = {interfaces: rented, publicAddress: known('198.51.100.20', 's'), localAddress};
    expect(decideNat({...addresses, routerAddress: '10.0.0.1'}).value).toBe('none');
  });
});

describe('IPv6', () => {
  const path = '/proc/sys/net/ipv6/conf/all/disable_ipv6';
  test.each([
    ['on', {[path]: '0\n'}, true],
    ['switched off', {[path]: '1\n'}, false],
    ['not in the kernel', {}, false],
  ])('is %s', async (_name, files, expected) => {
    expect((await readIpv6(createMemoryHost({files}))).value).toBe(expected);
  });
});
