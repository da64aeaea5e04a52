import type {Host} from '../model/host.ts';

/** The kernel counts a process's start in these, whatever its own clock rate: USER_HZ. */
const ticksPerSecond = 100;

/**
 * When the newest child of a master process started, in milliseconds since 1970: nginx and HAProxy replace their workers at a
 * reload that works, and only then, while systemd's time stamps move at a failed one too.
 */
export async function readNewestWorker(host: Host, master: number): Promise<number | undefined> {
  const children = (await host.files.read(`/proc/${master}/task/${master}/children`)) ?? '';
  const uptime = Number.parseFloat((await host.files.read('/proc/uptime')) ?? '');
  const booted = host.now() - uptime * 1000;
  const starts = await Promise.all(
    children
      .split(' ')
      .filter(Boolean)
      .map(async pid => parseStart((await host.files.read(`/proc/${pid}/stat`)) ?? '')),
  );
  const known = starts.filter(start => start !== undefined);
  return known.length === 0 ? undefined : booted + Math.max(...known) * 1000;
}

/** Seconds between boot and the start of a process, from its /proc/PID/stat; its name may hold spaces and brackets. */
export function parseStart(stat: string): number | undefined {
  const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  return Number.isNaN(ticks) ? undefined : ticks / ticksPerSecond;
}
