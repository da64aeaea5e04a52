import {setTimeout as sleep} from 'node:timers/promises';
import type {Command, Host} from '../model/host.ts';
import {CommandFailed} from '../model/problem.ts';
import type {Work} from '../model/resource.ts';

/** Programs that exclude each other with locks on files. */
export type Exclusive = {
  readonly name: string;
  readonly files: readonly string[];
  /** Their message when another process holds the lock. */
  readonly refusal: RegExp;
};

/** apt and dpkg. apt itself waits for the first lock only; on a first boot the others are held. */
export const aptLocks: Exclusive = {
  name: 'apt',
  files: [
    '/var/lib/dpkg/lock-frontend',
    '/var/lib/dpkg/lock',
    '/var/lib/apt/lists/lock',
    '/var/cache/apt/archives/lock',
  ],
  refusal: /Could not get lock|Unable to (acquire|lock)|was locked by another process/,
};

/** certbot, whose timer may fire at any time. */
export const certbotLocks: Exclusive = {
  name: 'certbot',
  files: ['/etc/letsencrypt', '/var/lib/letsencrypt', '/var/log/letsencrypt'].map(path => `${path}/.certbot.lock`),
  refusal: /Another instance of Certbot is already running/,
};

const pause = 2_000;
/** How often a process that cannot be seen may be quicker. */
const patience = 30;

/** Runs a command once no other process holds the locks it needs, naming the holder while it waits. */
export async function runAlone(work: Work, exclusive: Exclusive, command: Command): Promise<void> {
  for (let tries = 1; ; tries++) {
    await awaitHolders(work, exclusive);
    try {
      await work.host.run(command);
      return;
    } catch (error) {
      if (tries === patience || !isRefused(error, exclusive)) throw error;
      await sleep(pause, undefined, {signal: work.signal});
    }
  }
}

function isRefused(error: unknown, {refusal}: Exclusive): boolean {
  return error instanceof CommandFailed && error.tail.some(line => refusal.test(line));
}

/** Waits until no other process holds one of the locks, naming the holder while it waits. */
export async function awaitHolders({host, signal, output}: Work, {name, files}: Exclusive): Promise<void> {
  for (let said: string | undefined; ; ) {
    const holder = await findHolder(host, files);
    if (holder === undefined) return;
    if (holder !== said) output({stream: 'stdout', line: `waiting for ${holder} to finish with ${name}`});
    said = holder;
    await sleep(pause, undefined, {signal});
  }
}

async function findHolder(host: Host, files: readonly string[]): Promise<string | undefined> {
  const [inodes, locks] = await Promise.all([readInodes(host, files), host.files.read('/proc/locks')]);
  const holder = parseLocks(locks ?? '').find(lock => inodes.has(lock.inode));
  if (!holder) return undefined;
  const name = (await host.files.read(`/proc/${holder.pid}/comm`))?.trim();
  return name ? `${name} (process ${holder.pid})` : `process ${holder.pid}`;
}

async function readInodes(host: Host, files: readonly string[]): Promise<ReadonlySet<string>> {
  const {stdout} = await host.query({argv: ['stat', '--format=%i', ...files]});
  return new Set(stdout.split('\n').filter(Boolean));
}

/** Parses /proc/locks, `1: POSIX ADVISORY WRITE 812 fe:00:4711 0 EOF`, into holders and inodes. */
export function parseLocks(text: string): readonly {readonly pid: string; readonly inode: string}[] {
  return text.split('\n').flatMap(line => {
    const [, pid, inode] = /^\d+: \S+\s+\S+\s+\S+\s+(\d+) [\da-f]+:[\da-f]+:(\d+) /.exec(line) ?? [];
    return pid && inode ? [{pid, inode}] : [];
  });
}
