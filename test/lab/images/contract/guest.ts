import {setTimeout as sleep} from 'node:timers/promises';

/** What became of a command in the guest. */
export type Outcome = {readonly exitCode: number; readonly stdout: string; readonly stderr: string};

/** Runs a command in the guest. */
export type Guest = (argv: readonly string[], options?: {input?: string}) => Promise<Outcome>;

const PAUSE_MS = 300;

/** Runs a command that has to succeed, and returns what it printed. */
export const demand = async (guest: Guest, argv: readonly string[], input?: string): Promise<string> => {
  const {exitCode, stdout, stderr} = await guest(argv, input === undefined ? {} : {input});
  if (exitCode !== 0) {
    throw new Error(`${argv.slice(0, 6).join(' ')} … in the guest failed: ${stderr || stdout}`);
  }
  return stdout;
};

/** Runs a shell script that has to succeed. */
export const demandScript = (guest: Guest, script: string): Promise<string> => demand(guest, ['sh', '-ec', script]);

/** Everything a container said so far. */
export const readLog = async (guest: Guest, name: string): Promise<string> => {
  const {stdout, stderr} = await guest(['docker', 'logs', name]);
  return `${stdout}\n${stderr}`;
};

/** Waits until a container answers as it should; false after some seconds. */
export const waitFor = async (seconds: number, holds: () => Promise<boolean>): Promise<boolean> => {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    if (await holds()) {
      return true;
    }
    if (Date.now() > end) {
      return false;
    }
    await sleep(PAUSE_MS);
  }
};
