import {filesOf, listRuns, runsDirectory, tryRequest} from '../engine/run-files.ts';
import {beforeDirectory, hasSnapshots} from '../host/snapshots.ts';
import {hasSucceeded} from './has-succeeded.ts';

/**
 * Finds an update that did not work and is the newest run, or whose undo did not: a reboot ends a run in many ways, and some of them
 * let its worker report the end. It is taken back without asking, since some containers may run the new image and others the former one.
 */
export async function findBrokenUpdate(base = runsDirectory): Promise<string | undefined> {
  const newest = await findNewest(base);
  if (newest === undefined) return undefined;
  const {run, files, request} = newest;
  if (await hasSucceeded(files)) return undefined;
  if (request.command === 'update') return (await hasSnapshots(beforeDirectory(files.directory))) ? run : undefined;
  if (request.command !== 'undo') return undefined;
  const target = await tryRequest(filesOf(request.run, base));
  return target?.command === 'update' ? request.run : undefined;
}

/** Finds the newest run. A directory without a request belongs to one that never began. */
async function findNewest(base: string) {
  for (const run of (await listRuns(base)).toReversed()) {
    const files = filesOf(run, base);
    const request = await tryRequest(files);
    if (request !== undefined) return {run, files, request};
  }
  return undefined;
}
