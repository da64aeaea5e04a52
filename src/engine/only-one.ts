import {readFile, rm, stat, writeFile} from 'node:fs/promises';
import {setTimeout as sleep} from 'node:timers/promises';

const pause = 100;
/** Nothing that is done under such a lock takes longer: the number of a process may be another one's by then. */
const longest = 15 * 60_000;

export type OnlyOneOptions = {
  /** The file that marks who is at work. /run is empty after a boot. */
  readonly path: string;
  /** How long to wait for another process, in milliseconds. */
  readonly patience: number;
};

/** Runs a task while no other process runs one with the same lock; returns undefined if another one does not end in time. */
export async function runOnlyOne<T>({path, patience}: OnlyOneOptions, task: () => Promise<T>): Promise<T | undefined> {
  const deadline = Date.now() + patience;
  while (!(await claim(path))) {
    if (Date.now() >= deadline) return undefined;
    await sleep(pause);
  }
  try {
    return await task();
  } finally {
    await rm(path, {force: true});
  }
}

async function claim(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), {flag: 'wx', mode: 0o600});
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const state = await judgeLock(path);
  if (state === 'held') return false;
  // A lock that vanished is not removed: by now the path may be that of another process.
  if (state === 'stale') await rm(path, {force: true});
  return claim(path);
}

/** Judges whether the process that made a lock is still at work. */
async function judgeLock(path: string): Promise<'held' | 'stale' | 'gone'> {
  const found = await Promise.all([readFile(path, 'utf8'), stat(path)]).catch(error => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return 'gone';
  const [text, {mtimeMs}] = found;
  const age = Date.now() - mtimeMs;
  if (age > longest) return 'stale';
  // The number of its process is about to be written.
  if (text === '') return age < 1000 ? 'held' : 'stale';
  return isAlive(Number(text)) ? 'held' : 'stale';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
