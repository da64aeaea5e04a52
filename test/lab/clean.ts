import {readFile} from 'node:fs/promises';
import {listBranchProcesses, removeBranches} from './cgroups.ts';
import {ask, run} from './command.ts';
import {endProcesses} from './guest.ts';
import {listInhabitants, removeNetwork} from './network.ts';
import {disk, machine, namespaces, runtime} from './places.ts';
import {listMarked} from './processes.ts';
import {unmountRoot} from './root.ts';

// systemd-nspawn leaves this when it is killed.
const nspawnTraces = `/run/systemd/nspawn/propagate/${machine}`;

/** Removes everything that a lab has on this machine, however it ended, but for the cache. */
export async function clean(): Promise<void> {
  await endProcesses(listProcesses);
  await unmountRoot();
  await removeNetwork();
  await removeBranches();
  await run(['rm', '-rf', '--one-file-system', disk, runtime, nspawnTraces], {seconds: 120});
  const remains = await listRemains();
  if (remains.length > 0) throw new Error(`This is left of the lab and cannot be removed: ${remains.join(', ')}.`);
}

/** Lists processes, mounts and namespaces of a lab on this machine, whether or not it ever came up. */
export async function listRemains(): Promise<string[]> {
  const processes = await listProcesses();
  // A process of the lab itself, so not while they are listed.
  const names = await ask(['ip', 'netns', 'list']);
  const mounts = await listMounts();
  return [
    ...[...processes].map(pid => `process ${pid}`),
    ...mounts.map(mount => `mount ${mount}`),
    ...(names ?? '')
      .split('\n')
      .filter(name => name.startsWith('onebox-'))
      .map(name => `namespace ${name}`),
  ];
}

async function listProcesses(): Promise<Set<number>> {
  const inside = await Promise.all(namespaces.map(listInhabitants));
  const all = new Set([...inside.flat(), ...(await listBranchProcesses()), ...listMarked()]);
  all.delete(process.pid);
  return all;
}

async function listMounts(): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  const points = table.split('\n').map(line => line.split(' ')[4] ?? '');
  return points.filter(point => [disk, runtime].some(place => point.startsWith(`${place}/`)));
}
