import {entryOf} from '../../model/catalogue.ts';
import type {Check, CheckContext, Finding, Opening} from '../../model/check.ts';
import {formatBytes} from '../../model/words.ts';
import type {Blueprint} from '../blueprint.ts';
import {check, ok} from './check.ts';

/** A file system as `df` shows it; sizes are bytes, or numbers of files. */
type FileSystem = {
  readonly mount: string;
  readonly total: number;
  readonly free: number;
  /** Percent. */
  readonly used: number;
};

const nearlyFull = 90;
const full = 97;
/** A large disk that is 90 % full still has room for years. */
const plenty = 20e9;

/** Checks that there is room on the disks, and memory. */
export function capacityChecks({project}: Blueprint): readonly Check[] {
  const paths = ['/', '/var', '/var/log', '/var/lib/docker', '/var/cache/apt/archives', project.directory];
  return [diskSpace(paths), diskInodes(paths), freeMemory, memoryKills];
}

function diskSpace(paths: readonly string[]): Check {
  return check('disk-space', async context => {
    const all = await readFileSystems(context, paths, ['--block-size=1', '--output=size,avail,pcent,target']);
    const short = all.filter(({used, free}) => used >= full || (used >= nearlyFull && free < plenty));
    const describe = ({mount, used, free}: FileSystem) => `${mount} is ${used} % full, ${formatBytes(free)} free`;
    if (short.length === 0) return ok('There is room on the disks.', all.map(describe).join('; '));
    return report('disk-space', short.some(({used}) => used >= full) ? 'failed' : 'warning', short.map(describe));
  });
}

function diskInodes(paths: readonly string[]): Check {
  return check('disk-inodes', async context => {
    const all = await readFileSystems(context, paths, ['--output=itotal,iavail,ipcent,target']);
    // Some file systems, such as btrfs, have no limit.
    const limited = all.filter(({total}) => total > 0);
    const short = limited.filter(({used}) => used >= nearlyFull);
    const describe = ({mount, used, free}: FileSystem) => `${mount} can take ${free} more files (${used} % used)`;
    if (short.length === 0)
      return ok('There is space for more files.', limited.map(describe).join('; ') || 'no file system has a limit');
    return report('disk-inodes', short.some(({used}) => used >= 99) ? 'failed' : 'warning', short.map(describe));
  });
}

const report = (code: 'disk-space' | 'disk-inodes', state: 'warning' | 'failed', evidence: readonly string[]) => ({
  state,
  summary: entryOf(code).meaning,
  evidence: evidence.join('; '),
  remedy: entryOf(code).remedy,
});

async function readFileSystems(
  {host}: CheckContext,
  paths: readonly string[],
  options: readonly string[],
): Promise<readonly FileSystem[]> {
  // Some of the paths may not exist, which df answers with another exit status.
  const {stdout, stderr} = await host.query({argv: ['df', ...options, ...paths]});
  const rows = stdout.split('\n').flatMap(line => {
    const [, total, free, used, mount] = /^ *(\d+|-) +(\d+|-) +(\d+|-)%? +(\/.*)$/.exec(line) ?? [];
    if (mount === undefined) return [];
    return [{mount, total: Number(total) || 0, free: Number(free) || 0, used: Number(used) || 0}];
  });
  if (rows.length === 0) throw new Error(stderr.trim() || 'df shows no file system');
  return [...new Map(rows.map(row => [row.mount, row])).values()];
}

/** Reads the sizes of /proc/meminfo in bytes. */
const readMemory: Opening<ReadonlyMap<string, number>> = async ({host}) => {
  const text = (await host.files.read('/proc/meminfo')) ?? '';
  return new Map([...text.matchAll(/^(\w+): +(\d+) kB$/gm)].map(([, name = '', size]) => [name, Number(size) * 1024]));
};

const leastFree = 150e6;

const freeMemory = check('memory-free', async (context): Promise<Finding> => {
  const memory = await context.share(readMemory);
  const [total = 0, free = 0, swap = 0] = ['MemTotal', 'MemAvailable', 'SwapFree'].map(name => memory.get(name));
  if (total === 0) throw new Error('/proc/meminfo does not say how much memory there is');
  const evidence = `${formatBytes(free)} of ${formatBytes(total)} can be used, and ${formatBytes(swap)} of swap`;
  if (free >= Math.min(leastFree, total / 10)) return ok('There is free memory.', evidence);
  const {meaning, remedy} = entryOf('memory-free');
  return {state: 'warning', summary: meaning, evidence, remedy};
});

const kill =
  /Out of memory: Killed process \d+ \(([^)]*)\)|Memory cgroup out of memory: Killed process \d+ \(([^)]*)\)/;

const memoryKills = check('memory-kills', async ({host}): Promise<Finding> => {
  const argv = ['journalctl', '--dmesg', '--boot=all', '--since=-7d', '--no-pager', '--quiet'] as const;
  const {stdout} = await host.query({argv: [...argv, '--output=short-iso', '--grep=Killed process']});
  const lines = stdout.split('\n').filter(line => kill.test(line));
  const last = lines.at(-1);
  if (last === undefined) return ok('The kernel ended no program for lack of memory.', 'kernel log of the last 7 days');
  const {meaning, remedy} = entryOf('memory-kills');
  const evidence = `${lines.length === 1 ? 'once' : `${lines.length} times`}, the last: ${last.trim().slice(0, 200)}`;
  return {state: 'warning', summary: meaning, evidence, remedy};
});
