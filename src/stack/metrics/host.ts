import type {Host} from '../../model/host.ts';
import type {Family, Sample} from '../../model/metrics.ts';

/** Jiffies per second, as the kernel shows them to programs on every architecture that Debian has. */
const jiffies = 100;
const modes = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;
/** Interfaces of containers, and loopback. */
const inner = /^(lo|veth|br-|docker)/;

/** Reads the figures of the host: processor, memory, disks, network. */
export async function readHostMetrics(host: Host): Promise<readonly Family[]> {
  const read = async (name: string) => (await host.files.read(`/proc/${name}`)) ?? '';
  const [load, stat, memory, network, snmp, disks] = await Promise.all([
    read('loadavg'),
    read('stat'),
    read('meminfo'),
    read('net/dev'),
    read('net/snmp'),
    readDisks(host),
  ]);
  return [
    gauge('host_load1', 'Processes that run or wait, on average over a minute.', [{value: Number(load.split(' ')[0])}]),
    counter('host_cpu_seconds_total', 'Time of all processors, by what it was spent on.', readTimes(stat)),
    gauge('host_processors', 'Processors.', [{value: stat.match(/^cpu\d/gm)?.length ?? 0}]),
    gauge('host_boot_time_seconds', 'When the host started.', [{value: Number(/^btime (\d+)/m.exec(stat)?.[1])}]),
    gauge('host_memory_total_bytes', 'Memory.', [{value: readMemory(memory, 'MemTotal')}]),
    gauge('host_memory_available_bytes', 'Memory that programs could still get.', [
      {value: readMemory(memory, 'MemAvailable')},
    ]),
    ...disks,
    counter('host_network_receive_bytes_total', 'Bytes received.', readTraffic(network, 0)),
    counter('host_network_transmit_bytes_total', 'Bytes sent.', readTraffic(network, 8)),
    counter('host_udp_receive_buffer_errors_total', 'UDP packets lost because a buffer was full.', readLost(snmp)),
  ].map(({samples, ...family}) => ({...family, samples: samples.filter(({value}) => Number.isFinite(value))}));
}

export const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name,
  help,
  type: 'gauge',
  samples,
});
export const counter = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name,
  help,
  type: 'counter',
  samples,
});

function readTimes(stat: string): readonly Sample[] {
  const numbers = /^cpu +(.*)$/m.exec(stat)?.[1]?.split(' ') ?? [];
  return modes.map((mode, index) => ({labels: {mode}, value: Number(numbers[index]) / jiffies}));
}

const readMemory = (memory: string, name: string) =>
  Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(memory)?.[1]) * 1024;

/** Reads a column of /proc/net/dev: 0 is what came in, 8 what went out. */
export function readTraffic(network: string, column: number): readonly Sample[] {
  const lines = [...network.matchAll(/^ *(\S+): *(.*)$/gm)];
  return lines.flatMap(([, device = '', numbers = '']) =>
    inner.test(device) ? [] : [{labels: {device}, value: Number(numbers.split(/ +/)[column])}],
  );
}

function readLost(snmp: string): readonly Sample[] {
  const [names = [], values = []] = [...snmp.matchAll(/^Udp: (.*)$/gm)].map(([, line = '']) => line.split(' '));
  return [{value: Number(values[names.indexOf('RcvbufErrors')])}];
}

async function readDisks({query}: Host): Promise<readonly Family[]> {
  const paths = ['/', '/var', '/var/lib/docker'];
  const {stdout} = await query({argv: ['df', '--block-size=1', '--output=size,avail,target', ...paths]});
  const lines = [...stdout.matchAll(/^ *(\d+) +(\d+) (.*)$/gm)];
  const found = new Map(lines.map(([, size, free, mountpoint = '']) => [mountpoint, {size, free}]));
  const samples = (key: 'size' | 'free') =>
    [...found].map(([mountpoint, each]) => ({labels: {mountpoint}, value: Number(each[key])}));
  return [
    gauge('host_filesystem_size_bytes', 'Size of the file systems that the server uses.', samples('size')),
    gauge('host_filesystem_free_bytes', 'Bytes left for programs there.', samples('free')),
  ];
}
