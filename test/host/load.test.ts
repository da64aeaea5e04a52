import {expect, test} from 'vitest';
import {watchLoad} from '../../src/host/load.ts';
import type {ContainerState} from '../../src/model/host.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import type {MemoryEntry} from '../fakes/memory-tree.ts';

const container = (service: string): ContainerState => ({
  id: `id of ${service}`,
  ...(service !== 'turn' && {pid: 42}),
  service,
  labels: {},
  running: service !== 'turn',
  health: 'healthy',
  started: 1,
  restarts: 0,
  healthOutput: '',
});

const network = (received: number, sent: number) => `Inter-|   Receive  |  Transmit
 face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls carrier compressed
    lo: 999 1 0 0 0 0 0 0 999 1 0 0 0 0 0 0
  eth0: ${received} 1 0 0 0 0 0 0 ${sent} 1 0 0 0 0 0 0
br-1234: 777 1 0 0 0 0 0 0 777 1 0 0 0 0 0 0
`;

const group = '/sys/fs/cgroup/system.slice/docker-42.scope';
const target = {project: 'jitsi', directory: '/srv/jitsi'};
const amount = {used: 1, total: 1};
const still = {
  processor: async () => ({processor: 0, cores: 1}),
  memory: async () => amount,
  disk: async () => amount,
};

test('the difference of two measurements is a rate; a container that stopped is not measured', async () => {
  const host = createMemoryHost({
    files: {
      '/proc/net/dev': network(1000, 2000),
      '/proc/42/cgroup': '1:cpu:/\n0::/system.slice/docker-42.scope\n',
      '/proc/42/net/dev': network(10, 20),
      [`${group}/cpu.stat`]: 'usage_usec 1000000\nuser_usec 1\n',
      [`${group}/memory.current`]: '50000000\n',
      [`${group}/memory.stat`]: 'anon 1\ninactive_file 5000000\n',
    },
    containers: {jitsi: [container('web'), container('turn')]},
  });
  const put = (path: string, content: string) =>
    host.tree.set(path, {...(host.tree.get(path) as MemoryEntry), content} as MemoryEntry);
  const stop = new AbortController();
  let measured = 0;
  const meters = {
    async processor() {
      measured++;
      if (measured === 2) {
        // Two seconds later, the container has used one processor for one second.
        host.clock += 2000;
        put('/proc/net/dev', network(3000, 8000));
        put(`${group}/cpu.stat`, 'usage_usec 2000000\n');
        put('/proc/42/net/dev', network(210, 820));
      }
      return {processor: 0.25, cores: 4};
    },
    memory: async () => ({used: 1, total: 4}),
    disk: async (path: string) => ({used: path.length, total: 100}),
  };
  for await (const load of watchLoad(host, target, stop.signal, {
    meters,
    interval: 1,
  })) {
    expect(load).toEqual({
      processor: 0.25,
      cores: 4,
      memory: {used: 1, total: 4},
      disk: {used: 10, total: 100},
      network: {received: 1000, sent: 3000},
      containers: [{service: 'web', memory: 45e6, processors: 0.5, network: {received: 100, sent: 400}}],
    });
    stop.abort();
  }
  expect(measured).toBe(2);
});

test.each([
  ['one device', ['eth0'], {received: 2000, sent: 4000}],
  ['two devices', ['eth0', 'eth1'], {received: 2500, sent: 4500}],
  // As in a container: what there is, counts.
  ['no device', [], {received: 6500, sent: 12_500}],
])('of a host with %s, a bridge and a VLAN, each byte counts once', async (_what, devices, expected) => {
  const table = (factor: number) =>
    ['eth0', 'br0', 'eth0.20']
      .map(name => `${name}: ${1000 * factor} 1 0 0 0 0 0 0 ${2000 * factor} 1 0 0 0 0 0 0\n`)
      .concat(`eth1: ${250 * factor} 1 0 0 0 0 0 0 ${250 * factor} 1 0 0 0 0 0 0\n`)
      .join('');
  const host = createMemoryHost({
    files: {
      '/proc/net/dev': table(1),
      ...Object.fromEntries(devices.map(name => [`/sys/class/net/${name}/device`, ''])),
    },
  });
  let measured = 0;
  const meters = {
    ...still,
    async processor() {
      measured++;
      if (measured === 2) {
        host.clock += 1000;
        const entry = host.tree.get('/proc/net/dev') as MemoryEntry;
        host.tree.set('/proc/net/dev', {...entry, content: table(3)} as MemoryEntry);
      }
      return {processor: 0, cores: 1};
    },
  };
  const stop = new AbortController();
  for await (const load of watchLoad(host, target, stop.signal, {meters, interval: 1})) {
    expect(load.network).toEqual(expected);
    stop.abort();
  }
});

test('without the controller of memory, the processes of a container say what they have', async () => {
  const host = createMemoryHost({
    files: {
      '/proc/net/dev': network(1, 1),
      '/proc/42/cgroup': '0::/system.slice/docker-42.scope\n',
      [`${group}/cgroup.procs`]: '42\n43\n',
      '/proc/42/statm': '900 100 50 1 0 1 0\n',
      // The other one has just ended.
    },
    containers: {jitsi: [container('web')]},
  });
  const stop = new AbortController();
  for await (const {containers} of watchLoad(host, target, stop.signal, {meters: still, interval: 1})) {
    expect(containers).toEqual([{service: 'web', processors: 0, memory: 409_600, network: {received: 0, sent: 0}}]);
    stop.abort();
  }
});

test('an Engine that does not answer ends nothing', async () => {
  const host = createMemoryHost({files: {'/proc/net/dev': network(1, 1)}});
  const broken = {...host, docker: {...host.docker, containers: () => Promise.reject(new Error('restarting'))}};
  const stop = new AbortController();
  for await (const {containers} of watchLoad(broken, target, stop.signal, {meters: still, interval: 1})) {
    expect(containers).toEqual([]);
    stop.abort();
  }
});
