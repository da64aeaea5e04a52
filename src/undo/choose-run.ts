import {readJournal} from '../engine/journal.ts';
import {filesOf, listRuns, type RunFiles, runsDirectory, tryRequest} from '../engine/run-files.ts';
import {beforeDirectory, hasSnapshots} from '../host/snapshots.ts';
import {Problem} from '../model/problem.ts';

/** The run that `undo` is about: the one that was named, or the newest that changed something and was not undone yet. */
export async function chooseRun(named: string | undefined, base = runsDirectory): Promise<string> {
  const runs = await listRuns(base);
  const run = named === undefined ? await findNewest(runs, base) : named;
  if (run === undefined) throw nothingToUndo();
  if (!runs.includes(run)) throw noSuchRun(run, runs);
  if ((await tryRequest(filesOf(run, base)))?.command === 'uninstall') throw notUndoable(run);
  return run;
}

async function findNewest(runs: readonly string[], base: string): Promise<string | undefined> {
  // What was undone, with all that came after it, is passed over.
  let end = runs.length;
  for (let index = end - 1; index >= 0; index--) {
    const run = runs[index] ?? '';
    const request = await tryRequest(filesOf(run, base));
    // One that was cut short goes on.
    if (request?.command === 'undo' && index < end && !(await isDone(filesOf(run, base)))) return request.run;
    if (request?.command === 'undo') end = Math.min(end, runs.indexOf(request.run));
    else if (index < end && (await hasSnapshots(beforeDirectory(filesOf(run, base).directory)))) return run;
  }
  return undefined;
}

async function isDone({path}: RunFiles): Promise<boolean> {
  let isFinished = false;
  for await (const event of readJournal(path)) isFinished = event.type === 'run-finished' && event.exit === 0;
  return isFinished;
}

function noSuchRun(run: string, runs: readonly string[]): Problem {
  return new Problem({
    code: 'no-such-run',
    summary: `There is no run ${run}${runs.length === 0 ? '' : `; there are ${runs.join(', ')}`}.`,
    remedy: 'Name one of these: jitsi-onebox undo RUN; without a name it is the newest that changed something.',
  });
}

function nothingToUndo(): Problem {
  return new Problem({
    code: 'nothing-to-undo',
    summary: 'There is no run that changed something and was not undone yet.',
    remedy: 'To remove the whole installation: sudo jitsi-onebox uninstall.',
  });
}

function notUndoable(run: string): Problem {
  return new Problem({
    code: 'not-undoable',
    summary: `Run ${run} uninstalled, and its packages are gone.`,
    remedy: 'Install again: sudo jitsi-onebox apply. What an uninstallation keeps is used again.',
  });
}
