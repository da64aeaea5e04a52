import {availableParallelism} from 'node:os';
import {dirname} from 'node:path/posix';
import * as v from 'valibot';
import {type Fact, type FactValues, known} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {ask, readIfAllowed, Unreadable} from './ask.ts';

/** The hardware to measure; tests replace it. */
export type Hardware = {
  /** Bytes of RAM. */
  memory(): Promise<number>;
  /** Processors that this program may run on. */
  cores(): Promise<number>;
};

/** The machine this program runs on. */
export const thisHardware: Hardware = {
  async memory() {
    // In the bundle, a CommonJS module has only a default export. Loading it takes 26 ms, so it is loaded here.
    const {default: information} = await import('systeminformation');
    return (await information.mem()).total;
  },
  async cores() {
    // systeminformation would start eight programs, and does not know which processors this program may use.
    return availableParallelism();
  },
};

/** Detects the amount of RAM. */
export async function readMemory(hardware: Hardware): Promise<Fact<number>> {
  return known(requirePositive('/proc/meminfo', await hardware.memory()), '/proc/meminfo');
}

/** Detects the number of processors. */
export async function readCores(hardware: Hardware): Promise<Fact<number>> {
  return known(requirePositive('nproc', await hardware.cores()), 'nproc');
}

function requirePositive(source: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new Unreadable(source, 'the machine reports no number');
}

/** Detects the free space for Docker's images. df gets one path, because a list of all mounts waits for every dead one. */
export async function readDisk(host: Host): Promise<Fact<number>> {
  const place = await findExisting(host, await findDataRoot(host));
  const output = await ask(host, 'df', '-Pk', place);
  const [, kibibytes] = /\n.*?\s\d+\s+\d+\s+(\d+)\s+(?:\d+%|-)\s/.exec(output) ?? [];
  if (kibibytes === undefined) throw new Unreadable(`df -Pk ${place}`, 'its answer is not understood');
  return known(Number(kibibytes) * 1024, `df of ${place}`);
}

const packagePaths = ['/usr', '/var/cache/apt/archives'];

/** Detects the free space for packages and images, where each of them will be. */
export async function readSpaces(host: Host): Promise<Fact<FactValues['spaces']>> {
  const paths = [await findDataRoot(host), ...packagePaths];
  const places = await Promise.all(paths.map(path => findExisting(host, path)));
  const lines = (await ask(host, 'df', '-Pk', ...places)).trim().split('\n').slice(1);
  const spaces = lines.flatMap((line, index) => {
    const [, free, mount] = /\s\d+\s+\d+\s+(\d+)\s+(?:\d+%|-)\s+(.*)$/.exec(line) ?? [];
    const path = paths[index];
    return path === undefined || mount === undefined ? [] : [{path, mount, free: Number(free) * 1024}];
  });
  if (spaces.length < paths.length) throw new Unreadable('df -Pk', 'its answer is not understood');
  return known(spaces, `df of ${places.join(', ')}`);
}

const daemonConfig = v.pipe(v.string(), v.parseJson(), v.object({'data-root': v.string()}));

async function findDataRoot(host: Host): Promise<string> {
  const text = await readIfAllowed(host, '/etc/docker/daemon.json');
  const configured = v.safeParse(daemonConfig, text);
  return configured.success ? configured.output['data-root'] : '/var/lib/docker';
}

async function findExisting(host: Host, path: string): Promise<string> {
  const state = await host.files.stat(path).catch(() => undefined);
  return state || path === '/' ? path : findExisting(host, dirname(path));
}
