import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {expect, test} from 'vitest';
import {findArrivals} from '../../src/network/arrivals.ts';
import {findPathSize} from '../../src/network/path-mtu.ts';
import {findTranslation} from '../../src/network/translation.ts';
import {type Nat, startNatServers} from './nat-server.ts';

const signal = new AbortController().signal;
const keeps = (port: number) => port;
const all = ['other-address', 'other-port'] as const;

test.each<[string, Nat, {mapping: string; filtering: string | null}]>([
  ['full cone', {mapPort: keeps, passes: all}, {mapping: 'endpoint-independent', filtering: 'endpoint-independent'}],
  [
    'restricted by address',
    {mapPort: keeps, passes: ['other-port']},
    {mapping: 'endpoint-independent', filtering: 'address-dependent'},
  ],
  [
    'restricted by port',
    {mapPort: keeps, passes: []},
    {mapping: 'endpoint-independent', filtering: 'address-and-port-dependent'},
  ],
  [
    'symmetric',
    {mapPort: (port, server) => (port + server * 100 + 1) % 65_536, passes: []},
    {mapping: 'address-and-port-dependent', filtering: 'address-and-port-dependent'},
  ],
  [
    'symmetric by address',
    {mapPort: (port, server) => (port + (server >> 1) * 100 + 1) % 65_536, passes: []},
    {mapping: 'address-dependent', filtering: 'address-and-port-dependent'},
  ],
  [
    'of a kind that servers without RFC 5780 compare',
    {mapPort: (port, server) => (port + server * 100) % 65_536, passes: [], isPlain: true},
    {mapping: 'address-dependent', filtering: null},
  ],
])('a NAT that is %s is seen as such', async (_what, nat, expected) => {
  const servers = await startNatServers(nat);
  expect((await findTranslation(servers, '192.168.1.20', signal)).value).toEqual(expected);
});

test('without NAT there is no mapping, and without servers nothing is said', async () => {
  const servers = await startNatServers({mapPort: keeps, passes: []});
  expect((await findTranslation(servers, '198.51.100.7', signal)).value).toMatchObject({mapping: 'none'});
  expect(await findTranslation([], '192.168.1.20', signal)).toMatchObject({
    value: undefined,
    reason: 'no server answers',
  });
});

async function findFreePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0);
  await once(socket, 'listening');
  const {port} = socket.address();
  await new Promise<void>(resolve => void socket.close(resolve));
  return port;
}

test.each([
  ['from outside and from within', all, ['outside', 'hairpin']],
  ['from within only', [], ['hairpin']],
] as const)('a port arrives %s', async (_what, passes, expected) => {
  const servers = await startNatServers({mapPort: keeps, passes});
  const port = await findFreePort();
  const arrivals = await findArrivals({servers, ports: [port], publicAddress: '127.0.0.1'}, signal);
  expect(arrivals).toEqual(expected.map(from => ({port, protocol: 'udp', from})));
});

test.each(['as another', 'with another port'] as const)(
  'a server that answers from its own address, and poses %s, shows nothing from outside',
  async poses => {
    const servers = await startNatServers({mapPort: keeps, passes: all, poses});
    const port = await findFreePort();
    const arrivals = await findArrivals({servers, ports: [port], publicAddress: '127.0.0.1'}, signal);
    expect(arrivals).toEqual([{port, protocol: 'udp', from: 'hairpin'}]);
    const {value} = await findTranslation(servers, '192.168.1.20', signal);
    expect(value?.filtering).not.toBe('endpoint-independent');
  },
);

test('a port in use is left out, and a port with another one outside shows nothing', async () => {
  const servers = await startNatServers({mapPort: port => (port + 1) % 65_536, passes: all});
  const port = await findFreePort();
  const holder = createSocket('udp4');
  holder.bind(port);
  await once(holder, 'listening');
  expect(await findArrivals({servers, ports: [port], publicAddress: '127.0.0.1'}, signal)).toEqual([]);
  await new Promise<void>(resolve => void holder.close(resolve));
  const seen = await findArrivals({servers, ports: [port], publicAddress: '127.0.0.1'}, signal);
  expect(seen).toEqual([{port, protocol: 'udp', from: 'hairpin'}]);
});

test('a port in use arrives if its program answers at the public address', async () => {
  const [server = ''] = await startNatServers({mapPort: keeps, passes: []});
  const place = {servers: [], ports: [], publicAddress: '127.0.0.1'};
  const port = Number(server.split(':')[1]);
  const taken = [port, await findFreePort()];
  expect(await findArrivals({...place, taken}, signal)).toEqual([{port, protocol: 'udp', from: 'hairpin'}]);
});

test.each([
  [9000, 1500],
  [1500, 1500],
  [1492, 1492],
  [1300, 1280],
])('over a path of %i bytes, packets of %i bytes get out', async (mtu, size) => {
  const servers = await startNatServers({mapPort: keeps, passes: [], mtu});
  expect(await findPathSize(servers, 1500, signal)).toMatchObject({size, address: '127.0.0.1'});
});

test.each([
  ['of which one has a limit of its own', [1400, 1500], 1500, 1500],
  ['of which one has a limit below that of the path', [576, 1492], 1500, undefined],
  ['of which one answers no padded question', [100, 1400], 1500, undefined],
  ['behind a jumbo interface', [1500, 1500], 9000, 1500],
] as const)('with servers %s, %j of %i bytes mean %s', async (_what, mtu, full, size) => {
  const servers = await startNatServers({mapPort: keeps, passes: [], mtu});
  expect((await findPathSize(servers, full, signal))?.size).toBe(size);
});

test('one server alone shows the full size, and nothing less', async () => {
  const find = async (mtu: number) => {
    const [server] = await startNatServers({mapPort: keeps, passes: [], mtu});
    return (await findPathSize([server, server], 1500, signal))?.size;
  };
  expect([await find(1500), await find(1400)]).toEqual([1500, undefined]);
});

test('servers that answer no padded question say nothing about the path', async () => {
  const servers = await startNatServers({mapPort: keeps, passes: [], mtu: 100});
  expect(await findPathSize(servers, 1500, signal)).toBeUndefined();
});
