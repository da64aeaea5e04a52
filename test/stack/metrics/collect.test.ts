import {readdirSync, readFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {ContainerState} from '../../../src/model/host.ts';
import {renderMetrics} from '../../../src/model/metrics.ts';
import {collectMetrics} from '../../../src/stack/metrics/collect.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';
import {parseMetrics} from './parser.ts';

const id = 'a'.repeat(64);
// As with `cgroup-parent` in daemon.json.
const path = `/jitsi.slice/docker-${id}.scope`;
const group = `/sys/fs/cgroup${path}`;
const device = (name: string, received: number, sent: number) =>
  `${name}: ${received} 1 0 0 0 0 0 0 ${sent} 1 0 0 0 0 0 0\n`;
const container: ContainerState = {
  ...{
    id,
    pid: 4711,
    service: 'jicofo',
    labels: {},
    running: true,
    health: 'healthy',
    started: 1_000_000,
    restarts: 2,
    healthOutput: '',
  },
};
const {pid: _pid, ...stopped} = container;
const watched = {
  v: 1,
  at: '2026-11-22T08:29:00.000Z',
  checks: {conference: {state: 'failed', since: 'x'}, bosh: {state: 'ok', since: 'x'}},
};

const prepare = () =>
  createMemoryHost({
    clock: Date.parse('2026-11-22T08:30:00Z'),
    files: {
      '/proc/loadavg': '0.25 0.5 0.75 1/100 4711\n',
      '/proc/stat': 'cpu  100 200 300 400 500 0 0 0 0 0\ncpu0 1 2\ncpu1 1 2\nbtime 1700000000\n',
      '/proc/meminfo': 'MemTotal:        2000 kB\nMemAvailable:    1000 kB\n',
      '/proc/net/dev': `Inter-|   Receive\n face |bytes\n    ${device('lo', 9, 9)}  ${device('eth0', 10, 20)} ${device('veth1', 9, 9)}`,
      '/proc/net/snmp': 'Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors\nUdp: 5 0 0 0 7\n',
      [`${group}/cpu.stat`]: 'usage_usec 2500000\nuser_usec 1\n',
      [`${group}/memory.current`]: '1000\n',
      [`${group}/memory.max`]: 'max\n',
      '/proc/4711/cgroup': `0::${path}\n`,
      '/proc/4711/net/dev': `  ${device('eth0', 30, 40)}`,
      '/var/lib/jitsi-onebox/watch.json': JSON.stringify(watched),
    },
    commands: {
      df: ' 1B-blocks Avail Mounted on\n 1000 500 /\n 1000 500 /\n 2000 900 /var/lib/docker\n',
      'docker exec': '{"focus_manager":{"a@muc.meet.jitsi":2,"b@muc.meet.jitsi":3}}',
    },
    containers: {
      jitsi: [container, {...stopped, id: 'b', service: 'web', running: false, health: 'none', started: undefined}],
    },
  });

const collect = async (host = prepare()) => parseMetrics(renderMetrics(await collectMetrics(host, 'jitsi')));

test('every figure is read from where it is', async () => {
  const series = await collect();
  expect(Object.fromEntries(series)).toMatchObject({
    jitsi_onebox_host_load1: 0.25,
    'jitsi_onebox_host_cpu_seconds_total{mode="system"}': 3,
    jitsi_onebox_host_processors: 2,
    jitsi_onebox_host_memory_available_bytes: 1_024_000,
    'jitsi_onebox_host_filesystem_free_bytes{mountpoint="/var/lib/docker"}': 900,
    'jitsi_onebox_host_network_transmit_bytes_total{device="eth0"}': 20,
    jitsi_onebox_host_udp_receive_buffer_errors_total: 7,
    'jitsi_onebox_container_running{container="web"}': 0,
    'jitsi_onebox_container_healthy{container="jicofo"}': 1,
    'jitsi_onebox_container_cpu_seconds_total{container="jicofo"}': 2.5,
    'jitsi_onebox_container_memory_bytes{container="jicofo"}': 1000,
    'jitsi_onebox_container_network_receive_bytes_total{container="jicofo"}': 30,
    jitsi_onebox_conferences: 2,
    jitsi_onebox_participants: 5,
    'jitsi_onebox_check_state{check="conference"}': 2,
    'jitsi_onebox_check_state{check="bosh"}': 0,
    jitsi_onebox_check_round_age_seconds: 60,
  });
  const names = [...series.keys()];
  expect(names.filter(name => /lo"|veth|memory_limit/.test(name))).toEqual([]);
  expect(names.filter(name => /container_cpu.*web/.test(name))).toEqual([]);
});

test('a figure that cannot be read is missing, and another one says so', async () => {
  const host = prepare();
  host.commands['docker exec'] = {exitCode: 1};
  const series = await collect(host);
  expect(series.get('jitsi_onebox_collector_success{collector="meetings"}')).toBe(0);
  expect(series.get('jitsi_onebox_collector_success{collector="containers"}')).toBe(1);
  expect(series.has('jitsi_onebox_participants')).toBe(false);
  const empty = await collect(createMemoryHost());
  expect(empty.get('jitsi_onebox_conferences')).toBe(0);
  expect([...empty.keys()].filter(name => name.includes('check_'))).toEqual([]);
});

describe('the text', () => {
  test('keeps the format with any labels and figures', () => {
    const value = fc.oneof(fc.double({noNaN: true, noDefaultInfinity: true}), fc.nat());
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({unit: 'grapheme'}), {minLength: 1}), value, (labels, number) => {
        const samples = labels.map(label => ({labels: {label}, value: number}));
        const text = renderMetrics([{name: 'x', help: 'A \\ and\na line.', type: 'gauge', samples}]);
        expect(parseMetrics(text).size).toBe(labels.length);
      }),
    );
  });

  test.each([
    'a 1\n',
    '# HELP a b\n# TYPE a gauge\na 1',
    '# HELP a b\n# TYPE a gauge\na 1\na 2\n',
    '# HELP a b\n# TYPE a counter\na 1\n',
    '# HELP a b\n# TYPE a gauge\na{b="c" 1\n',
    '# HELP a b\n# TYPE a gauge\na 1\n# HELP b b\n# TYPE b gauge\na 2\n',
  ])('%j is none', text => {
    expect(() => parseMetrics(text)).toThrow();
  });
});

test('the dashboard asks for figures that exist, and for all but a few of them', async () => {
  const dashboard = readFileSync('assets/grafana/jitsi-onebox.json', 'utf8');
  const folder = 'src/stack/metrics';
  const source = readdirSync(folder)
    .map(file => readFileSync(`${folder}/${file}`, 'utf8'))
    .join('\n');
  const names = [...source.matchAll(/\b(?:gauge|counter)\(\s*'(\w+)'/g)].map(([, name = '']) => name);
  const asked = new Set([...dashboard.matchAll(/jitsi_onebox_(\w+)/g)].map(([, name = '']) => name));
  expect(names.length).toBeGreaterThan(20);
  expect([...asked].filter(name => !names.includes(name))).toEqual([]);
  const ids = JSON.parse(dashboard).panels.map(({id: each}: {id: number}) => each);
  expect(new Set(ids).size).toBe(ids.length);
  expect(names.filter(name => !asked.has(name)).toSorted()).toEqual([
    'check_round_time_seconds',
    'collector_success',
    'container_restarts',
    'container_running',
    'container_start_time_seconds',
    'host_boot_time_seconds',
    'host_filesystem_size_bytes',
    'host_load1',
  ]);
});
