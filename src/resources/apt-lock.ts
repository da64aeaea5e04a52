import {setTimeout as sleep} from 'node:timers/promises';
import type {Host} from '../model/host.ts';
import type {Work} from '../model/resource.ts';

/** apt waits by itself for none but the first of these, and on a first boot it is the others that are held. */
const lockFiles = [
  '/var/lib/dpkg/lock-frontend',
  '/var/lib/dpkg/lock',
  '/var/lib/apt/lists/lock',
  '/var/cache/apt/archives/lock',
];

const pause = 2_000;

/** Waits until no other process holds a lock of apt or dpkg, naming the holder while it waits. */
export async function awaitAptLocks({host, signal, output}: Pick<Work, 'host' | 'signal' | 'output'>): Promise<void> {
  for (let told: string | undefined; ; ) {
    const holder = await findHolder(host);
    if (holder === undefined) return;
    if (holder !== told) output({stream: 'stdout', line: `waiting for ${holder} to finish with apt`});
    told = holder;
    await sleep(pause, undefined, {signal});
  }
}

async function findHolder(host: Host): Promise<string | undefined> {
  const [inodes, locks] = await Promise.all([readInodes(host), host.files.read('/proc/locks')]);
  const holder = parseLocks(locks ?? '').find(lock => inodes.has(lock.inode));
  if (!holder) return undefined;
  const name = (await host.files.read(`/proc/${holder.pid}/comm`))?.trim();
  return name ? `${name} (process ${holder.pid})` : `process ${holder.pid}`;
}

async function readInodes(host: Host): Promise<ReadonlySet<string>> {
  const {stdout} = await host.query({argv: ['stat', '--format=%i', ...lockFiles]});
  return new Set(stdout.split('\n').filter(Boolean));
}

/** The locks of /proc/locks, `1: POSIX ADVISORY WRITE 812 fe:00:4711 0 EOF`: who holds one, on which inode. */
export function parseLocks(text: string): readonly {readonly pid: string; readonly inode: string}[] {
  return text.split('\n').flatMap(line => {
    const [, pid, inode] = /^\d+: \S+\s+\S+\s+\S+\s+(\d+) [\da-f]+:[\da-f]+:(\d+) /.exec(line) ?? [];
    return pid && inode ? [{pid, inode}] : [];
  });
}
