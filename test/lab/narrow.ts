import {limitMemory} from './cgroups.ts';
import {run} from './command.ts';
import {enterGuest} from './enter.ts';
import {listFellows} from './processes.ts';
import type {Lab} from './state.ts';

const gigabytes = 2;

/** What a small rented machine tells of itself: these files are of the whole machine, whatever a guest is limited to. */
const disguise = `
  mkdir -p /run/narrow
  sed 's/^MemTotal:.*/MemTotal: ${gigabytes * 1024 * 1024} kB/; s/^MemAvailable:.*/MemAvailable: ${gigabytes * 1000 * 1000} kB/' /proc/meminfo >/run/narrow/meminfo
  mount --bind /run/narrow/meminfo /proc/meminfo`;

/** Leaves the guest one processor and 2 GB of memory until it boots again, and lets its /proc/meminfo say so. */
export async function narrow({guest: {leader}}: Lab): Promise<void> {
  await limitMemory(gigabytes * 1024 ** 3);
  for (const pid of listFellows(leader.pid))
    await run(['taskset', '--all-tasks', '--cpu-list', '--pid', '0', String(pid)]);
  await run(enterGuest(leader.pid, ['sh', '-c', disguise]));
}
