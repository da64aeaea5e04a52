import {followJournal} from '../engine/follow-journal.ts';
import {findGoingRun} from '../engine/going.ts';
import {filesOf, type RunFiles} from '../engine/journal.ts';
import {type Errand, launchRun, readRequest, stopRun} from '../engine/launch.ts';
import {approve} from '../engine/plan.ts';
import {exits} from '../model/exit-codes.ts';
import type {Plan} from '../model/plan.ts';
import type {ProblemReport} from '../model/problem.ts';
import type {Run} from '../model/run.ts';
import type {Ui} from '../model/ui.ts';
import {recallTale, type Tale} from './errand.ts';
import type {Scene} from './survey.ts';

type Attendance = {
  readonly scene: Scene;
  readonly ui: Ui;
  readonly files: RunFiles;
  readonly tale: Tale;
  /** The run by whose name its worker goes: one that puts another back is carried out by that one's worker. */
  readonly worker?: string;
};

/** How a run ended for who watched it; it `failed` where the owner can do something about it. */
export type Attended = {readonly exit: number; readonly failed?: RunFiles};

/** A worker mostly waits for other programs: compiled code would gain it nothing, and takes 12 MB. */
const uncompiled = ['--no-opt', '--no-maglev', '--no-sparkplug'];

/** Leaves an errand to a process that outlives this terminal, and watches it. */
export async function start(scene: Scene, ui: Ui, errand: Errand, plan: Plan): Promise<Attended> {
  const files = await launchRun({
    host: scene.host,
    program: [process.execPath, ...process.execArgv, ...uncompiled, process.argv[1] ?? ''],
    request: {...errand, ...approve(plan), by: process.env.SUDO_USER ?? process.env.USER ?? 'root'},
  });
  return attend({scene, ui, files, tale: await recallTale(scene, errand)});
}

/** Shows a run from its start to its end, whoever started it; the exit status is 0 when the owner leaves it to itself. */
export async function attend({scene, ui, files, tale, worker = files.run}: Attendance): Promise<Attended> {
  const {host} = scene;
  const leaving = new AbortController();
  if (tale.map) ui.showMap(tale.map);
  const isGoing = async () => (await findGoingRun(host)) === worker;
  const run = await ui.watch(followJournal({path: files.path, signal: leaving.signal, isGoing}), {
    stop: () => void stopRun(host),
    leave: () => leaving.abort(),
  });
  if (leaving.signal.aborted) return {exit: exits.done};
  const problems = run.outcome === undefined ? [tellDeath(run, files)] : (run.problems ?? []);
  if (problems.length > 0) await ui.tell(problems);
  const exit = run.exit ?? exits.failed;
  await ui.report(tale.report({run, exit, journal: files.path}));
  if (run.undoneBy !== undefined) return attendUndoing({scene, ui, run: run.undoneBy, worker});
  return exit === exits.failed ? {exit, failed: files} : {exit};
}

type Undoing = Pick<Attendance, 'scene' | 'ui'> & {readonly run: string; readonly worker: string};

/** The run that was to be is a failure, however well it is put back. */
async function attendUndoing({scene, ui, run, worker}: Undoing): Promise<Attended> {
  const files = filesOf(run);
  await attend({scene, ui, files, tale: await recallTale(scene, await readRequest(files)), worker});
  return {exit: exits.failed};
}

/** A worker that was killed wrote nothing of it: the last steps say how far it came. */
function tellDeath({steps, command}: Run, {run}: RunFiles): ProblemReport {
  const inHand = [...steps.values()].filter(({state}) => state === 'running').map(({title}) => `“${title}”`);
  const moment = inHand.length > 0 ? `during ${inHand.join(', ')}` : 'between two steps';
  return {
    code: 'run-died',
    summary: `Run ${run} broke off ${moment}: its process is gone and left no word.`,
    remedy: `Run ${command === 'undo' || command === 'uninstall' ? 'the same command again' : '`sudo jitsi-onebox apply`'}: it goes on where this one stopped. \`journalctl -b -1\` may tell why.`,
  };
}
