import {existsSync} from 'node:fs';
import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {RunRequest} from '../model/request.ts';

/** Where runs are kept on a real machine. */
export const runsDirectory = '/var/lib/jitsi-onebox/runs';

const runsKept = 20;
const runName = /^\d{8}T\d{6}Z$/;

/** The files of a run: its own directory (0700), and in it the journal. */
export type RunFiles = {readonly run: string; readonly directory: string; readonly path: string};

/** Names the files of a run. */
export function filesOf(run: string, base: string = runsDirectory): RunFiles {
  const directory = join(base, run);
  return {run, directory, path: join(directory, 'events.jsonl')};
}

/** Names the file that a run in progress sets aside, so that its journal can still report a full disk. */
export const reserveOf = ({directory}: RunFiles) => join(directory, 'reserve');

const requestPath = ({directory}: RunFiles) => join(directory, 'request.json');

/** Names a new run and makes its directory, with its request; removes all but the newest 20 runs. */
export async function claimRun({
  base = runsDirectory,
  now = Date.now,
  request,
}: {
  base?: string;
  now?: () => number;
  request?: RunRequest;
} = {}): Promise<RunFiles> {
  await mkdir(base, {recursive: true, mode: 0o700});
  const newest = (await listRuns(base)).at(-1);
  // After a clock that ran ahead, too, the newest run has the last name.
  const files = filesOf(await claimName(base, Math.max(now(), newest === undefined ? 0 : timeOf(newest) + 1000)), base);
  if (request) await writeFirst(files, request);
  await removeOld(base);
  return files;
}

/** Returns the newest run that has begun, finished or not. */
export async function latestRun(base: string = runsDirectory): Promise<RunFiles | undefined> {
  const runs = (await listRuns(base)).map(run => filesOf(run, base));
  return runs.findLast(({path}) => existsSync(path));
}

/** Lists the ids of all runs that are kept, oldest first. */
export async function listRuns(base: string = runsDirectory): Promise<string[]> {
  const names = await readdir(base).catch(() => []);
  return names.filter(name => runName.test(name)).sort();
}

/** Writes down what a run is asked for. */
export async function writeRequest(files: RunFiles, request: RunRequest): Promise<void> {
  await writeFile(requestPath(files), `${JSON.stringify(request, undefined, 2)}\n`, {mode: 0o600});
}

/** Writes the request of a new run. A run without one is ignored, so its directory is removed. */
async function writeFirst(files: RunFiles, request: RunRequest): Promise<void> {
  await writeRequest(files, request).catch(async error => {
    await rm(files.directory, {recursive: true, force: true});
    throw error;
  });
}

/** Reads what a run was asked for. */
export async function readRequest(files: RunFiles): Promise<RunRequest> {
  return JSON.parse(await readFile(requestPath(files), 'utf8'));
}

/** Reads the request of a run that may have ended before it was written. */
export function tryRequest(files: RunFiles): Promise<RunRequest | undefined> {
  return readRequest(files).catch(() => undefined);
}

/** Returns when a run was named, in milliseconds since 1970. */
const timeOf = (run: string) => Date.parse(run.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** Makes the run's directory, named after the second or the next one that is free. */
async function claimName(base: string, time: number): Promise<string> {
  const run = new Date(time)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
  const isFree = await mkdir(join(base, run), {mode: 0o700}).then(
    () => true,
    error => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
  return isFree ? run : claimName(base, time + 1000);
}

/** Removes what a worker that died has left: its reserve, and a snapshot that it was writing. */
async function removeRemains(files: RunFiles): Promise<void> {
  const names = await readdir(files.directory, {recursive: true}).catch(() => []);
  const unfinished = names
    .filter(name => /(^|\/)\.[^/]+\.jitsi-onebox$/.test(name))
    .map(name => join(files.directory, name));
  for (const path of [reserveOf(files), ...unfinished]) await rm(path, {force: true});
}

async function removeOld(base: string): Promise<void> {
  const runs = await listRuns(base);
  const requests = await Promise.all(runs.slice(-runsKept).map(run => tryRequest(filesOf(run, base))));
  // An undo reads the snapshots of the run that it takes back, however often it is interrupted and started again.
  const needed = new Set(requests.flatMap(request => (request?.command === 'undo' ? [request.run] : [])));
  const old = runs.slice(0, -runsKept).filter(run => !needed.has(run));
  for (const run of old) await rm(join(base, run), {recursive: true, force: true});
  for (const run of runs) await removeRemains(filesOf(run, base));
}
