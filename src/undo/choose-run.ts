import {filesOf, listRuns, runsDirectory, tryRequest} from '../engine/run-files.ts';
import {beforeDirectory, hasSnapshots} from '../host/snapshots.ts';
import {Problem} from '../model/problem.ts';
import {hasSucceeded} from './has-succeeded.ts';

/** Chooses the run to undo: the named one, or the newest that changed something and was not undone yet. */
export async function chooseRun(named: string | undefined, base = runsDirectory): Promise<string> {
  const runs = await listRuns(base);
  const run = named === undefined ? await findNewest(runs, base) : named;
  if (run === undefined) throw nothingToUndo(await listUndos(runs, base));
  if (!runs.includes(run)) throw noSuchRun(run, runs);
  if ((await tryRequest(filesOf(run, base)))?.command === 'uninstall') throw notUndoable(run);
  return run;
}

async function findNewest(runs: readonly string[], base: string): Promise<string | undefined> {
  // A run that was undone is skipped, with all runs between it and its undo; an undo that was undone itself does not count.
  let undoneFrom = runs.length;
  for (let index = undoneFrom - 1; index >= 0; index--) {
    if (index >= undoneFrom) continue;
    const run = runs[index] ?? '';
    const request = await tryRequest(filesOf(run, base));
    // An undo that did not finish is continued.
    if (request?.command === 'undo' && !(await hasSucceeded(filesOf(run, base)))) return request.run;
    if (request?.command === 'undo') undoneFrom = Math.min(undoneFrom, runs.indexOf(request.run));
    else if (await hasSnapshots(beforeDirectory(filesOf(run, base).directory))) return run;
  }
  return undefined;
}

function noSuchRun(run: string, runs: readonly string[]): Problem {
  return new Problem({
    code: 'no-such-run',
    summary: `There is no run ${run}${runs.length === 0 ? '' : `; there are ${runs.join(', ')}`}.`,
    remedy:
      runs.length === 0
        ? 'There are no runs yet.'
        : 'Name one of these: jitsi-onebox undo RUN. Without a name it is the newest that changed something.',
  });
}

/** Lists the undos that an undo brings something back from, newest first: for each run the newest one that took it back. */
async function listUndos(runs: readonly string[], base: string): Promise<readonly UndoneRun[]> {
  const requests = await Promise.all(runs.map(async run => [run, await tryRequest(filesOf(run, base))] as const));
  const isUndo = (name: string) => requests.some(([run, request]) => run === name && request?.command === 'undo');
  const undos = requests.flatMap(([undo, request]) =>
    request?.command === 'undo' ? [[request.run, undo] as const] : [],
  );
  // An undo of an undo has brought its run back itself.
  return [...new Map(undos)].filter(([run]) => !isUndo(run)).map(([run, undo]) => ({run, undo}));
}

type UndoneRun = {readonly run: string; readonly undo: string};

function nothingToUndo(undos: readonly UndoneRun[]): Problem {
  const lines = undos
    .toSorted((one, other) => (one.undo < other.undo ? 1 : -1))
    .map(({undo, run}) => `\`sudo jitsi-onebox undo ${undo}\` brings back the changes of run ${run}.`);
  const others = '`sudo jitsi-onebox apply` sets the server up again; `sudo jitsi-onebox uninstall` removes it.';
  return new Problem({
    code: 'nothing-to-undo',
    summary:
      undos.length > 0 ? 'Every run that changed something is undone already.' : 'No run has changed anything yet.',
    remedy: [...lines, others].join('\n'),
  });
}

function notUndoable(run: string): Problem {
  return new Problem({
    code: 'not-undoable',
    summary: `Run ${run} is an uninstallation, and the packages are removed.`,
    remedy: 'Install again with `sudo jitsi-onebox apply`: it uses everything that the uninstallation kept.',
  });
}
