import {readJournal} from '../engine/journal.ts';
import {filesOf, listRuns, type RunFiles, runsDirectory, tryRequest} from '../engine/run-files.ts';
import {beforeDirectory, hasSnapshots} from '../host/snapshots.ts';
import {exits} from '../model/program.ts';

/**
 * Finds an update that did not work and is the newest run, or whose undo did not: a reboot ends a run in many ways, and some of them
 * let its worker report the end. It is taken back without asking, since some containers may run the new image and others the former one.
 */
export async function findBrokenUpdate(base = runsDirectory): Promise<string | undefined> {
  const run = (await listRuns(base)).at(-1);
  if (run === undefined) return undefined;
  const files = filesOf(run, base);
  const request = await tryRequest(files);
  if (request === undefined || (await hasSucceeded(files))) return undefined;
  if (request.command === 'update') return (await hasSnapshots(beforeDirectory(files.directory))) ? run : undefined;
  if (request.command !== 'undo') return undefined;
  const target = await tryRequest(filesOf(request.run, base));
  return target?.command === 'update' ? request.run : undefined;
}

async function hasSucceeded({path}: RunFiles): Promise<boolean> {
  try {
    for await (const event of readJournal(path)) if (event.type === 'run-finished') return event.exit === exits.done;
  } catch {
    // A run that was claimed and never began has no journal.
  }
  return false;
}
