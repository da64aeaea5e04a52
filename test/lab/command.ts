import {setTimeout as sleep} from 'node:timers/promises';
import {execa} from 'execa';
import {marker} from './processes.ts';

/** A program and its arguments, never a line for a shell. */
export type Argv = readonly string[];

/** Runs a short command to its end and returns what it printed; fails with the command, its status and its last words. */
export async function run(argv: Argv, options: {seconds?: number; input?: string} = {}): Promise<string> {
  const [file = '', ...args] = argv;
  const {stdout} = await execa(file, args, {
    input: options.input ?? '',
    timeout: (options.seconds ?? 30) * 1000,
    killDescendants: true,
    env: marker,
  });
  return stdout;
}

/** Runs a command that may fail; returns its output, or undefined when it failed. */
export async function ask(argv: Argv, seconds = 10): Promise<string | undefined> {
  return run(argv, {seconds}).catch(() => undefined);
}

/** Asks again and again until the answer is yes; fails with the given sentence when the time is over. */
export async function waitUntil(
  isSo: () => Promise<boolean> | boolean,
  {seconds, every = 50, otherwise}: {seconds: number; every?: number; otherwise: () => string | Promise<string>},
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(await otherwise());
    await sleep(every);
  }
}

/** Prints the title of some work and, at its end, how long it took. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  console.log(`lab: ${title} …`);
  const result = await work();
  console.log(`lab: ${title}: done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
