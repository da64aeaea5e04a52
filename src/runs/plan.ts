import type {RunPlan} from '../engine/carry-out.ts';
import type {Idleness} from '../engine/idle.ts';
import {fingerprint, makePlan} from '../engine/plan.ts';
import {filesOf, tryRequest} from '../engine/run-files.ts';
import {createReadOnlyHost} from '../host/read-only.ts';
import {readDuration} from '../model/duration.ts';
import {readFacts} from '../model/facts-json.ts';
import type {Host} from '../model/host.ts';
import type {Plan} from '../model/plan.ts';
import {describeError} from '../model/problem.ts';
import {
  type AnyRequest,
  type ApplyRequest,
  isUndo,
  type RunRequest,
  type UndoRequest,
  type UpdateRequest,
} from '../model/request.ts';
import {gatherSettings} from '../model/settings/gather.ts';
import {
  drawAddressChange,
  drawUpdate,
  findLackOfRoom,
  interruptsMeetings,
  nameMeetings,
  type PasswordName,
  type Stack,
  settingsPath,
  switchesImages,
  type TakeOver,
  warnOfBackups,
} from '../stack/index.ts';
import {drawFromStores} from '../undo/draw-from-stores.ts';
import {type Ground, survey} from './survey.ts';

/** Draws what a run has to do, on this host as it is now. */
export async function drawRunPlan(ground: Ground, request: AnyRequest): Promise<RunPlan> {
  if (isUndo(request)) return drawUndoPlan(ground, request);
  if (request.command === 'update') return drawUpdatePlan(ground, request);
  const {whenIdle, ...surveyed} = request;
  const stack = await surveyFor(ground, surveyed);
  if (request.only === 'address') return drawAddressPlan(ground, stack);
  const {resources, checks, problems} = stack;
  const idleness = whenIdle ? waitForMeetings(ground.host, stack) : undefined;
  return {resources, checks, problems: problems.map(describeError), idleness};
}

type Surveyed = Pick<UpdateRequest, 'settings' | 'facts'> & Partial<Pick<ApplyRequest, 'takeOver' | 'renew'>>;

function surveyFor(ground: Ground, {settings, facts, takeOver = [], renew = []}: Surveyed): Promise<Stack> {
  return survey(ground, {
    draft: gatherSettings({saved: {name: settingsPath, text: settings}}),
    facts: readFacts(facts),
    takeOver: takeOver as readonly TakeOver[],
    renew: renew as readonly PasswordName[],
  });
}

/** Draws an undo. That of an update ends with the proof that everything works again. */
async function drawUndoPlan(ground: Ground, request: UndoRequest): Promise<RunPlan> {
  const resources = await drawFromStores(ground.host, request);
  const undone = request.command === 'undo' ? await tryRequest(filesOf(request.run)) : undefined;
  if (undone?.command !== 'update') return {resources, checks: [], problems: []};
  const {checks} = await surveyFor(ground, undone);
  const despite = request.command === 'undo' ? (request.despite ?? []) : [];
  return {resources, checks, tolerated: [...(undone.despite ?? []), ...despite], problems: []};
}

async function drawUpdatePlan(ground: Ground, request: UpdateRequest): Promise<RunPlan> {
  const {host} = ground;
  const stack = await surveyFor(ground, request);
  const {blueprint, checks, updates} = stack;
  const composeFile = (await host.files.read(`${blueprint.project.directory}/compose.yaml`)) ?? '';
  const resources = drawUpdate(blueprint, composeFile, request, ground.assets);
  const lack = await findLackOfRoom(host, request.bytes);
  const limit = (readDuration(updates['wait-for-idle']) ?? 0) * 1000;
  return {
    resources,
    checks,
    tolerated: request.despite ?? [],
    problems: lack ? [describeError(lack)] : [],
    idleness: {...waitForMeetings(host, stack), concerns: switchesImages, limit},
  };
}

/** A meeting that outlives the address has lost everybody outside already, so the run does not wait for it for ever. */
function drawAddressPlan({host}: Ground, stack: Stack): RunPlan {
  const limit = (readDuration(stack.address['wait-for-idle']) ?? 0) * 1000;
  return {
    resources: drawAddressChange(stack),
    checks: stack.checks,
    problems: [],
    idleness: {...waitForMeetings(host, stack), limit, continues: true},
  };
}

function waitForMeetings(host: Host, {blueprint}: Stack): Idleness {
  return {concerns: interruptsMeetings, findBusy: () => nameMeetings(host, blueprint)};
}

/** Returns what a run would change now, for the user to approve. */
export async function planRun(ground: Ground, request: AnyRequest): Promise<Plan> {
  const {resources, problems} = await drawRunPlan(ground, request);
  const plan = await makePlan({resources, host: createReadOnlyHost(ground.host), problems});
  const stay = request.command === 'uninstall' ? warnOfBackups(request.backups) : [];
  return {...plan, warnings: [...plan.warnings, ...stay.map(describeError)]};
}

const user = process.env.SUDO_USER ?? process.env.USER ?? 'root';

/** Completes a request with the plan that is approved for it. */
export function approve(request: AnyRequest, {digest, changes}: Plan, by = user): RunRequest {
  return {...request, digest, approved: fingerprint(changes), by, at: new Date().toISOString()};
}
