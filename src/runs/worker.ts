import {dirname} from 'node:path';
import {carryOut, type RunEnd, type RunPlan} from '../engine/carry-out.ts';
import {openJournal} from '../engine/journal.ts';
import {makePlan} from '../engine/plan.ts';
import {claimRun, filesOf, type RunFiles, readRequest, runsDirectory} from '../engine/run-files.ts';
import {beforeDirectory, createRecorder, hasSnapshots, originalsDirectory} from '../host/snapshots.ts';
import type {Check} from '../model/check.ts';
import {exits, version} from '../model/program.ts';
import {isUndo, type RunRequest} from '../model/request.ts';
import {approve, drawRunPlan} from './plan.ts';
import {guardSites} from './site-guard.ts';
import type {Ground} from './survey.ts';

/** Removed last, outside the plan: the purge's own journal is in it. */
const stateDirectory = dirname(runsDirectory);

/** One run in the worker's hands. */
type Assignment = {
  readonly files: RunFiles;
  readonly request: RunRequest;
  readonly plan: RunPlan;
  readonly signal: AbortSignal;
  readonly findUndoing?: (end: RunEnd) => Promise<string | undefined>;
};

/** Carries out a run in the worker's process: draws the plan again and applies what was approved. Returns the exit status. */
export async function work(ground: Ground, run: string): Promise<number> {
  const stopping = new AbortController();
  process.on('SIGTERM', () => stopping.abort('SIGTERM'));
  const files = filesOf(run);
  const request = await readRequest(files);
  const plan = await drawRunPlan(ground, request);
  const assignment = {files, request, plan, signal: stopping.signal};
  const {exit} = isUndo(request)
    ? await carry(ground, assignment)
    : await carryGuarded(ground, assignment, () => stopping.abort('jitsi-onebox'));
  const isPurged = request.command === 'uninstall' && request.purge && exit === exits.done;
  if (isPurged) await ground.host.files.remove(stateDirectory);
  return exit;
}

async function carry({host}: Ground, {files, plan, ...rest}: Assignment): Promise<RunEnd> {
  const stores = storesOf(rest.request, files);
  const record = stores.length > 0 ? {record: createRecorder(stores)} : {};
  const journal = await openJournal(files);
  return carryOut(plan, {...rest, ...record, host, journal, version});
}

/** Lists the stores of a run. A purge records nothing; only apply runs add to the originals. */
function storesOf(request: RunRequest, {directory}: RunFiles): readonly string[] {
  if (request.command === 'uninstall' && request.purge) return [];
  const before = beforeDirectory(directory);
  return isUndo(request) ? [before] : [originalsDirectory, before];
}

/** Carries out a run, and takes it back at once if it breaks a foreign site, or if it is an update that does not work. */
async function carryGuarded(ground: Ground, assignment: Assignment, stop: () => void): Promise<RunEnd> {
  const guard = await guardSites(ground.host, assignment.plan, stop);
  const {files, request} = assignment;
  const before = beforeDirectory(files.directory);
  let undoing: Assignment | undefined;
  const end = await carry(ground, {
    ...assignment,
    plan: guard.plan,
    async findUndoing({outcome}) {
      const hasFailed = request.command === 'update' && outcome !== 'done' && (await hasSnapshots(before));
      if (guard.isBroken() || hasFailed) undoing = await prepareUndo(ground, files.run, guard.checks);
      return undoing?.files.run;
    },
  });
  if (undoing) await carry(ground, undoing);
  return end;
}

/** Prepares the run that takes another one back. Its request is written before its id is: viewers read it then. */
async function prepareUndo(ground: Ground, run: string, checks: readonly Check[]): Promise<Assignment> {
  const request = {command: 'undo', run, packages: false} as const;
  const drawn = await drawRunPlan(ground, request);
  const plan = {...drawn, checks: [...drawn.checks, ...checks]};
  const approved = approve(request, await makePlan({...plan, host: ground.host}), 'jitsi-onebox');
  const files = await claimRun({request: approved});
  return {files, request: approved, plan, signal: new AbortController().signal};
}
