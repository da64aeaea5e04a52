import {refuseRun} from '../engine/going.ts';
import {type Errand, isReturn, type ReturnErrand, readRequest} from '../engine/launch.ts';
import {makePlan} from '../engine/plan.ts';
import {createReadOnlyHost} from '../host/read-only.ts';
import {exits} from '../model/exit-codes.ts';
import {noRun} from '../model/run.ts';
import type {Recovery, Ui} from '../model/ui.ts';
import {drawTask} from '../runs/errand.ts';
import {reportReturn} from '../runs/report-return.ts';
import type {Scene} from '../runs/survey.ts';
import {type Attended, start} from '../runs/watch.ts';
import {chooseRun} from '../undo/choose-run.ts';

/** `undo`: everything as it was before a run. */
export async function undo(scene: Scene, ui: Ui): Promise<number> {
  const {run, packages} = scene.invocation;
  await refuseRun(scene.host);
  return goBack(scene, ui, {command: 'undo', run: await chooseRun(run), packages});
}

/** `uninstall`: the server goes, and with --purge everything that came with it. */
export async function uninstall(scene: Scene, ui: Ui): Promise<number> {
  await refuseRun(scene.host);
  return goBack(scene, ui, {command: 'uninstall', purge: scene.invocation.purge});
}

/** Shows what would be put back, and leaves it to a run of its own once the owner consents. */
async function goBack(scene: Scene, ui: Ui, errand: ReturnErrand): Promise<number> {
  const plan = await planErrand(scene, errand);
  if (plan.changes.length === 0 && plan.problems.length === 0) return tellNothing(ui, errand);
  const decision = await ui.review(plan);
  if (decision === 'again') return goBack(scene, ui, errand);
  if (decision !== 'apply') return plan.problems.length > 0 ? exits.failed : exits.stopped;
  return recover(scene, ui, await start(scene, ui, errand, plan));
}

/** How a run ended, and which was the first that tried the same. */
type Tried = Attended & {readonly first?: Attended['failed']};

/**
 * What a failed run leaves the owner: to try again, to leave it, or to put everything back, which means before the first try.
 * Returns the exit status.
 */
export async function recover(scene: Scene, ui: Ui, {exit, failed, first = failed}: Tried): Promise<number> {
  if (!failed || !first || scene.invocation.yes) return exit;
  const {digest: _digest, approved: _approved, by: _by, ...errand} = await readRequest(failed);
  const choices: readonly Recovery[] = isReturn(errand) ? ['again', 'leave'] : ['again', 'leave', 'undo'];
  const choice = await ui.recover(choices);
  if (choice === 'leave') return exit;
  if (choice === 'undo') return goBack(scene, ui, {command: 'undo', run: first.run, packages: false});
  const again = await start(scene, ui, errand, await planErrand(scene, errand));
  return recover(scene, ui, {...again, first});
}

async function planErrand(scene: Scene, errand: Errand) {
  const {resources, problems} = await drawTask(scene, errand);
  return makePlan({resources, host: createReadOnlyHost(scene.host), problems});
}

async function tellNothing(ui: Ui, errand: ReturnErrand): Promise<number> {
  await ui.report(reportReturn(errand, {run: {...noRun, outcome: 'done'}, exit: exits.done}));
  return exits.done;
}
