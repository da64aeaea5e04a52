import {describe, expect, test} from 'vitest';
import {isBeyondRouter, readMtu, readUplink, readVirtualisation} from '../../../src/host/facts/network.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';

const route = 'ip -j -4 route get';
const link = 'ip -j -d link show dev';

test.each([
  ['eth0', '[{"mtu":1500,"link_type":"ether"}]', false],
  ['wg0', '[{"mtu":1420,"link_type":"none","linkinfo":{"info_kind":"wireguard"}}]', true],
  ['tun0', '[{"mtu":1500,"link_type":"none","linkinfo":{"info_kind":"tun"}}]', true],
  ['ppp0', '[{"mtu":1492,"link_type":"ppp","linkinfo":{"info_kind":"ppp"}}]', false],
])('%s is the way out, and a tunnel: %s %s', async (name, shown, isTunnel) => {
  const commands = {[route]: `[{"dst":"198.51.100.1","dev":"${name}"}]`, [link]: shown};
  expect((await readUplink(createMemoryHost({commands}))).value).toEqual({interface: name, isTunnel});
});

test('without a route there is no way out', async () => {
  await expect(readUplink(createMemoryHost({commands: {[route]: '[]'}}))).rejects.toThrow('no route');
});

describe('the largest packet', () => {
  const shown = {[link]: '[{"mtu":1500}]'};
  const read = (size: number | undefined, learned: string) => {
    const host = createMemoryHost({commands: {...shown, [route]: `[{"dev":"eth0"${learned}}]`}});
    const path = size === undefined ? undefined : {size, server: 'stun.example.test', address: '198.51.100.4'};
    return readMtu(host, {interface: 'eth0', isTunnel: false}, async () => path);
  };

  test.each([
    ['is that of the interface', 1500, '', {size: 1500, isBlackHole: false}],
    ['is smaller, as the router said', 1400, ',"metrics":[{"mtu":1412}]', {size: 1412, isBlackHole: false}],
    ['is smaller, and nobody said so', 1400, '', {size: 1400, isBlackHole: true}],
  ] as const)('%s', async (_what, size, learned, expected) => {
    expect((await read(size, learned)).value).toEqual(expected);
  });

  test('is unknown without an answer', async () => {
    expect(await read(undefined, '')).toMatchObject({value: undefined});
  });
});

test.each([
  ['reaches it', {exitCode: 0, stdout: '64 bytes from 198.51.100.10: icmp_seq=1 ttl=64'}, false],
  ['is turned back by it', {exitCode: 1, stdout: 'From 192.168.1.1 icmp_seq=1 Time to live exceeded'}, true],
  ['is turned back by another', {exitCode: 1, stdout: 'From 192.168.1.11 icmp_seq=1 Time to live exceeded'}, undefined],
  ['is lost', {exitCode: 1, stdout: '1 packets transmitted, 0 received'}, undefined],
])('a packet to the public address that may pass no router %s', async (_what, answer, expected) => {
  const host = {...createMemoryHost(), query: async () => ({stderr: '', ...answer})};
  expect(await isBeyondRouter(host, '198.51.100.10', '192.168.1.1')).toBe(expected);
});

test('the kind of virtual machine is what systemd names, and none is an answer', async () => {
  const none = {...createMemoryHost(), query: async () => ({exitCode: 1, stdout: 'none\n', stderr: ''})};
  expect((await readVirtualisation(none)).value).toBe('none');
  await expect(readVirtualisation(createMemoryHost())).rejects.toThrow('does not answer');
});
