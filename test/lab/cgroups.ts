import {existsSync} from 'node:fs';
import {mkdir, readdir, readFile, rmdir, writeFile} from 'node:fs/promises';
import {run} from './command.ts';
import {enterGuest} from './enter.ts';
import {machine} from './places.ts';
import {listFellows} from './processes.ts';
import type {Lab} from './state.ts';

const memory = '/sys/fs/cgroup/memory';
const mounts = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd', memory, '/sys/fs/cgroup'];

const gigabytes = 2;

/** Replaces /proc/meminfo, which shows the whole machine's memory whatever a guest's limits are. */
const disguise = `
  mkdir -p /run/narrow
  sed 's/^MemTotal:.*/MemTotal: ${gigabytes * 1024 * 1024} kB/; s/^MemAvailable:.*/MemAvailable: ${gigabytes * 1000 * 1000} kB/' /proc/meminfo >/run/narrow/meminfo
  mount --bind /run/narrow/meminfo /proc/meminfo`;

/** The lab's own branch in each hierarchy that the guest uses. */
export const branches: readonly string[] = mounts
  .filter(mount => existsSync(`${mount}/cgroup.procs`))
  .map(mount => `${mount}/${machine}`);

/** Makes the lab's branches anew, without the limits of an earlier guest. */
export async function makeBranches(): Promise<void> {
  await removeBranches();
  await Promise.all(branches.map(branch => mkdir(branch, {recursive: true})));
}

/** Limits the guest to one processor and 2 GB of memory until it boots again, in its /proc/meminfo too. */
export async function narrow({guest: {leader}}: Lab): Promise<void> {
  await limitMemory(gigabytes * 1024 ** 3);
  for (const pid of listFellows(leader.pid))
    await run(['taskset', '--all-tasks', '--cpu-list', '--pid', '0', String(pid)]);
  await run(enterGuest(leader.pid, ['sh', '-c', disguise]));
}

async function limitMemory(bytes: number): Promise<void> {
  if (existsSync(memory)) return writeFile(`${memory}/${machine}/memory.limit_in_bytes`, String(bytes));
  if (existsSync('/run/systemd/system')) {
    await run(['systemctl', 'set-property', '--runtime', `${machine}.scope`, `MemoryMax=${bytes}`]);
    return;
  }
  await writeFile('/sys/fs/cgroup/cgroup.subtree_control', '+memory');
  await writeFile(`/sys/fs/cgroup/${machine}/memory.max`, String(bytes));
}

/** Lists the processes in the lab's branches. */
export async function listBranchProcesses(): Promise<number[]> {
  const groups = (await Promise.all(branches.map(listGroups))).flat();
  const texts = await Promise.all(groups.map(group => readFile(`${group}/cgroup.procs`, 'utf8').catch(() => '')));
  return texts.flatMap(text => text.split('\n').filter(Boolean).map(Number));
}

/** Removes the lab's branches once nothing runs in them. */
export async function removeBranches(): Promise<void> {
  for (const branch of branches) {
    for (const group of await listGroups(branch)) await rmdir(group).catch(() => undefined);
  }
}

// The deepest first, as they can be removed.
async function listGroups(branch: string): Promise<string[]> {
  const entries = await readdir(branch, {recursive: true, withFileTypes: true}).catch(() => []);
  const below = entries.filter(entry => entry.isDirectory()).map(entry => `${entry.parentPath}/${entry.name}`);
  return [...below.sort((a, b) => b.length - a.length), ...(existsSync(branch) ? [branch] : [])];
}
