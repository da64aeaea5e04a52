import {readJournal} from '../engine/journal.ts';
import {filesOf, listRuns, type RunFiles, runsDirectory, tryRequest} from '../engine/run-files.ts';
import {beforeDirectory, hasSnapshots} from '../host/snapshots.ts';

/**
 * Finds an update that ended unexpectedly and is the newest run, or whose undo ended unexpectedly. It is taken back without asking:
 * some containers may run the new image and others the former one.
 */
export async function findBrokenUpdate(base = runsDirectory): Promise<string | undefined> {
  const run = (await listRuns(base)).at(-1);
  if (run === undefined) return undefined;
  const files = filesOf(run, base);
  const request = await tryRequest(files);
  if (request === undefined || (await hasEnded(files))) return undefined;
  if (request.command === 'update') return (await hasSnapshots(beforeDirectory(files.directory))) ? run : undefined;
  if (request.command !== 'undo') return undefined;
  const target = await tryRequest(filesOf(request.run, base));
  return target?.command === 'update' ? request.run : undefined;
}

async function hasEnded({path}: RunFiles): Promise<boolean> {
  try {
    for await (const event of readJournal(path)) if (event.type === 'run-finished') return true;
  } catch {
    // A run that was claimed and never began has no journal.
  }
  return false;
}
