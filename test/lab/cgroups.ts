import {existsSync} from 'node:fs';
import {mkdir, readdir, readFile, rmdir, writeFile} from 'node:fs/promises';
import {run} from './command.ts';

const name = 'jitsi-onebox-lab';
const memory = '/sys/fs/cgroup/memory';
const mounts = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd', memory, '/sys/fs/cgroup'];

/** The lab's own branch in each hierarchy that the guest uses, so that nothing is left elsewhere. */
export const branches: readonly string[] = mounts
  .filter(mount => existsSync(`${mount}/cgroup.procs`))
  .map(mount => `${mount}/${name}`);

/** Makes the lab's branches anew: what an earlier guest was limited to goes with its own. */
export async function makeBranches(): Promise<void> {
  await removeBranches();
  await Promise.all(branches.map(branch => mkdir(branch, {recursive: true})));
}

/** Lets the guest have so many bytes of memory and no more, as long as its branches live. */
export async function limitMemory(bytes: number): Promise<void> {
  if (existsSync(memory)) return writeFile(`${memory}/${name}/memory.limit_in_bytes`, String(bytes));
  if (existsSync('/run/systemd/system')) {
    await run(['systemctl', 'set-property', '--runtime', `${name}.scope`, `MemoryMax=${bytes}`]);
    return;
  }
  await writeFile('/sys/fs/cgroup/cgroup.subtree_control', '+memory');
  await writeFile(`/sys/fs/cgroup/${name}/memory.max`, String(bytes));
}

/** Every process in the lab's branches. */
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
