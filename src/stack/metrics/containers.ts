import {findControlGroup} from '../../model/control-group.ts';
import type {ContainerState, Host} from '../../model/host.ts';
import type {Family, Sample} from '../../model/metrics.ts';
import {counter, gauge, readTraffic} from './host.ts';

/** The kernel's own figures of a container; none where it does not run. */
type Usage = {
  readonly cpu?: number | undefined;
  readonly memory?: number | undefined;
  readonly limit?: number | undefined;
  readonly received?: number | undefined;
  readonly sent?: number | undefined;
};

/** Reads the figures of the containers: their state from Docker, the rest from their control groups. */
export async function readContainerMetrics(host: Host, project: string): Promise<readonly Family[]> {
  const containers = await host.docker.containers(project);
  const usages = new Map(await Promise.all(containers.map(async each => [each, await readUsage(host, each)] as const)));
  const sampleEach = (pick: (state: ContainerState, usage: Usage) => number | undefined): readonly Sample[] =>
    [...usages].flatMap(([state, usage]) => {
      const value = pick(state, usage);
      return value === undefined || !Number.isFinite(value) ? [] : [{labels: {container: state.service}, value}];
    });
  return [
    gauge(
      'container_running',
      'Whether the container runs.',
      sampleEach(({running}) => Number(running)),
    ),
    gauge(
      'container_healthy',
      'Whether its health check passes.',
      sampleEach(({health}) => Number(health === 'healthy')),
    ),
    gauge(
      'container_restarts',
      'How often Docker restarted it.',
      sampleEach(({restarts}) => restarts),
    ),
    gauge(
      'container_start_time_seconds',
      'When it started.',
      sampleEach(({started}) => started && started / 1000),
    ),
    counter(
      'container_cpu_seconds_total',
      'Processor time of the container.',
      sampleEach((_, {cpu}) => cpu),
    ),
    gauge(
      'container_memory_bytes',
      'Memory that the container uses, caches included.',
      sampleEach((_, {memory}) => memory),
    ),
    gauge(
      'container_memory_limit_bytes',
      'Memory that the container may use.',
      sampleEach((_, {limit}) => limit),
    ),
    counter(
      'container_network_receive_bytes_total',
      'Bytes that the container received.',
      sampleEach((_, {received}) => received),
    ),
    counter(
      'container_network_transmit_bytes_total',
      'Bytes that the container sent.',
      sampleEach((_, {sent}) => sent),
    ),
  ];
}

async function readUsage({files}: Host, {pid}: ContainerState): Promise<Usage> {
  if (pid === undefined) return {};
  const read = (path: string) => files.read(path).catch(() => undefined);
  const group = findControlGroup(await read(`/proc/${pid}/cgroup`));
  const figures =
    group === undefined ? [] : ['cpu.stat', 'memory.current', 'memory.max'].map(name => `${group}/${name}`);
  const [network, cpu, memory, limit] = await Promise.all([`/proc/${pid}/net/dev`, ...figures].map(read));
  const sum = (column: number) => network && readTraffic(network, column).reduce((total, {value}) => total + value, 0);
  return {
    cpu: Number(/^usage_usec (\d+)/m.exec(cpu ?? '')?.[1]) / 1e6,
    memory: Number.parseInt(memory ?? '', 10),
    // A container without a limit has the word max.
    limit: Number.parseInt(limit ?? '', 10),
    ...(network && {received: Number(sum(0)), sent: Number(sum(8))}),
  };
}
