import {refuseRun} from '../engine/worker-unit.ts';
import type {Plan} from '../model/plan.ts';
import {exits} from '../model/program.ts';
import {type AnyRequest, isUndo, type UndoRequest} from '../model/request.ts';
import {noRun} from '../model/run.ts';
import {completeSettings} from '../model/settings/complete.ts';
import type {Recovery, Ui} from '../model/ui.ts';
import {approve, planRun} from '../runs/plan.ts';
import {reportRun} from '../runs/report.ts';
import {type WatchedEnd, watchRun} from '../runs/watch.ts';
import {sortBackups} from '../stack/index.ts';
import {chooseRun} from '../undo/choose-run.ts';
import {type CommandContext, readDraft} from './context.ts';

/** `undo`: restores the state before a run. */
export async function undo(context: CommandContext, ui: Ui): Promise<number> {
  const {run, packages} = context.invocation;
  await refuseRun(context.machine.host);
  return takeBack(context, ui, {command: 'undo', run: await chooseRun(run), packages});
}

/** `uninstall`: removes the server; --purge also removes everything installed with it. */
export async function uninstall(context: CommandContext, ui: Ui): Promise<number> {
  await refuseRun(context.machine.host);
  const backups = await findBackups(context);
  return takeBack(context, ui, {
    command: 'uninstall',
    purge: context.invocation.purge,
    ...(backups !== undefined && {backups}),
  });
}

/** Finds the directory of the backups that the timer made; undefined if there are none. */
async function findBackups(context: CommandContext): Promise<string | undefined> {
  const {directory} = completeSettings(await readDraft(context), {allowMissing: true}).backup;
  const files = await context.machine.host.files.list(directory).catch(() => undefined);
  return sortBackups(files ?? []).length > 0 ? directory : undefined;
}

/** Shows the plan of an undo, and carries it out once the user approves. */
async function takeBack(context: CommandContext, ui: Ui, request: UndoRequest): Promise<number> {
  const plan = await planOn(context, request);
  if (plan.changes.length === 0 && plan.problems.length === 0) return reportNothingToDo(ui, request);
  const decision = await ui.review(plan);
  if (decision === 'again') return takeBack(context, ui, request);
  if (decision !== 'apply') return plan.problems.length > 0 ? exits.failed : exits.stopped;
  return recover(context, ui, await start(context, ui, request, plan));
}

/**
 * Asks what to do about a run that failed: try again, leave it, or take everything back, which means to the state before the first
 * try. Returns the exit status.
 */
export async function recover(
  context: CommandContext,
  ui: Ui,
  {exit, failed, first = failed}: WatchedEnd & {readonly first?: WatchedEnd['failed']},
): Promise<number> {
  if (!failed || !first?.files || context.invocation.yes) return exit;
  const {request} = failed;
  const choices: readonly Recovery[] = isUndo(request) ? ['again', 'leave'] : ['again', 'leave', 'undo'];
  const choice = await ui.recover(choices);
  if (choice === 'leave') return exit;
  if (choice === 'undo') return takeBack(context, ui, {command: 'undo', run: first.files.run, packages: false});
  return recover(context, ui, {...(await start(context, ui, request, await planOn(context, request))), first});
}

function planOn({machine: {host}, assets}: CommandContext, request: AnyRequest): Promise<Plan> {
  return planRun({host, assets}, request);
}

async function start({machine}: CommandContext, ui: Ui, request: AnyRequest, plan: Plan): Promise<WatchedEnd> {
  return watchRun(ui, await machine.start(approve(request, plan), plan, []));
}

async function reportNothingToDo(ui: Ui, request: UndoRequest): Promise<number> {
  await ui.report(reportRun(request, {run: {...noRun, outcome: 'done'}, exit: exits.done}));
  return exits.done;
}
