import {setTimeout as sleep} from 'node:timers/promises';
import type {Host} from '../model/host.ts';
import type {Work} from '../model/resource.ts';

/** The unit in which the kernel reports a process's start: USER_HZ. */
const ticksPerSecond = 100;

/** How long a reload may take to start new workers, in milliseconds. */
const reloadLimit = 15_000;

/**
 * Reads when the newest child of a master process started, in milliseconds since 1970. nginx and HAProxy replace their workers at a
 * successful reload only, but systemd's time stamps move at a failed one too.
 */
export async function readNewestWorker(host: Host, master: number): Promise<number | undefined> {
  const start = await readNewestStart(host, master);
  const uptime = Number.parseFloat((await host.files.read('/proc/uptime')) ?? '');
  return start === undefined ? undefined : host.now() + (start - uptime) * 1000;
}

/** Reads the same in seconds since boot: unlike a time of day, two readings can be compared. */
export async function readNewestStart(host: Host, master: number): Promise<number | undefined> {
  const children = (await host.files.read(`/proc/${master}/task/${master}/children`)) ?? '';
  const starts = await Promise.all(
    children
      .split(' ')
      .filter(Boolean)
      .map(async pid => parseStart((await host.files.read(`/proc/${pid}/stat`)) ?? '')),
  );
  const known = starts.filter(start => start !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/**
 * Waits for the new workers of a reload, and returns whether there are any. Its command ends before, and a master that refuses the
 * configuration never has any.
 */
export async function awaitNewWorkers(
  {host, signal}: Pick<Work, 'host' | 'signal'>,
  master: number,
  before: number,
): Promise<boolean> {
  const deadline = host.now() + reloadLimit;
  while (((await readNewestStart(host, master)) ?? 0) <= before) {
    if (host.now() > deadline) return false;
    await sleep(50, undefined, {signal});
  }
  return true;
}

/** Parses the start of a process, in seconds since boot, from its /proc/PID/stat; its name may hold spaces and brackets. */
export function parseStart(stat: string): number | undefined {
  const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  return Number.isNaN(ticks) ? undefined : ticks / ticksPerSecond;
}

/** Milliseconds since 1970 of systemd's `Sun 2026-11-22 08:30:00.123456 UTC`. */
export function parseTimestamp(text: string | undefined): number | undefined {
  const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3})\d* UTC/.exec(text ?? '') ?? [];
  return day && time ? Date.parse(`${day}T${time}Z`) : undefined;
}

/** Which paths changed after `since`: the entry itself, or the target of its links. A time in the future counts as now. */
export async function findNewer(host: Host, paths: readonly string[], since: number): Promise<readonly string[]> {
  const newer = await Promise.all(
    paths.map(async path => {
      const target = await host.files.resolve(path);
      const states = await Promise.all([path, ...(target ? [target] : [])].map(each => host.files.stat(each)));
      return states.some(state => state && Math.min(state.modified, host.now()) > since);
    }),
  );
  return paths.filter((_, index) => newer[index]);
}
