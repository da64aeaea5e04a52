import {statfs} from 'node:fs/promises';
import {availableParallelism} from 'node:os';
import {setTimeout as sleep} from 'node:timers/promises';
import {findControlGroup} from '../model/control-group.ts';
import type {Files, Host} from '../model/host.ts';
import type {Amount, Load, Traffic} from '../model/load.ts';
import type {LoadTarget} from '../model/machine.ts';

/** The meters of one machine; tests replace them. */
export type Meters = {
  /** The part of all processors that was busy since the last call, and how many there are. */
  processor(): Promise<Pick<Load, 'processor' | 'cores'>>;
  memory(): Promise<Amount>;
  disk(path: string): Promise<Amount>;
};

/** The meters of the machine that this program runs on. */
export const thisMachine: Meters = {
  async processor() {
    const {default: information} = await import('systeminformation');
    return {processor: (await information.currentLoad()).currentLoad / 100, cores: availableParallelism()};
  },
  async memory() {
    const {default: information} = await import('systeminformation');
    const {total, available} = await information.mem();
    return {used: total - available, total};
  },
  // systeminformation would start `df`, and for the network one program per file.
  async disk(path) {
    const {bsize, blocks, bfree, bavail} = await statfs(path).catch(() => statfs('/'));
    const used = blocks - bfree;
    // As df does: what only root may use is neither free nor used.
    return {used: used * bsize, total: (used + bavail) * bsize};
  },
};

/** Milliseconds between two measurements: below 3 % of one processor, as test/e2e/home.test.ts measures it. */
const pause = 3000;
/** Measurements between two looks at which containers there are. */
const looksApart = 10;

/** A container that runs, its first process, and the directory in which the kernel accounts for it. */
type Container = {readonly service: string; readonly pid: number; readonly group: string};
/** The use of a container: microseconds of one processor and bytes of its network since its start, and bytes of memory. */
type Usage = Container & {readonly processorTime: number; readonly memory: number; readonly network: Traffic};
type Counters = {
  readonly at: number;
  readonly network: Traffic;
  readonly usages: readonly Usage[];
};

/** Measures again and again; the first measurement is the one that the second is compared with. */
export async function* watchLoad(
  host: Pick<Host, 'docker' | 'files' | 'now'>,
  target: LoadTarget,
  signal: AbortSignal,
  {meters = thisMachine, interval = pause} = {},
): AsyncGenerator<Load> {
  const {files} = host;
  let before: Counters | undefined;
  let containers: readonly Container[] = [];
  for (let round = 0; !signal.aborted; round++) {
    if (round % looksApart === 0) containers = await listRunning(host, target.project);
    const [processor, memory, disk, network, usages] = await Promise.all([
      meters.processor(),
      meters.memory(),
      meters.disk(target.directory),
      countHost(files),
      Promise.all(containers.map(each => measure(files, each))),
    ]);
    const now: Counters = {at: host.now(), network, usages};
    if (before) yield {...processor, memory, disk, ...compare(before, now)};
    before = now;
    // The second comes sooner, so that there is something to see.
    await sleep(round === 0 ? interval / 3 : interval, undefined, {signal}).catch(() => undefined);
  }
}

/** Lists the containers in the order of their names. An Engine that does not answer, as while it restarts, ends nothing. */
async function listRunning(
  {docker, files}: Pick<Host, 'docker' | 'files'>,
  project: string,
): Promise<readonly Container[]> {
  const found = await docker.containers(project).catch(() => []);
  const groups = await Promise.all(
    found.map(async ({service, pid = 0}) => ({service, pid, group: await findGroup(files, pid)})),
  );
  return groups
    .flatMap(({group, ...each}) => (group === undefined ? [] : [{...each, group}]))
    .toSorted((one, other) => one.service.localeCompare(other.service));
}

/** Finds the control group of a process. The Engine's own statistics are empty where a controller is not delegated. */
async function findGroup(files: Files, pid: number): Promise<string | undefined> {
  return findControlGroup(await readOrNothing(files, `/proc/${pid}/cgroup`));
}

async function measure(files: Files, container: Container): Promise<Usage> {
  const {group, pid} = container;
  const [processor, memory, network] = await Promise.all([
    readOrNothing(files, `${group}/cpu.stat`),
    readMemory(files, group),
    countContainer(files, pid),
  ]);
  return {...container, memory, network, processorTime: readNumber(processor, 'usage_usec')};
}

/** Reads the bytes that a control group has, without what the kernel keeps of files as long as nothing else needs the room. */
async function readMemory(files: Files, group: string): Promise<number> {
  const names = ['memory.current', 'memory.stat', 'cgroup.procs'] as const;
  const [current, statistics, processes = ''] = await Promise.all(
    names.map(name => readOrNothing(files, `${group}/${name}`)),
  );
  if (current !== undefined) return Number(current) - readNumber(statistics, 'inactive_file');
  // Without the controller of memory, the processes say it.
  const pids = processes.split('\n').filter(pid => pid !== '');
  const sizes = await Promise.all(pids.map(pid => readOrNothing(files, `/proc/${pid}/statm`)));
  return sizes.reduce((sum, text = '') => sum + Number(text.split(' ')[1] ?? 0) * pageSize, 0);
}

const pageSize = 4096;

const readNumber = (text = '', name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);

/** Reads a file that may vanish with its process while it is read. */
const readOrNothing = (files: Files, path: string) => files.read(path).catch(() => undefined);

function compare(before: Counters, now: Counters): Pick<Load, 'network' | 'containers'> {
  const elapsed = Math.max(1, now.at - before.at);
  const rate = (former: number, count: number) => (Math.max(0, count - former) / elapsed) * 1000;
  const rates = (former: Traffic, counts: Traffic): Traffic => ({
    received: rate(former.received, counts.received),
    sent: rate(former.sent, counts.sent),
  });
  return {
    network: rates(before.network, now.network),
    containers: now.usages.map(usage => {
      const {service, group, memory, processorTime, network} = usage;
      const former = before.usages.find(each => each.group === group) ?? usage;
      const processors = Math.max(0, processorTime - former.processorTime) / 1000 / elapsed;
      return {service, memory, processors, network: rates(former.network, network)};
    }),
  };
}

type Interface = {readonly name: string; readonly counts: readonly number[]};

/** Counts the bytes of a container's network. */
async function countContainer(files: Files, pid: number): Promise<Traffic> {
  return sumTraffic(await readInterfaces(files, `/proc/${pid}/net/dev`));
}

/** Counts the bytes of the host's network. A bridge, a bond or a VLAN counts those of its devices again. */
async function countHost(files: Files): Promise<Traffic> {
  const all = await readInterfaces(files, '/proc/net/dev');
  const devices = await Promise.all(all.map(({name}) => files.stat(`/sys/class/net/${name}/device`)));
  const real = all.filter((_, index) => devices[index] !== undefined);
  // A host that is itself a container has no device.
  return sumTraffic(real.length > 0 ? real : all);
}

/** Reads the counters of the interfaces to other machines: bytes of the loopback and of containers stay on this one. */
async function readInterfaces(files: Files, path: string): Promise<readonly Interface[]> {
  const text = (await readOrNothing(files, path)) ?? '';
  return text.split('\n').flatMap(line => {
    const [, name = '', numbers = ''] = /^\s*([^\s:]+):\s*(.*)$/.exec(line) ?? [];
    const isInner = name === '' || /^(lo|docker\d|br-|veth|virbr|tap)/.test(name);
    return isInner ? [] : [{name, counts: numbers.split(/\s+/).map(Number)}];
  });
}

function sumTraffic(interfaces: readonly Interface[]): Traffic {
  const sum = (column: number) => interfaces.reduce((total, {counts}) => total + (counts[column] ?? 0), 0);
  return {received: sum(0), sent: sum(8)};
}
