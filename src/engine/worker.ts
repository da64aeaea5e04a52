import type {Check} from '../model/check.ts';
import type {Emit, PlannedStep, RunCommand, RunOutcome, StepOutcome} from '../model/event.ts';
import type {Host} from '../model/host.ts';
import type {Plan} from '../model/plan.ts';
import {describeError, type ProblemReport} from '../model/problem.ts';
import type {Resource} from '../model/resource.ts';
import type {Recorder} from '../model/snapshot.ts';
import {isGood, runChecks} from './checks.ts';
import {createIdleWait, type Idleness} from './idle.ts';
import type {Journal} from './journal.ts';
import {findWaits} from './order.ts';
import {makePlan, sealChanges} from './plan.ts';
import {recordQueries} from './record-queries.ts';
import {runSteps} from './schedule.ts';

/** Everything a run needs. */
export type Job = {
  readonly resources: readonly Resource[];
  readonly checks: readonly Check[];
  /** What stands in the way before anything was read, as for makePlan. */
  readonly problems?: readonly ProblemReport[];
  readonly host: Host;
  readonly journal: Journal;
  /** Asks the run to stop after the steps in hand; a text as its reason names who asked. */
  readonly signal: AbortSignal;
  readonly approvedDigest: string;
  /** The seals of the approved changes: a plan in which some have become unnecessary is still the approved one. */
  readonly approved?: readonly string[];
  readonly command: RunCommand;
  readonly version: string;
  readonly by: string;
  /** Writes down how things are before a step changes them. */
  readonly record?: Recorder;
  /** Names the run that puts back what this one changed, where it has to. */
  readonly findUndoing?: () => Promise<string | undefined>;
  /** What certain steps have to let pass before they begin. */
  readonly idleness?: Idleness | undefined;
  /** How long what was changed may take until it is proven, in milliseconds. */
  readonly settle?: number;
};

/** How a run ended, and what kept it from starting where something did. */
export type RunEnd = {
  readonly outcome: RunOutcome;
  readonly exit: number;
  readonly counts: Readonly<Partial<Record<StepOutcome, number>>>;
  readonly problems: readonly ProblemReport[];
};

const usualSettle = 15_000;

const exits: Readonly<Record<RunOutcome, number>> = {done: 0, failed: 1, stopped: 130, 'plan-changed': 3};

/** Carries a run out in this process and tells all of it to the journal, which is what its viewers follow. */
export async function carryOut(job: Job): Promise<RunEnd> {
  const {journal, host, signal, approvedDigest: digest, command, version, by} = job;
  const emit: Emit = body => void journal.append(body);
  const started = host.now();
  emit({type: 'run-started', run: journal.run, command, version, digest, pid: process.pid, by});
  const onStop = () => emit({type: 'stop-requested', by: typeof signal.reason === 'string' ? signal.reason : by});
  if (signal.aborted) onStop();
  signal.addEventListener('abort', onStop, {once: true});
  const ending = await work({...job, host: recordQueries(host, emit)}, emit).catch(error =>
    failed({problems: [describeError(error)]}),
  );
  signal.removeEventListener('abort', onStop);
  const undoneBy = await job.findUndoing?.();
  const told = withJournalFailure(ending, journal);
  // What is put back was stopped by itself, and that is a failure.
  const end = undoneBy === undefined ? told : failed({counts: told.counts, problems: told.problems});
  const {problems, ...ended} = end;
  emit({
    type: 'run-finished',
    ...ended,
    ms: host.now() - started,
    ...(undoneBy !== undefined && {undoneBy}),
    ...(problems.length > 0 && {problems}),
  });
  await journal.close();
  return end;
}

async function work(job: Job, emit: Emit): Promise<RunEnd> {
  const {resources, host, signal, checks, settle = usualSettle} = job;
  const plan = await makePlan({resources, host, problems: job.problems ?? []});
  if (plan.problems.length > 0) return failed({problems: plan.problems});
  if (!isApproved(plan, job)) return finish('plan-changed');
  emit({type: 'plan-made', steps: describeSteps(plan, resources), unchanged: plan.unchanged.length});
  const {changes} = plan;
  const awaitTurn = job.idleness && createIdleWait({changes, idleness: job.idleness, emit, signal});
  const outcomes = [
    ...(await runSteps({changes, resources, host, emit, signal, record: job.record, awaitTurn})).values(),
  ];
  const counts = countOutcomes(outcomes);
  if (signal.aborted) return finish('stopped', counts);
  if (outcomes.includes('failed')) return failed({counts});
  // What works but is not as it should be leaves the rest worth proving, and the run a failure.
  const isSettling = outcomes.includes('changed') && !outcomes.includes('warned');
  const results = await runChecks({checks, host, signal, emit, settle: isSettling ? settle : 0});
  if (signal.aborted) return finish('stopped', counts);
  const isProven = results.every(isGood);
  return isProven && !outcomes.includes('warned') ? finish('done', counts) : failed({counts});
}

function isApproved({digest, changes}: Plan, {approvedDigest, approved = []}: Job): boolean {
  return digest === approvedDigest || sealChanges(changes).every(seal => approved.includes(seal));
}

function describeSteps({changes}: Plan, resources: readonly Resource[]): PlannedStep[] {
  const waits = findWaits(resources, new Set(changes.map(({id}) => id)));
  return changes.map(({differences: _differences, ...step}) => ({...step, needs: waits.get(step.id) ?? []}));
}

function countOutcomes(outcomes: readonly StepOutcome[]): Partial<Record<StepOutcome, number>> {
  const counts: Partial<Record<StepOutcome, number>> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

function finish(outcome: RunOutcome, counts: RunEnd['counts'] = {}): RunEnd {
  return {outcome, exit: exits[outcome], counts, problems: []};
}

function failed(more: Partial<RunEnd>): RunEnd {
  return {...finish('failed'), ...more};
}

function withJournalFailure(end: RunEnd, journal: Journal): RunEnd {
  const failure = journal.failure();
  if (!failure) return end;
  const problem = {
    code: 'journal-unwritable',
    summary: `The journal of this run is not complete: ${failure.message}.`,
    remedy: 'See that the disk has room (`df -h /var`), then run jitsi-onebox again.',
  };
  return {...failed({counts: end.counts}), problems: [...end.problems, problem]};
}
