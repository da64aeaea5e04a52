import type {Emit, StepOutcome} from '../model/event.ts';
import type {Host} from '../model/host.ts';
import type {Change} from '../model/plan.ts';
import type {Resource} from '../model/resource.ts';
import type {Recorder} from '../model/snapshot.ts';
import {createLocks} from './locks.ts';
import {findWaits} from './order.ts';
import {runStep, type StepContext, type StepEnd} from './step.ts';

/** Below five seconds, the longest silence in a journal. */
const heartbeatInterval = 4000;

type Ended = StepEnd & {readonly id: string};

/**
 * Carries out the changes of a plan, many at the same time: a step starts as soon as the steps it needs have ended well. A failure
 * skips the steps that need the failed one; after a stop no step starts.
 */
export async function runSteps({
  changes,
  resources,
  host,
  emit,
  signal,
  record,
  awaitTurn,
}: {
  readonly changes: readonly Pick<Change, 'id'>[];
  readonly resources: readonly Resource[];
  readonly host: Host;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly record?: Recorder | undefined;
  readonly awaitTurn?: StepContext['awaitTurn'];
}): Promise<ReadonlyMap<string, StepOutcome>> {
  const context: StepContext = {host, emit, signal, record, locks: createLocks(), running: new Set(), awaitTurn};
  const heartbeat = setInterval(() => beat(context), heartbeatInterval);
  try {
    const steps = startAll(context, changes, resources);
    // An error of one step must not end the run while others still work.
    await Promise.allSettled(steps);
    const ended = await Promise.all(steps);
    return new Map(ended.map(({id, outcome}) => [id, outcome]));
  } finally {
    clearInterval(heartbeat);
  }
}

function startAll(
  context: StepContext,
  changes: readonly Pick<Change, 'id'>[],
  resources: readonly Resource[],
): Promise<Ended>[] {
  const byId = new Map(resources.map(resource => [resource.id, resource]));
  const waits = findWaits(resources, new Set(changes.map(({id}) => id)));
  const ends = new Map<string, Promise<Ended>>();
  const find = <T>(map: ReadonlyMap<string, T>, id: string): T => {
    const found = map.get(id);
    if (found === undefined) throw new Error(`The plan names ${id} out of order or without a resource`);
    return found;
  };
  for (const {id} of changes) {
    const needs = (waits.get(id) ?? []).map(need => find(ends, need));
    ends.set(id, finishStep(context, find(byId, id), needs));
  }
  return [...ends.values()];
}

async function finishStep(context: StepContext, resource: Resource, needs: readonly Promise<Ended>[]): Promise<Ended> {
  const ends = await Promise.all(needs);
  if (!findHindrance(ends, context.signal)) await awaitTurn(context, resource.id);
  const hindrance = findHindrance(ends, context.signal);
  const {ms, ...end} = hindrance ? {...hindrance, ms: 0} : await runStep(context, resource);
  context.emit({type: 'step-finished', step: resource.id, ...end, ms});
  return {...end, id: resource.id};
}

/** Waits until a step may begin. A stop ends the wait, and the step does not begin. */
async function awaitTurn({awaitTurn: wait, signal}: StepContext, step: string): Promise<void> {
  await wait?.(step).catch(error => {
    if (!signal.aborted) throw error;
  });
}

function findHindrance(needs: readonly Ended[], signal: AbortSignal): StepEnd | undefined {
  const broken = needs.find(({outcome}) => outcome === 'failed' || outcome === 'skipped');
  if (broken) return {outcome: 'skipped', cause: broken.cause ?? broken.id};
  const isStopped = signal.aborted || needs.some(({outcome}) => outcome === 'stopped');
  return isStopped ? {outcome: 'stopped'} : undefined;
}

function beat({running, emit}: StepContext): void {
  if (running.size > 0) emit({type: 'heartbeat', running: [...running]});
}
