import {existsSync} from 'node:fs';
import {mkdir, readdir, readFile, rmdir} from 'node:fs/promises';

const mounts = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd', '/sys/fs/cgroup'];

/** The lab's own branch in each hierarchy that the guest's systemd uses, so that nothing is left elsewhere. */
export const branches: readonly string[] = mounts
  .filter((mount, index) => (index < 2 ? existsSync(mount) : existsSync(`${mount}/cgroup.procs`)))
  .map(mount => `${mount}/jitsi-onebox-lab`);

/** Makes the lab's branches. */
export async function makeBranches(): Promise<void> {
  await Promise.all(branches.map(branch => mkdir(branch, {recursive: true})));
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
