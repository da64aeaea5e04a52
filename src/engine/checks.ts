import {setTimeout as sleep} from 'node:timers/promises';
import {type CheckCode, entryOf, titleOf} from '../model/catalogue.ts';
import type {Check, CheckContext, CheckResult, Finding, Opening} from '../model/check.ts';
import type {Emit} from '../model/event.ts';
import type {Host} from '../model/host.ts';
import {limit, TimeLimit} from '../model/limit.ts';
import {describeError} from '../model/problem.ts';
import {takeOneLook} from './one-look.ts';

const patience = 20_000;
const pause = 1000;

export type ChecksOptions = {
  readonly checks: readonly Check[];
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly emit?: Emit;
  /** How long failed checks are repeated, in milliseconds: services that just started need time to find each other. */
  readonly retryFor?: number;
};

/** Runs checks concurrently and reports every finding. A check that throws or does not end is unknown. */
export async function runChecks({checks, host, signal, emit, retryFor = 0}: ChecksOptions) {
  const deadline = performance.now() + retryFor;
  const results = new Map<string, CheckResult>();
  for (const {code} of checks) emit?.({type: 'check-started', check: code});
  for (let pending = checks; pending.length > 0; ) {
    const isLast = performance.now() >= deadline || signal.aborted;
    const report = (result: CheckResult) => {
      if (!isLast && !isGood(result)) return;
      const {code, ...finding} = result;
      results.set(code, result);
      emit?.({type: 'check-finished', check: code, ...finding});
    };
    await runRound({checks: pending, host, signal}, report);
    pending = pending.filter(({code}) => !results.has(code));
    if (pending.length > 0) await sleep(pause, undefined, {signal}).catch(() => undefined);
  }
  return checks.map(({code}) => results.get(code)).filter(result => result !== undefined);
}

/** Returns whether a finding is no failure: a warning is none, unknown is one. */
export function isGood({state}: Pick<Finding, 'state'>): boolean {
  return state === 'ok' || state === 'warning';
}

/** The answer of a check, and the failed check that it traces back to. */
type Answer = {readonly finding: Finding; readonly cause?: CheckCode};

async function runRound(
  {checks, host, signal}: Pick<ChecksOptions, 'checks' | 'host' | 'signal'>,
  report: (result: CheckResult) => void,
): Promise<void> {
  const {context, close} = openRound(host, signal);
  const answers = new Map<CheckCode, Promise<Answer>>();
  const ask = async (check: Check): Promise<Answer> => {
    const started = host.now();
    const own = await find(check, context);
    const cause = isGood(own) || context.signal.aborted ? undefined : await findCause(check, answers);
    const finding = cause === undefined ? own : reportNotTried(check.code, cause);
    report({code: check.code, place: entryOf(check.code).place, ...finding, ms: host.now() - started});
    return {finding, ...(cause !== undefined && {cause})};
  };
  try {
    for (const check of checks) answers.set(check.code, ask(check));
    await Promise.all(answers.values());
  } finally {
    await close();
  }
}

/** Finds the check whose failure kept this one from being tried; a check of an earlier round has passed. */
async function findCause(
  {after = []}: Check,
  answers: ReadonlyMap<CheckCode, Promise<Answer>>,
): Promise<CheckCode | undefined> {
  for (const code of after) {
    const answer = await answers.get(code);
    if (answer && !isGood(answer.finding)) return answer.cause ?? code;
  }
  return undefined;
}

function reportNotTried(code: CheckCode, cause: CheckCode): Finding {
  return {
    state: 'unknown',
    summary: `${titleOf(code)}: not tried, since ${cause} did not pass.`,
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

async function find(check: Check, context: CheckContext): Promise<Finding> {
  try {
    return await context.within(patience, signal =>
      check.run({...context, signal, within: (milliseconds, task) => limit(milliseconds, signal, task)}),
    );
  } catch (error) {
    if (context.signal.aborted) return {state: 'unknown', summary: 'This check was stopped before it had an answer.'};
    if (error instanceof TimeLimit) return {state: 'unknown', summary: `This check had ${error.message}.`};
    const {summary, remedy} = describeError(error);
    return {state: 'unknown', summary, remedy};
  }
}
