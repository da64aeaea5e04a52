import type {Emit, StepOutcome} from '../model/event.ts';
import type {Host} from '../model/host.ts';
import {describeError, Problem, type ProblemReport} from '../model/problem.ts';
import {type Difference, noOtherChanges, type Progress, type Resource, type Work} from '../model/resource.ts';
import type {Recorder} from '../model/snapshot.ts';
import type {Locks} from './locks.ts';

/** How a step ended; `cause` is the failed step because of which one was skipped. */
export type StepEnd = {
  readonly outcome: StepOutcome;
  readonly problem?: ProblemReport;
  readonly cause?: string;
};

/** The context that all steps of a run share. */
export type StepContext = {
  readonly host: Host;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly locks: Locks;
  /** Saves snapshots before a step changes anything. */
  readonly record: Recorder | undefined;
  /** Waits before a step begins, besides for the steps it needs; rejects if the run is stopped meanwhile. */
  readonly awaitTurn?: ((step: string) => Promise<void>) | undefined;
  /** Ids of the running steps. */
  readonly running: Set<string>;
};

/** Carries out one step whose needs have ended well: waits for its locks, reads again, records, applies, and verifies. */
export async function runStep(context: StepContext, resource: Resource): Promise<StepEnd & {readonly ms: number}> {
  const {host, emit, signal, locks, running} = context;
  const {id, title} = resource;
  const release = await locks.acquire(resource.locks, {
    title,
    onWait: (lock, holder) => emit({type: 'step-waiting', step: id, lock, holder}),
  });
  const started = host.now();
  try {
    if (signal.aborted) return {outcome: 'stopped', ms: 0};
    running.add(id);
    emit({type: 'step-started', step: id});
    const end = await applyDifferences(context, resource, release);
    return {...end, ms: host.now() - started};
  } finally {
    running.delete(id);
    release();
  }
}

async function applyDifferences(context: StepContext, resource: Resource, release: () => void): Promise<StepEnd> {
  const warnings: Problem[] = [];
  try {
    const {state, differences} = await inspect(context.host, resource);
    if (differences.length === 0) return {outcome: 'unchanged'};
    // Snapshots read whole trees: without a store there is no need for them.
    if (context.record) await context.record(await resource.record(context.host, state, differences));
    await resource.apply(makeWork({context, id: resource.id, release, warnings}), state, differences);
    return await verify(context, resource, warnings);
  } catch (error) {
    if (isStop(error, context.signal)) return {outcome: 'stopped'};
    return {outcome: 'failed', problem: describeError(error)};
  }
}

async function inspect(host: Host, resource: Resource) {
  const state = await resource.read(host);
  return {state, differences: resource.diff(state, noOtherChanges)};
}

/** Verifies a step: it is done when no difference is left, not when its commands have ended. */
async function verify({host, signal}: StepContext, resource: Resource, warnings: readonly Problem[]): Promise<StepEnd> {
  const [warning] = warnings;
  if (warning) return {outcome: 'warned', problem: joinWarnings(warning, warnings)};
  const {differences} = await inspect(host, resource);
  if (differences.length === 0) return {outcome: 'changed'};
  return signal.aborted
    ? {outcome: 'stopped'}
    : {outcome: 'failed', problem: describeError(notConverged(resource, differences))};
}

function joinWarnings(first: Problem, all: readonly Problem[]): ProblemReport {
  return {...describeError(first), summary: all.map(({summary}) => summary).join(' ')};
}

function notConverged({title}: Resource, differences: readonly Difference[]): Problem {
  return new Problem({
    code: 'not-converged',
    summary: `“${title}” was carried out without an error, but still: ${differences.map(({summary}) => summary).join('; ')}.`,
    remedy: 'See whether something else on this machine changes the same thing, then run jitsi-onebox again.',
  });
}

function isStop(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}

function makeWork({
  context: {host, emit, signal, record},
  id,
  release,
  warnings,
}: {
  context: StepContext;
  id: string;
  release: () => void;
  warnings: Problem[];
}): Work {
  const output: Work['output'] = line => emit({type: 'step-output', step: id, ...line});
  return {
    // The journal names every command that changed something, also if the resource does not follow its output.
    host: {...host, run: (command, following) => host.run(command, {onLine: output, ...following})},
    signal,
    record: record ?? (async () => {}),
    output,
    progress: thinOut(host, progress => emit({type: 'step-progress', step: id, ...progress})),
    release,
    warn: problem => warnings.push(problem),
  };
}

/** Milliseconds between two reports of progress. */
const progressInterval = 250;

/** Thins out a fast stream of progress, since journals are kept; its end is always reported. */
function thinOut(host: Host, report: (progress: Progress) => void): Work['progress'] {
  let reported = Number.NEGATIVE_INFINITY;
  return progress => {
    const now = host.now();
    if (progress.done !== progress.total && now - reported < progressInterval) return;
    reported = now;
    report(progress);
  };
}
