import {followJournal} from './engine/follow-journal.ts';
import {findGoingRun} from './engine/going.ts';
import {filesOf, latestRun, type RunFiles} from './engine/journal.ts';
import {type Request, readRequest, stopRun} from './engine/launch.ts';
import {exits} from './exit-codes.ts';
import {readFacts} from './model/facts-json.ts';
import {Problem, type ProblemReport} from './model/problem.ts';
import type {Run} from './model/run.ts';
import {gatherSettings} from './model/settings/gather.ts';
import type {Ui} from './model/ui.ts';
import {reportOn} from './report.ts';
import {type Stack, settingsPath, type TakeOver} from './stack/index.ts';
import {type Scene, survey} from './survey.ts';

/** `attach`: shows the run that is going, or the newest one, from its start. */
export async function attach(scene: Scene, ui: Ui): Promise<number> {
  const going = await findGoingRun(scene.host);
  const files = going === undefined ? await latestRun() : filesOf(going);
  if (!files) throw noRun();
  return attend({scene, ui, files, stack: await recallStack(scene, await readRequest(files))});
}

/** Everything that follows from what the owner approved. */
export function recallStack(scene: Scene, {settings, facts, takeOver}: Request): Promise<Stack> {
  const draft = gatherSettings({saved: {name: settingsPath, text: settings}});
  const invocation = {...scene.invocation, takeOver: takeOver as readonly TakeOver[]};
  return survey({...scene, invocation}, draft, readFacts(facts));
}

type Attendance = {readonly scene: Scene; readonly ui: Ui; readonly files: RunFiles; readonly stack: Stack};

/** Shows a run from its start to its end, whoever started it. Returns its exit status: 0 when the owner leaves it to itself. */
export async function attend({scene: {host}, ui, files, stack}: Attendance): Promise<number> {
  const leaving = new AbortController();
  ui.showMap(stack.map);
  const isGoing = async () => (await findGoingRun(host)) === files.run;
  const run = await ui.watch(followJournal({path: files.path, signal: leaving.signal, isGoing}), {
    stop: () => void stopRun(host),
    leave: () => leaving.abort(),
  });
  if (leaving.signal.aborted) return exits.done;
  const problems = run.outcome === undefined ? [tellDeath(run, files)] : (run.problems ?? []);
  if (problems.length > 0) await ui.tell(problems);
  const exit = run.exit ?? exits.failed;
  await ui.report(reportOn({run, stack, exit, journal: files.path}));
  return exit;
}

/** A worker that was killed wrote nothing of it: the last steps say how far it came. */
function tellDeath({steps}: Run, {run}: RunFiles): ProblemReport {
  const inHand = [...steps.values()].filter(({state}) => state === 'running').map(({title}) => `“${title}”`);
  const moment = inHand.length > 0 ? `during ${inHand.join(', ')}` : 'between two steps';
  return {
    code: 'run-died',
    summary: `Run ${run} broke off ${moment}: its process is gone and left no word.`,
    remedy: 'Run `sudo jitsi-onebox apply`: it goes on where this one stopped. `journalctl -b -1` may tell why.',
  };
}

function noRun(): Problem {
  return new Problem({
    code: 'no-run',
    summary: 'There is no run to attach to: nothing was ever carried out here.',
    remedy: 'Start one with `sudo jitsi-onebox`.',
  });
}
