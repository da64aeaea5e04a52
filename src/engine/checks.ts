import type {Check, CheckResult, Finding} from '../model/check.ts';
import type {Emit} from '../model/event.ts';
import type {Host} from '../model/host.ts';
import {describeError} from '../model/problem.ts';
import {mapSideBySide} from './each.ts';

const checksAtOnce = 8;
const patience = 60_000;

/** Runs checks side by side and tells what each finds; one that breaks or does not end is unknown, never silent. */
export async function runChecks({
  checks,
  host,
  signal,
  emit = () => {},
}: {
  readonly checks: readonly Check[];
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly emit?: Emit;
}): Promise<readonly CheckResult[]> {
  return mapSideBySide(checks, checksAtOnce, async check => {
    const {code, place} = check;
    const started = host.now();
    emit({type: 'check-started', check: code});
    const finding = await find(check, host, signal);
    const ms = host.now() - started;
    emit({type: 'check-finished', check: code, place, ...finding, ms});
    return {code, place, ...finding, ms};
  });
}

async function find(check: Check, host: Host, stop: AbortSignal): Promise<Finding> {
  const late = AbortSignal.timeout(patience);
  const signal = AbortSignal.any([stop, late]);
  try {
    signal.throwIfAborted();
    return await Promise.race([check.run({host, signal}), rejectOnAbort(signal)]);
  } catch (error) {
    if (stop.aborted) return {state: 'unknown', summary: 'This check was stopped before it had an answer.'};
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
