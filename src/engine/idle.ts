import {setTimeout as sleep} from 'node:timers/promises';
import type {Emit} from '../model/event.ts';
import type {Change} from '../model/plan.ts';
import {Problem} from '../model/problem.ts';
import {formatDuration} from '../model/words.ts';

/** The condition that certain steps wait for. */
export type Idleness = {
  /** Returns whether a change has to wait. */
  concerns(change: Change): boolean;
  /** Names what is in the way; undefined once there is nothing. Rejects if that cannot be found out, which counts as busy. */
  findBusy(): Promise<string | undefined>;
  /** Milliseconds between two looks. */
  readonly pause?: number;
  /** Milliseconds after which the run gives up; without it, the wait has no end. */
  readonly limit?: number;
  /** Whether the run continues at the limit; else it gives up. */
  readonly continues?: boolean;
};

/** Below five seconds, the longest silence in a journal. */
const usualPause = 4000;

const unknown = 'an answer from Jicofo';
/** Looks in a row without an answer after which a wait without a limit ends: the run may be the one that mends the server. */
const longestSilence = 15;

/**
 * Makes the one wait of a run: the first step that asks begins it, others join, and it ends for all of them. It reports what each
 * step waits for, and rejects when the run is stopped.
 */
export function createIdleWait(
  changes: readonly Change[],
  {concerns, findBusy, pause = usualPause, limit = Number.POSITIVE_INFINITY, continues = false}: Idleness,
  emit: Emit,
  signal: AbortSignal,
) {
  const concerned = new Set(changes.filter(concerns).map(({id}) => id));
  const reported = new Map<string, string>();
  const report = (busy: string) => {
    for (const [step, before] of reported) {
      if (before !== busy) emit({type: 'step-waiting', step, lock: 'meetings', holder: busy});
      reported.set(step, busy);
    }
    emit({type: 'heartbeat', running: []});
  };
  const wait = async () => {
    const deadline = performance.now() + limit;
    const look = createLook(findBusy, limit);
    for (let busy = await look(); busy !== undefined; busy = await look()) {
      report(busy);
      if (performance.now() >= deadline) {
        if (continues) return;
        throw neverIdle(busy, limit);
      }
      await sleep(pause, undefined, {signal});
    }
  };
  let waiting: Promise<void> | undefined;
  return async (step: string): Promise<void> => {
    if (!concerned.has(step)) return;
    reported.set(step, '');
    waiting ??= wait();
    await waiting;
  };
}

/** Makes a look that never rejects: without an answer it is busy, though not for ever where the wait has no limit. */
function createLook(findBusy: Idleness['findBusy'], limit: number): Idleness['findBusy'] {
  let silence = 0;
  return async () => {
    const busy = await findBusy().catch(() => unknown);
    silence = busy === unknown ? silence + 1 : 0;
    return silence > longestSilence && limit === Number.POSITIVE_INFINITY ? undefined : busy;
  };
}

function neverIdle(busy: string, limit: number): Problem {
  return new Problem({
    code: 'never-idle',
    summary: `After ${formatDuration(limit)} the run was still waiting for ${busy}.`,
    remedy:
      'Run `jitsi-onebox update --now` again at a quiet time; with updates.mode apply, the timer does. A larger updates.wait-for-idle waits longer.',
  });
}
