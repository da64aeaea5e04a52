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

/** Asks a command that may say no: its output, or undefined when it failed. */
export async function ask(argv: Argv, seconds = 10): Promise<string | undefined> {
  return run(argv, {seconds}).catch(() => undefined);
}
