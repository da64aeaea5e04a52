import {describe, expect, test} from 'vitest';
import {findGateway, listNetworks, listRoutes, readLocalAddress} from '../../../src/host/facts/routing.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';

type Routes = Awaited<ReturnType<typeof listRoutes>>;

/** Reads routes as `ip -j -4 route show table all` prints them. */
function read(routes: readonly object[]): Promise<Routes> {
  return listRoutes(createMemoryHost({commands: {'ip -j -4 route show table all': JSON.stringify(routes)}}));
}

const lan = {dst: '192.168.1.0/24', dev: 'eth0', protocol: 'kernel', scope: 'link', prefsrc: '192.168.1.20', flags: []};
const dhcp = {
  dst: 'default',
  gateway: '192.168.1.1',
  dev: 'eth0',
  protocol: 'dhcp',
  prefsrc: '192.168.1.20',
  metric: 100,
};
const wlan = {dst: 'default', gateway: '192.168.9.1', dev: 'wlan0', metric: 600};
const ours = {type: 'local', dst: 'default', dev: 'lo', table: '123', scope: 'host', flags: []};
const refusal = {type: 'unreachable', dst: 'default', metric: 1, flags: []};
const several = {
  dst: 'default',
  metric: 200,
  flags: [],
  nexthops: [
    {gateway: '10.1.2.1', dev: 'd0', weight: 1, flags: []},
    {gateway: '10.9.9.1', dev: 'd1', weight: 1, flags: []},
  ],
};

describe('the gateway', () => {
  test.each([
    [
      'with the lowest metric, in any order',
      [wlan, refusal, ours, dhcp, lan],
      {interface: 'eth0', address: '192.168.1.1'},
    ],
    [
      'that was set by hand, without a metric',
      [dhcp, {...wlan, metric: undefined}],
      {interface: 'wlan0', address: '192.168.9.1'},
    ],
    ['first of several', [several], {interface: 'd0', address: '10.1.2.1'}],
  ])('%s', async (_which, routes, expected) => {
    expect(findGateway(await read(routes)).value).toEqual(expected);
  });

  test('is unknown if the default route has none', async () => {
    const fact = findGateway(await read([{dst: 'default', dev: 'ppp0', scope: 'link', flags: []}]));
    expect(fact).toMatchObject({value: undefined, reason: expect.stringContaining('ppp0')});
  });

  test('is not taken from another table, or from an unreachable route', async () => {
    const routes = await read([ours, refusal, lan]);
    expect(() => findGateway(routes)).toThrow('no default route');
  });
});

describe('the local address', () => {
  test('is the source address of the default route', async () => {
    expect(await readLocalAddress(createMemoryHost(), await read([lan, dhcp]))).toMatchObject({value: '192.168.1.20'});
  });

  test('is queried from the kernel if the route has none', async () => {
    const answer = '[{"dst":"192.168.9.1","dev":"wlan0","prefsrc":"192.168.9.7","flags":[],"uid":0,"cache":[]}]';
    const host = createMemoryHost({commands: {'ip -j -4 route get 192.168.9.1': answer}});
    expect(await readLocalAddress(host, await read([wlan]))).toMatchObject({value: '192.168.9.7'});
  });
});

test('networks are all destinations except the default route, its halves and local addresses', async () => {
  const routes = await read([
    dhcp,
    lan,
    ours,
    {dst: '0.0.0.0/1', gateway: '10.8.0.1', dev: 'tun0', flags: []},
    {dst: '172.17.5.1', gateway: '10.1.2.1', dev: 'd0', flags: []},
    {type: 'throw', dst: '172.16.0.0/12', table: '52', flags: []},
    {type: 'blackhole', dst: '10.66.0.0/16', flags: []},
    {dst: '10.66.0.0/16', dev: 'wg0', table: '51820', flags: []},
    {type: 'local', dst: '192.168.1.20', dev: 'eth0', table: 'local', flags: []},
    {type: 'broadcast', dst: '192.168.1.255', dev: 'eth0', table: 'local', flags: []},
  ]);
  expect(listNetworks(routes).value).toEqual(['192.168.1.0/24', '172.17.5.1/32', '10.66.0.0/16']);
});
