import {setTimeout as sleep} from 'node:timers/promises';
import {entryOf} from '../model/catalogue.ts';
import type {Check, CheckContext, CheckResult, Finding, Opening} from '../model/check.ts';
import type {Emit} from '../model/event.ts';
import type {Host} from '../model/host.ts';
import {describeError} from '../model/problem.ts';

const patience = 20_000;
const pause = 1000;

export type ChecksOptions = {
  readonly checks: readonly Check[];
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly emit?: Emit;
  /** Milliseconds during which failed checks are repeated: services that have just started need time to find each other. */
  readonly retryFor?: number;
};

/** Runs checks at the same time and reports each result; a check that throws or does not end is `unknown`. */
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
    await runRound({checks: pending, host, signal, report});
    pending = pending.filter(({code}) => !results.has(code));
    if (pending.length > 0) await sleep(pause, undefined, {signal}).catch(() => undefined);
  }
  return checks.map(({code}) => results.get(code)).filter(result => result !== undefined);
}

/** Returns whether a check passed: a warning passes, `unknown` does not. */
export function isGood({state}: Pick<Finding, 'state'>): boolean {
  return state === 'ok' || state === 'warning';
}

type Round = Pick<ChecksOptions, 'checks' | 'host' | 'signal'> & {readonly report: (result: CheckResult) => void};

async function runRound({checks, host, signal, report}: Round): Promise<void> {
  const {context, close} = openRound(host, signal);
  const ask = async (check: Check) => {
    const started = host.now();
    const finding = await find(check, context);
    report({code: check.code, place: entryOf(check.code).place, ...finding, ms: host.now() - started});
  };
  try {
    await Promise.all(checks.map(ask));
  } finally {
    await close();
  }
}

/** Opens what the checks of one round share. */
export function openRound(host: Host, stop: AbortSignal): {context: CheckContext; close(): Promise<void>} {
  const over = new AbortController();
  const opened = new Map<Opening<unknown>, Promise<unknown>>();
  const closings: (() => unknown)[] = [];
  const context: CheckContext = {
    host,
    signal: AbortSignal.any([stop, over.signal]),
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
  const late = AbortSignal.timeout(patience);
  const signal = AbortSignal.any([context.signal, late]);
  try {
    signal.throwIfAborted();
    return await Promise.race([check.run({...context, signal}), rejectOnAbort(signal)]);
  } catch (error) {
    if (context.signal.aborted) return {state: 'unknown', summary: 'This check was stopped before it had an answer.'};
    if (late.aborted) return {state: 'unknown', summary: `This check had no answer after ${patience / 1000} seconds.`};
    const {summary, remedy} = describeError(error);
    return {state: 'unknown', summary, remedy};
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const {promise, reject} = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason), {once: true});
  return promise;
}
