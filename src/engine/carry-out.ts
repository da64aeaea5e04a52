import type {CheckCode} from '../model/catalogue.ts';
import type {Check} from '../model/check.ts';
import type {Emit, PlannedStep, RunOutcome, StepOutcome} from '../model/event.ts';
import type {Host} from '../model/host.ts';
import type {Plan} from '../model/plan.ts';
import {describeError, type ProblemReport} from '../model/problem.ts';
import type {RunRequest} from '../model/request.ts';
import type {Resource} from '../model/resource.ts';
import type {Recorder} from '../model/snapshot.ts';
import {isGood, runChecks} from './checks.ts';
import {createIdleWait, type Idleness} from './idle.ts';
import type {Journal} from './journal.ts';
import {findWaits} from './order.ts';
import {fingerprint, makePlan} from './plan.ts';
import {runSteps} from './schedule.ts';

/** The work of a run, drawn from its request. */
export type RunPlan = {
  readonly resources: readonly Resource[];
  readonly checks: readonly Check[];
  /** The checks that may fail, since they did before. */
  readonly tolerated?: readonly CheckCode[];
  /** Known before anything is read, as for makePlan. */
  readonly problems: readonly ProblemReport[];
  readonly idleness?: Idleness | undefined;
};

type Execution = {
  readonly host: Host;
  readonly journal: Journal;
  readonly request: Pick<RunRequest, 'command' | 'digest' | 'approved' | 'by'>;
  readonly version: string;
  /** Asks the run to stop after the running steps; a text as its reason names who asked. */
  readonly signal: AbortSignal;
  /** Saves snapshots before a step changes anything. */
  readonly record?: Recorder;
  /** Names the run that takes this one back, if it has to be taken back after such an end. */
  readonly findUndoing?: (end: RunEnd) => Promise<string | undefined>;
  /** Milliseconds during which failed checks are repeated after a change. */
  readonly retryChecksFor?: number;
};

/** The end of a run, and the problems that kept it from starting. */
export type RunEnd = {
  readonly outcome: RunOutcome;
  readonly exit: number;
  readonly counts: Readonly<Partial<Record<StepOutcome, number>>>;
  readonly problems: readonly ProblemReport[];
};

const usualRetry = 15_000;

const exits: Readonly<Record<RunOutcome, number>> = {done: 0, failed: 1, stopped: 130, 'plan-changed': 3};

/** Carries a run out in this process and reports everything to its journal. */
export async function carryOut(plan: RunPlan, execution: Execution): Promise<RunEnd> {
  const {journal, host, signal, version, findUndoing} = execution;
  const {command, digest, by} = execution.request;
  const emit: Emit = body => void journal.append(body);
  const started = host.now();
  emit({type: 'run-started', run: journal.run, command, version, digest, pid: process.pid, by});
  const onStop = () => emit({type: 'stop-requested', by: typeof signal.reason === 'string' ? signal.reason : by});
  if (signal.aborted) onStop();
  signal.addEventListener('abort', onStop, {once: true});
  const recorded = {...execution, host: recordQueries(host, emit)};
  const result = await work(plan, recorded, emit).catch(error => end('failed', {problems: [describeError(error)]}));
  signal.removeEventListener('abort', onStop);
  const {undoneBy, noUndo} = await prepareReturn(result, findUndoing);
  const {counts, problems, ...own} = withJournalFailure(
    {...result, problems: [...result.problems, ...noUndo]},
    journal,
  );
  // A run that is taken back stopped itself, and that is a failure.
  const ended = undoneBy === undefined ? {...own, counts, problems} : end('failed', {counts, problems});
  emit({
    type: 'run-finished',
    outcome: ended.outcome,
    exit: ended.exit,
    counts,
    ms: host.now() - started,
    ...(undoneBy !== undefined && {undoneBy}),
    ...(problems.length > 0 && {problems}),
  });
  await journal.close();
  return ended;
}

/** Adds the commands that only query to the journal, so that it holds every argument vector of a run. */
function recordQueries(host: Host, emit: Emit): Host {
  return {
    ...host,
    query(command) {
      emit({type: 'queried', argv: command.argv});
      return host.query(command);
    },
  };
}

async function work(
  {resources, checks, tolerated = [], problems, idleness}: RunPlan,
  {host, signal, request, record, retryChecksFor = usualRetry}: Execution,
  emit: Emit,
): Promise<RunEnd> {
  const plan = await makePlan({resources, host, problems});
  if (plan.problems.length > 0) return end('failed', {problems: plan.problems});
  if (!isApproved(plan, request)) return end('plan-changed');
  emit({type: 'plan-made', steps: describeSteps(plan, resources), unchanged: plan.unchanged.length});
  const {changes} = plan;
  const awaitTurn = idleness && createIdleWait(changes, idleness, emit, signal);
  const outcomes = [...(await runSteps({changes, resources, host, emit, signal, record, awaitTurn})).values()];
  const counts = countOutcomes(outcomes);
  if (signal.aborted) return end('stopped', {counts});
  if (outcomes.includes('failed')) return end('failed', {counts});
  // After a warning the run fails anyway, so no check is repeated; they still show what works.
  const isWorthWaiting = outcomes.includes('changed') && !outcomes.includes('warned');
  const retryFor = isWorthWaiting ? retryChecksFor : 0;
  const results = await runChecks({checks, host, signal, emit, retryFor, awaitsStart: true});
  if (signal.aborted) return end('stopped', {counts});
  const isProven = results.every(result => isGood(result) || tolerated.includes(result.code));
  return end(isProven && !outcomes.includes('warned') ? 'done' : 'failed', {counts});
}

/** Names the run that takes this one back. If none can be made, as on a full disk, this one still ends with a report. */
async function prepareReturn(
  result: RunEnd,
  findUndoing: Execution['findUndoing'],
): Promise<{readonly undoneBy?: string | undefined; readonly noUndo: readonly ProblemReport[]}> {
  try {
    return {undoneBy: await findUndoing?.(result), noUndo: []};
  } catch (error) {
    return {noUndo: [describeError(error)]};
  }
}

function isApproved({digest, changes}: Plan, request: Execution['request']): boolean {
  return digest === request.digest || fingerprint(changes).every(each => request.approved.includes(each));
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

function end(outcome: RunOutcome, more: Partial<RunEnd> = {}): RunEnd {
  return {outcome, exit: exits[outcome], counts: {}, problems: [], ...more};
}

function withJournalFailure(result: RunEnd, journal: Journal): RunEnd {
  const failure = journal.failure();
  if (!failure) return result;
  const problem: ProblemReport = {
    code: 'journal-unwritable',
    summary: `The journal of this run is not complete: ${failure.message}.`,
    remedy: 'See that the disk has free space (`df -h /var`), then run jitsi-onebox again.',
  };
  return end('failed', {counts: result.counts, problems: [...result.problems, problem]});
}
