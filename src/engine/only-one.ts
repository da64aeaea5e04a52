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
  if (await isHeld(path)) return false;
  await rm(path, {force: true});
  return claim(path);
}

/** Returns whether the process that made a lock is still at work. */
async function isHeld(path: string): Promise<boolean> {
  const [text, state] = await Promise.all([readFile(path, 'utf8'), stat(path)]).catch(() => ['', undefined] as const);
  // It was removed in between, or its number is about to be written.
  if (state === undefined) return false;
  if (Date.now() - state.mtimeMs > longest) return false;
  if (text === '') return Date.now() - state.mtimeMs < 1000;
  try {
    process.kill(Number(text), 0);
    return true;
  } catch {
    return false;
  }
}
