import {setTimeout as sleep} from 'node:timers/promises';
import {type CheckCode, entryOf, titleOf} from '../model/catalogue.ts';
import type {Check, CheckContext, CheckResult, Finding, Opening, Proof, StartingPart} from '../model/check.ts';
import type {Emit} from '../model/event.ts';
import type {Host} from '../model/host.ts';
import {limit, TimeLimit} from '../model/limit.ts';
import {describeError} from '../model/problem.ts';
import {describeStart} from '../model/words.ts';
import {takeOneLook} from './one-look.ts';

const patience = 20_000;
const pause = 1000;
/** Ends the wait for parts that start again and again; each start has its own limit, which is shorter. */
const longestStart = 240_000;

export type ChecksOptions = {
  readonly checks: readonly Check[];
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly emit?: Emit;
  /** How long failed checks are repeated, in milliseconds: services that just started need time to find each other. */
  readonly retryFor?: number;
  /** Repeats checks also while a part that they need is starting. */
  readonly awaitsStart?: boolean;
};

/** Runs checks concurrently and reports every finding. A check that throws or does not end is unknown. */
export async function runChecks({checks, host, signal, emit, retryFor = 0, awaitsStart = false}: ChecksOptions) {
  const deadline = performance.now() + retryFor;
  const startDeadline = awaitsStart ? deadline + longestStart : deadline;
  const results = new Map<CheckCode, CheckResult>();
  const waiting = new Set<CheckCode>();
  for (const {code} of checks) emit?.({type: 'check-started', check: code});
  for (let pending = checks; pending.length > 0; ) {
    const now = performance.now();
    const isLast = (state: Finding['state']) =>
      signal.aborted || now >= (state === 'starting' ? startDeadline : deadline);
    const report = (result: CheckResult) => {
      const {code, ...finding} = result;
      if (isGood(result) || isLast(result.state)) {
        results.set(code, result);
        emit?.({type: 'check-finished', check: code, ...finding});
      } else if (finding.starting && !waiting.has(code)) {
        const {place, summary, starting} = finding;
        waiting.add(code);
        emit?.({type: 'check-waiting', check: code, place, summary, starting});
      }
    };
    await runRound({checks: pending, host, signal, earlier: results}, report);
    pending = pending.filter(({code}) => !results.has(code));
    if (pending.length > 0) await sleep(pause, undefined, {signal}).catch(() => undefined);
  }
  return checks.map(({code}) => results.get(code)).filter(result => result !== undefined);
}

/** Returns whether a check passed: a warning is no failure, but unknown is one, and what is still starting has not passed. */
export function isGood({state}: Pick<Finding, 'state'>): boolean {
  return state === 'ok' || state === 'warning';
}

type Round = Pick<ChecksOptions, 'checks' | 'host' | 'signal'> & {
  /** The results of earlier rounds. */
  readonly earlier: ReadonlyMap<CheckCode, CheckResult>;
};

async function runRound({checks, host, signal, earlier}: Round, report: (result: CheckResult) => void): Promise<void> {
  const {context, close} = openRound(host, signal);
  const answers = new Map([...earlier].map(([code, finding]) => [code, Promise.resolve<Finding>(finding)]));
  const ask = async (check: Check): Promise<Finding> => {
    const started = host.now();
    const proof = await find(check, context);
    const isPlain = proof.state === 'ok' || proof.isAccepted || context.signal.aborted;
    const explained = isPlain ? proof : await explain(check, proof, answers, context);
    const {isCertain: _isCertain, after: _after, ...finding}: Proof = explained;
    report({code: check.code, place: entryOf(check.code).place, ...finding, ms: host.now() - started});
    return finding;
  };
  try {
    // The last checks take longest, since they place a call: they begin first.
    for (const check of checks.toReversed()) answers.set(check.code, ask(check));
    await Promise.all(answers.values());
  } finally {
    await close();
  }
}

/** Explains what a check found: by another failure, by parts that are still starting, or by itself. */
async function explain(
  check: Check,
  proof: Proof,
  answers: ReadonlyMap<CheckCode, Promise<Finding>>,
  context: CheckContext,
): Promise<Proof> {
  const causes = [...(check.after ?? []), ...(proof.after ?? [])];
  const all = await Promise.all(causes.map(async code => ({code, finding: await answers.get(code)})));
  // A check that was not tried because of this one does not explain it.
  const bad = all.flatMap(({code, finding}) =>
    finding && !isGood(finding) && finding.cause !== check.code ? [{code, finding}] : [],
  );
  const failed = bad.find(({finding}) => finding.state !== 'starting');
  if (failed) return reportNotTried(check.code, failed.finding.cause ?? failed.code);
  // A warning with a failed cause is not reported separately, but it never waits for a part to start.
  if (proof.isCertain || isGood(proof)) return proof;
  const starting = bad[0]?.finding.starting ?? (await findStarting(check, proof, context));
  return starting.length > 0 ? reportStarting(check.code, proof, starting) : proof;
}

async function findStarting(
  check: Check,
  proof: Proof,
  {within, ...context}: CheckContext,
): Promise<readonly StartingPart[]> {
  if (!check.findStarting) return [];
  const find = check.findStarting.bind(check);
  // If nobody knows what is starting, a failure is a failure.
  return within(patience, signal => find(proof, {...context, within, signal})).catch(() => []);
}

function reportStarting(
  code: CheckCode,
  {summary, evidence = summary}: Proof,
  starting: readonly StartingPart[],
): Finding {
  return {state: 'starting', summary: `${titleOf(code)}: waiting for ${describeStart(starting)}.`, evidence, starting};
}

function reportNotTried(code: CheckCode, cause: CheckCode): Finding {
  return {
    state: 'unknown',
    summary: `${titleOf(code)}: not tried, since ${cause} did not pass.`,
    cause,
    remedy: `Follow the advice for ${cause} first.`,
  };
}

/** Opens what the checks of one round share. */
export function openRound(host: Host, stop: AbortSignal): {context: CheckContext; close(): Promise<void>} {
  const over = new AbortController();
  const signal = AbortSignal.any([stop, over.signal]);
  const opened = new Map<Opening<unknown>, Promise<unknown>>();
  const closings: (() => unknown)[] = [];
  const context: CheckContext = {
    host: takeOneLook(host),
    signal,
    within: (milliseconds, task) => limit(milliseconds, signal, task),
    share<T>(open: Opening<T>) {
      const shared = (opened.get(open) as Promise<T> | undefined) ?? open(context);
      opened.set(open, shared);
      return shared;
    },
    atEnd: close => void closings.push(close),
  };
  return {
    context,
    async close() {
      over.abort();
      await Promise.allSettled(opened.values());
      for (const end of closings.reverse()) await Promise.resolve(end()).catch(() => undefined);
    },
  };
}

async function find(check: Check, context: CheckContext): Promise<Proof> {
  try {
    return await context.within(check.patience ?? patience, signal =>
      check.run({...context, signal, within: (milliseconds, task) => limit(milliseconds, signal, task)}),
    );
  } catch (error) {
    if (context.signal.aborted) return {state: 'unknown', summary: 'This check was stopped before it had an answer.'};
    if (error instanceof TimeLimit) return {state: 'unknown', summary: `This check had ${error.message}.`};
    const {summary, remedy} = describeError(error);
    return {state: 'unknown', summary, remedy};
  }
}
