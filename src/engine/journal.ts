import {constants, existsSync, fdatasync, rmSync, writeSync} from 'node:fs';
import {type FileHandle, mkdir, open, readdir, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Event, EventBody} from '../model/event.ts';

/** Where runs are kept on a real machine. */
export const runsDirectory = '/var/lib/jitsi-onebox/runs';

const kept = 20;
/** Bytes that are set aside while a run goes, so that it can still tell of a full disk. */
const reserveSize = 256 * 1024;
const runName = /^\d{8}T\d{6}Z$/;

/** What a run leaves on the disk: its own directory (0700), and in it the journal. */
export type RunFiles = {readonly run: string; readonly directory: string; readonly path: string};

/** The record of one run, appended line by line. */
export type Journal = RunFiles & {
  /** Writes what happens and returns it with its time. Never throws: a full disk must not tear down a run half-way. */
  append(body: EventBody): Event;
  /** Why the journal could not be written, if so. */
  failure(): Error | undefined;
  close(): Promise<void>;
};

/** Where the files of a run are. */
export function filesOf(run: string, base: string = runsDirectory): RunFiles {
  const directory = join(base, run);
  return {run, directory, path: join(directory, 'events.jsonl')};
}

/** Names a new run and makes its directory. Older runs than the newest 20 are removed. */
export async function claimRun({
  base = runsDirectory,
  now = Date.now,
}: {
  base?: string;
  now?: () => number;
} = {}): Promise<RunFiles> {
  await mkdir(base, {recursive: true, mode: 0o700});
  const run = await claimName(base, now());
  await removeOld(base);
  return filesOf(run, base);
}

/** Opens the journal of a run that was claimed. */
export async function openJournal(files: RunFiles, now: () => number = Date.now): Promise<Journal> {
  const {O_CREAT, O_EXCL, O_APPEND, O_WRONLY} = constants;
  const file = await open(files.path, O_CREAT | O_EXCL | O_APPEND | O_WRONLY, 0o600);
  const reserve = join(files.directory, 'reserve');
  await writeFile(reserve, Buffer.alloc(reserveSize), {mode: 0o600}).catch(() => undefined);
  return {...files, ...createWriter({file, reserve, now})};
}

type Writer = {readonly file: FileHandle; readonly reserve: string; readonly now: () => number};

function createWriter({file, reserve, now}: Writer): Pick<Journal, 'append' | 'failure' | 'close'> {
  let failure: Error | undefined;
  const remember = (error: unknown) => {
    failure ??= error instanceof Error ? error : new Error(String(error));
  };
  const write = (line: string) => {
    try {
      // After a line that was cut short, the next begins on a line of its own.
      writeWhole(file.fd, `${failure ? '\n' : ''}${line}\n`);
    } catch (error) {
      if (!existsSync(reserve)) return remember(error);
      rmSync(reserve, {force: true});
      write(`\n${line}`);
    }
  };
  return {
    append(body) {
      const event: Event = {v: 1, at: new Date(now()).toISOString(), ...body};
      write(JSON.stringify(event));
      if (body.type === 'step-finished') fdatasync(file.fd, () => {});
      return event;
    },
    failure: () => failure,
    async close() {
      await file.sync().catch(remember);
      await file.close();
      await rm(reserve, {force: true});
    },
  };
}

/** The newest run that has begun, finished or not. */
export async function latestRun(base: string = runsDirectory): Promise<RunFiles | undefined> {
  const runs = (await listRuns(base)).map(run => filesOf(run, base));
  return runs.findLast(({path}) => existsSync(path));
}

/** The ids of all runs that are kept, oldest first. */
export async function listRuns(base: string = runsDirectory): Promise<string[]> {
  const names = await readdir(base).catch(() => []);
  return names.filter(name => runName.test(name)).sort();
}

/** Makes the run's directory; its name is the second, or the next one that is free. */
async function claimName(base: string, time: number): Promise<string> {
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
  return claimed ? run : claimName(base, time + 1000);
}

async function removeOld(base: string): Promise<void> {
  const runs = await listRuns(base);
  for (const run of runs.slice(0, -kept)) await rm(join(base, run), {recursive: true, force: true});
}

function writeWhole(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
}
