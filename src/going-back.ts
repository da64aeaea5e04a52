import {readdir, readlink, rm} from 'node:fs/promises';
import {filesOf, listRuns, type RunFiles, runsDirectory} from './engine/journal.ts';
import {type Request, type ReturnErrand, readRequest} from './engine/launch.ts';
import {readJournal} from './engine/read-journal.ts';
import {exits} from './exit-codes.ts';
import {readStores} from './host/keeper.ts';
import {beforeDirectory, originalsDirectory} from './host/keeping.ts';
import {readOthers} from './host/others.ts';
import type {Host} from './model/host.ts';
import type {Kept} from './model/kept.ts';
import {Problem} from './model/problem.ts';
import type {Resource} from './model/resource.ts';
import type {Report} from './model/ui.ts';
import type {Ended} from './report.ts';
import {drawFarewell, drawWayBack} from './stack/way-back.ts';

const home = '/var/lib/jitsi-onebox';
const program = '/opt/jitsi-onebox';
const launcher = '/usr/local/bin/jitsi-onebox';

/** What has to be done to go back. */
export async function drawReturn(host: Host, errand: ReturnErrand): Promise<readonly Resource[]> {
  const isUndo = errand.command === 'undo';
  const kept = await readStores(isUndo ? await storesSince(errand.run) : [originalsDirectory]);
  const isPurge = !isUndo && errand.purge;
  const resources = drawWayBack({
    aim: isUndo ? 'undo' : isPurge ? 'purge' : 'uninstall',
    kept,
    withPackages: isUndo ? errand.packages : true,
    others: await readOthers(host, oursOf(kept)),
    composeFiles: await readComposeFiles(host, kept),
  });
  return isPurge
    ? [...resources, ...drawFarewell([originalsDirectory, ...(await findProgram())], resources)]
    : resources;
}

/**
 * What was there before a run is what it found, and for all else what the runs after it found; but not what an earlier attempt
 * to undo it found on its way.
 */
async function storesSince(run: string): Promise<readonly string[]> {
  const runs = (await listRuns()).filter(each => each >= run);
  const requests = await Promise.all(runs.map(each => readRequestOf(each)));
  const isAttempt = (index: number) => {
    const request = requests[index];
    return request?.command === 'undo' && request.run === run;
  };
  return runs.filter((_, index) => !isAttempt(index)).map(each => beforeDirectory(filesOf(each).directory));
}

/** What a run was asked for; a run that broke off before it began does not know. */
function readRequestOf(run: string, base = runsDirectory): Promise<Request | undefined> {
  return readRequest(filesOf(run, base)).catch(() => undefined);
}

function oursOf(kept: readonly Kept[]) {
  const namesOf = (thing: Kept['thing']) => kept.filter(each => each.thing === thing);
  return {
    projects: namesOf('project').map(({name}) => name),
    lineages: namesOf('lineage').flatMap(({name, was}) => (was.type === 'absent' ? [name] : [])),
  };
}

async function readComposeFiles(host: Host, kept: readonly Kept[]): Promise<Readonly<Record<string, string>>> {
  const paths = kept.flatMap(({was}) => (was.type === 'project' ? [`${was.directory}/compose.yaml`] : []));
  const texts = await Promise.all(paths.map(async path => [path, await host.files.read(path)] as const));
  return Object.fromEntries(texts.flatMap(([path, text]) => (text === undefined ? [] : [[path, text]])));
}

/** The program as install.sh puts it there; apt's own is apt's to remove. */
async function findProgram(): Promise<readonly string[]> {
  const link = await readlink(launcher).catch(() => '');
  return link.startsWith(`${program}/`) ? [launcher, program] : [];
}

/** What a purge cannot do as a step, since the steps are written there. */
export async function leaveNothing(): Promise<void> {
  await rm(home, {recursive: true, force: true});
}

/** The run that `undo` is about: the one that was named, or the newest that changed something and was not undone yet. */
export async function chooseRun(named: string | undefined, base = runsDirectory): Promise<string> {
  const runs = await listRuns(base);
  const run = named === undefined ? await findNewest(runs, base) : named;
  if (run === undefined) throw nothingToUndo();
  if (!runs.includes(run)) throw noSuchRun(run, runs);
  if ((await readRequestOf(run, base))?.command === 'uninstall') throw notUndoable(run);
  return run;
}

async function findNewest(runs: readonly string[], base: string): Promise<string | undefined> {
  // What was undone, with all that came after it, is passed over.
  let end = runs.length;
  for (let index = end - 1; index >= 0; index--) {
    const run = runs[index] ?? '';
    const request = await readRequestOf(run, base);
    // One that was cut short goes on.
    if (request?.command === 'undo' && index < end && !(await isDone(filesOf(run, base)))) return request.run;
    if (request?.command === 'undo') end = Math.min(end, runs.indexOf(request.run));
    else if (index < end && (await changedSomething(filesOf(run, base)))) return run;
  }
  return undefined;
}

async function isDone({path}: RunFiles): Promise<boolean> {
  let isFinished = false;
  for await (const event of readJournal(path)) isFinished = event.type === 'run-finished' && event.exit === 0;
  return isFinished;
}

async function changedSomething({directory}: RunFiles): Promise<boolean> {
  return (await readdir(beforeDirectory(directory)).catch(() => [])).length > 0;
}

/** What is said at the end of a run that went back. */
export function reportReturn(errand: ReturnErrand, {run, exit, journal}: Ended): Report {
  const isPurged = errand.command === 'uninstall' && errand.purge && exit === exits.done;
  return {
    run,
    done: tellDone(errand),
    forwards: [],
    next:
      exit === exits.done
        ? nextSteps(errand)
        : [`Put right what is named above and run \`${tellCommand(errand)}\` again: it goes on where it stopped.`],
    ...(journal !== undefined && !isPurged && {journal}),
  };
}

function tellDone(errand: ReturnErrand): string {
  if (errand.command === 'undo') return `Everything is as it was before run ${errand.run}.`;
  return errand.purge
    ? 'This host is as it was before the installation.'
    : 'The meeting server is gone; settings, passwords, certificates and accounts are kept.';
}

function tellCommand(errand: ReturnErrand): string {
  if (errand.command === 'undo') return `sudo jitsi-onebox undo ${errand.run}`;
  return `sudo jitsi-onebox uninstall${errand.purge ? ' --purge' : ''}`;
}

function nextSteps(errand: ReturnErrand): readonly string[] {
  if (errand.command === 'undo') return ['`sudo jitsi-onebox` shows how it is now.'];
  if (!errand.purge) return ['Bring it back with `sudo jitsi-onebox apply`; `uninstall --purge` removes the rest too.'];
  return import.meta.filename.startsWith('/usr/lib/')
    ? ['The program came by apt, and so it goes: sudo apt purge jitsi-onebox']
    : ['Take the forwarded ports out of the router.'];
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
