import {constants, fdatasync, writeSync} from 'node:fs';
import {type FileHandle, mkdir, open, readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {Event, EventBody} from '../model/event.ts';
import {refuseSecondRun} from './live-run.ts';

/** Where runs are kept on a real machine. */
export const runsDirectory = '/var/lib/jitsi-onebox/runs';

const kept = 20;
const runName = /^\d{8}T\d{6}Z$/;

/** The record of one run, appended line by line. */
export type Journal = {
  readonly run: string;
  /** The run's own directory, 0700: the journal, and what the run replaced. */
  readonly directory: string;
  readonly path: string;
  /** Writes what happens and returns it with its time. Never throws: a full disk must not tear down a run half-way. */
  append(body: EventBody): Event;
  /** Why the journal could not be written, if so. */
  failure(): Error | undefined;
  close(): Promise<void>;
};

/** Opens the journal of a new run; throws Problem run-in-progress while another one is going. Older runs than the newest 20 are removed. */
export async function openJournal({
  base = runsDirectory,
  now = Date.now,
}: {
  base?: string;
  now?: () => number;
} = {}): Promise<Journal> {
  await mkdir(base, {recursive: true, mode: 0o700});
  const latest = await latestRun(base);
  if (latest) await refuseSecondRun(latest);
  const run = await claimRun(base, now());
  await removeOld(base);
  const directory = join(base, run);
  const path = join(directory, 'events.jsonl');
  const {O_CREAT, O_EXCL, O_APPEND, O_WRONLY} = constants;
  const file = await open(path, O_CREAT | O_EXCL | O_APPEND | O_WRONLY, 0o600);
  return {run, directory, path, ...createWriter(file, now)};
}

function createWriter(file: FileHandle, now: () => number): Pick<Journal, 'append' | 'failure' | 'close'> {
  let failure: Error | undefined;
  const remember = (error: unknown) => {
    failure ??= error instanceof Error ? error : new Error(String(error));
  };
  return {
    append(body) {
      const event: Event = {v: 1, at: new Date(now()).toISOString(), ...body};
      try {
        // After a line that was cut short, the next begins on a line of its own.
        writeWhole(file.fd, `${failure ? '\n' : ''}${JSON.stringify(event)}\n`);
        if (body.type === 'step-finished') fdatasync(file.fd, () => {});
      } catch (error) {
        remember(error);
      }
      return event;
    },
    failure: () => failure,
    async close() {
      await file.sync().catch(remember);
      await file.close();
    },
  };
}

/** The newest run, finished or not. */
export async function latestRun(base: string = runsDirectory): Promise<{run: string; path: string} | undefined> {
  const run = (await listRuns(base)).at(-1);
  return run === undefined ? undefined : {run, path: join(base, run, 'events.jsonl')};
}

/** The ids of all runs that are kept, oldest first. */
export async function listRuns(base: string = runsDirectory): Promise<string[]> {
  const names = await readdir(base).catch(() => []);
  return names.filter(name => runName.test(name)).sort();
}

/** Makes the run's directory; its name is the second, or the next one that is free. */
async function claimRun(base: string, time: number): Promise<string> {
  const run = new Date(time)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
  const claimed = await mkdir(join(base, run), {mode: 0o700}).then(
    () => true,
    error => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
  return claimed ? run : claimRun(base, time + 1000);
}

async function removeOld(base: string): Promise<void> {
  const runs = await listRuns(base);
  for (const run of runs.slice(0, -kept)) await rm(join(base, run), {recursive: true, force: true});
}

function writeWhole(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
}
