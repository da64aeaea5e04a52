import {setTimeout as sleep} from 'node:timers/promises';
import type {Emit} from '../model/event.ts';
import type {Change} from '../model/plan.ts';

/** The condition that certain steps wait for. */
export type Idleness = {
  /** Returns whether a change has to wait. */
  concerns(change: Change): boolean;
  /** Names what is in the way; undefined once there is nothing, or nothing can be found out. */
  findBusy(): Promise<string | undefined>;
  /** Milliseconds between two looks. */
  readonly pause?: number;
};

/** Below five seconds, the longest silence in a journal. */
const usualPause = 4000;

/**
 * Makes the one wait of a run: the first step that asks begins it, others join, and it ends for all of them. It reports what each
 * step waits for, and rejects when the run is stopped.
 */
export function createIdleWait(
  changes: readonly Change[],
  {concerns, findBusy, pause = usualPause}: Idleness,
  emit: Emit,
  signal: AbortSignal,
) {
  const concerned = new Set(changes.filter(concerns).map(({id}) => id));
  const reported = new Map<string, string>();
  const wait = async () => {
    for (let busy = await findBusy(); busy !== undefined; busy = await findBusy()) {
      for (const [step, before] of reported) {
        if (before !== busy) emit({type: 'step-waiting', step, lock: 'meetings', holder: busy});
        reported.set(step, busy);
      }
      emit({type: 'heartbeat', running: []});
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
