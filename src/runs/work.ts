import {dirname} from 'node:path';
import {claimRun, filesOf, openJournal, type RunFiles, runsDirectory} from '../engine/journal.ts';
import {isReturn, type Request, readRequest, writeRequest} from '../engine/launch.ts';
import {approve, makePlan} from '../engine/plan.ts';
import {carryOut, type RunEnd} from '../engine/worker.ts';
import {recordChanges} from '../host/keeping.ts';
import {beforeDirectory, createRecorder, originalsDirectory} from '../host/snapshots.ts';
import {exits} from '../model/exit-codes.ts';
import {version} from '../model/version.ts';
import {drawTask, type Task} from './errand.ts';
import {guardSites} from './guard-sites.ts';
import type {Scene} from './survey.ts';

/** What a purge cannot do as a step, since the steps are written there. */
const home = dirname(runsDirectory);

/** The worker's part, in a unit of its own: plans again what was approved and carries it out. Returns the exit status. */
export async function work(scene: Scene, run: string): Promise<number> {
  const stopping = new AbortController();
  process.on('SIGTERM', () => stopping.abort('SIGTERM'));
  const files = filesOf(run);
  const request = await readRequest(files);
  const {signal} = stopping;
  const {exit} = isReturn(request)
    ? await carry({scene, files, request, signal, task: await drawTask(scene, request)})
    : await change(scene, files, request, stopping);
  if (request.command === 'uninstall' && request.purge && exit === exits.done) await scene.host.files.remove(home);
  return exit;
}

type Load = {
  readonly scene: Scene;
  readonly files: RunFiles;
  readonly request: Request;
  readonly signal: AbortSignal;
  readonly task: Task;
  readonly findUndoing?: () => Promise<string | undefined>;
};

async function carry({scene, files, request, signal, task, findUndoing}: Load): Promise<RunEnd> {
  const {digest: approvedDigest, approved, command, by} = request;
  const record = createRecorder(storesOf(request, files));
  return carryOut({
    ...task,
    host: recordChanges(scene.host, record),
    record,
    journal: await openJournal(files),
    signal,
    approvedDigest,
    approved,
    command,
    version,
    by,
    ...(findUndoing && {findUndoing}),
  });
}

/** A purge keeps nothing, and only an installation finds the host as it was before us. */
function storesOf(request: Request, {directory}: RunFiles): readonly string[] {
  if (request.command === 'uninstall' && request.purge) return [];
  const before = beforeDirectory(directory);
  return isReturn(request) ? [before] : [originalsDirectory, before];
}

/** A run that changes the server; where it takes a site of the owner's down, a second one puts back what it changed. */
async function change(scene: Scene, files: RunFiles, request: Request, stopping: AbortController): Promise<RunEnd> {
  const guard = await guardSites(scene, await drawTask(scene, request), () => stopping.abort('jitsi-onebox'));
  let undoing: Load | undefined;
  const end = await carry({
    scene,
    files,
    request,
    signal: stopping.signal,
    task: guard.task,
    async findUndoing() {
      if (guard.isBroken()) undoing = await prepareUndoing(scene, {of: files.run, checks: guard.checks});
      return undoing?.files.run;
    },
  });
  if (undoing) await carry(undoing);
  return end;
}

type Undoing = {readonly of: string; readonly checks: Task['checks']};

/** Complete before anybody hears of it: viewers read what it was asked for. */
async function prepareUndoing(scene: Scene, {of, checks}: Undoing): Promise<Load> {
  const errand = {command: 'undo', run: of, packages: false} as const;
  const task = {...(await drawTask(scene, errand)), checks};
  const request = {...errand, ...approve(await makePlan({...task, host: scene.host})), by: 'jitsi-onebox'};
  const files = await claimRun();
  await writeRequest(files, request);
  return {scene, files, request, task, signal: new AbortController().signal};
}
