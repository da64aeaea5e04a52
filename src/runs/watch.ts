import type {RunRecord} from '../model/machine.ts';
import type {ProblemReport} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import type {RunRequest} from '../model/request.ts';
import type {Run} from '../model/run.ts';
import type {Ui} from '../model/ui.ts';
import {formatCommand, reportRun} from './report.ts';

/** How a run ended; `failed` is one that the user can try again or take back. */
export type WatchedEnd = {readonly exit: number; readonly failed?: RunRecord; readonly run?: Run};

/** Shows a run from its start to its end, and its report. The exit status is 0 if the user leaves before. */
export async function watchRun(ui: Ui, record: RunRecord): Promise<WatchedEnd> {
  const {request, files} = record;
  if ('map' in request && request.map) ui.showMap(request.map);
  const leaving = new AbortController();
  let asked: Promise<void> | undefined;
  const stop = () => {
    asked = record.stop();
  };
  const run = await ui.watch(record.follow(leaving.signal), {stop, leave: () => leaving.abort()});
  // A user who leaves right after that has asked the run to stop all the same.
  await asked;
  if (leaving.signal.aborted) return {exit: exits.done};
  const problems = run.outcome === undefined ? [reportDeath(run, request, files?.run)] : (run.problems ?? []);
  if (problems.length > 0) await ui.showProblems(problems);
  const exit = run.exit ?? exits.failed;
  await ui.report(reportRun(request, {run, exit, journal: files?.path, isRehearsal: files === undefined}));
  if (run.undoneBy !== undefined) {
    const undo = await watchRun(ui, await record.openUndo(run.undoneBy));
    // The run that was asked for has failed, even if it is taken back completely.
    return {exit: exitAfterUndo(request, run, undo.exit), run};
  }
  return exit === exits.failed && files ? {exit, failed: record} : {exit};
}

/** Chooses the exit status of a run that was taken back: one of its own if it was an update, and everything works as before. */
function exitAfterUndo({command}: RunRequest, {problems = [], stopping}: Run, undo: number): number {
  if (command !== 'update' || undo !== exits.done) return exits.failed;
  if (stopping) return exits.stopped;
  return problems.some(({code}) => code === 'never-idle') ? exits.starting : exits.tookBack;
}

/** Reports a worker that ended without `run-finished`: the running steps show how far it came. */
function reportDeath({steps}: Run, request: RunRequest, id = ''): ProblemReport {
  const running = [...steps.values()].filter(({state}) => state === 'running').map(({title}) => `“${title}”`);
  const moment = running.length > 0 ? `during ${running.join(', ')}` : 'between two steps';
  return {
    code: 'run-died',
    summary: `Run ${id} ended unexpectedly ${moment}. Its worker process is gone and reported no result.`,
    remedy: `Run \`${formatCommand(request)}\`: it continues where this run stopped. \`journalctl -u jitsi-onebox-apply\` may show the reason.`,
  };
}
