import type {Idleness} from '../engine/idle.ts';
import {type Errand, type InstallErrand, isReturn} from '../engine/launch.ts';
import type {Check} from '../model/check.ts';
import {readFacts} from '../model/facts-json.ts';
import type {MapData} from '../model/map.ts';
import {describeError, type ProblemReport} from '../model/problem.ts';
import type {Resource} from '../model/resource.ts';
import {gatherSettings} from '../model/settings/gather.ts';
import type {Report} from '../model/ui.ts';
import {
  findMeetings,
  interruptsMeetings,
  nameMeetings,
  type Stack,
  settingsPath,
  type TakeOver,
} from '../stack/index.ts';
import {drawReturn} from '../undo/draw-return.ts';
import {type Ended, reportOn} from './report.ts';
import {reportReturn} from './report-return.ts';
import {type Scene, survey} from './survey.ts';

/** What a run has to do. */
export type Task = {
  readonly resources: readonly Resource[];
  readonly checks: readonly Check[];
  readonly problems: readonly ProblemReport[];
  /** What certain steps have to let pass before they begin. */
  readonly idleness?: Idleness;
};

/** What viewers of a run are told beside its events. */
export type Tale = {readonly map?: MapData; report(ended: Ended): Report};

/** What has to be done for an errand, drawn from this machine as it is now. */
export async function drawTask(scene: Scene, errand: Errand): Promise<Task> {
  if (isReturn(errand)) return {resources: await drawReturn(scene.host, errand), checks: [], problems: []};
  const {resources, checks, problems, blueprint} = await recallStack(scene, errand);
  const findBusy = async () => {
    const meetings = await findMeetings(scene.host, blueprint);
    return meetings?.length ? nameMeetings(meetings) : undefined;
  };
  const idleness = errand.whenIdle && {idleness: {concerns: interruptsMeetings, findBusy}};
  return {resources, checks, problems: problems.map(describeError), ...idleness};
}

/** What is told of a run for an errand. */
export async function recallTale(scene: Scene, errand: Errand): Promise<Tale> {
  return isReturn(errand) ? {report: ended => reportReturn(errand, ended)} : taleOf(await recallStack(scene, errand));
}

/** What is told of a run that sets a stack up. */
export function taleOf(stack: Stack): Tale {
  return {map: stack.map, report: ended => reportOn(stack, ended)};
}

/** Everything that follows from what the owner approved. */
function recallStack(scene: Scene, {settings, facts, takeOver}: InstallErrand): Promise<Stack> {
  const draft = gatherSettings({saved: {name: settingsPath, text: settings}});
  const invocation = {...scene.invocation, takeOver: takeOver as readonly TakeOver[]};
  return survey({...scene, invocation}, draft, readFacts(facts));
}
