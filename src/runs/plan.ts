import type {RunPlan} from '../engine/carry-out.ts';
import type {Idleness} from '../engine/idle.ts';
import {fingerprint, makePlan} from '../engine/plan.ts';
import {createReadOnlyHost} from '../host/read-only.ts';
import {readFacts} from '../model/facts-json.ts';
import type {Host} from '../model/host.ts';
import type {Plan} from '../model/plan.ts';
import {describeError} from '../model/problem.ts';
import {type ApplyRequest, isUndo, type RunRequest, type UndoRequest} from '../model/request.ts';
import {gatherSettings} from '../model/settings/gather.ts';
import {findMeetings, interruptsMeetings, nameMeetings, type Stack, settingsPath} from '../stack/index.ts';
import {drawFromStores} from '../undo/draw-from-stores.ts';
import {type Ground, survey} from './survey.ts';

/** Draws what a run has to do, on this host as it is now. */
export async function drawRunPlan(ground: Ground, request: ApplyRequest | UndoRequest): Promise<RunPlan> {
  if (isUndo(request)) return {resources: await drawFromStores(ground.host, request), checks: [], problems: []};
  const {settings, facts, takeOver, whenIdle} = request;
  const stack = await survey(ground, {
    draft: gatherSettings({saved: {name: settingsPath, text: settings}}),
    facts: readFacts(facts),
    takeOver,
  });
  const {resources, checks, problems} = stack;
  const idleness = whenIdle ? waitForMeetings(ground.host, stack) : undefined;
  return {resources, checks, problems: problems.map(describeError), idleness};
}

function waitForMeetings(host: Host, {blueprint}: Stack): Idleness {
  return {
    concerns: interruptsMeetings,
    async findBusy() {
      const meetings = await findMeetings(host, blueprint);
      return meetings && nameMeetings(meetings);
    },
  };
}

/** Returns what a run would change now, for the user to approve. */
export async function planRun(ground: Ground, request: ApplyRequest | UndoRequest): Promise<Plan> {
  const {resources, problems} = await drawRunPlan(ground, request);
  return makePlan({resources, host: createReadOnlyHost(ground.host), problems});
}

const user = process.env.SUDO_USER ?? process.env.USER ?? 'root';

/** Completes a request with the plan that is approved for it. */
export function approve(request: ApplyRequest | UndoRequest, {digest, changes}: Plan, by = user): RunRequest {
  return {...request, digest, approved: fingerprint(changes), by, at: new Date().toISOString()};
}
