import {setTimeout as sleep} from 'node:timers/promises';
import type {Emit} from '../model/event.ts';
import type {Change} from '../model/plan.ts';

/** What a run has to let pass before it begins certain steps. */
export type Idleness = {
  /** Whether a step has to wait for it. */
  concerns(change: Change): boolean;
  /** What is still going on, by name; undefined once there is nothing, or nothing that can be known. */
  findBusy(): Promise<string | undefined>;
  /** Milliseconds until it is looked for again. */
  readonly pause?: number;
};

/** Below the five seconds that readers of a journal may count on. */
const usualPause = 4000;

type Waiting = {
  readonly changes: readonly Change[];
  readonly idleness: Idleness;
  readonly emit: Emit;
  readonly signal: AbortSignal;
};

/**
 * Makes the one wait of a run: the first step that asks begins it, others join, and when it is over it is over for all of them. It
 * tells every step what it waits for, and rejects when the run is stopped.
 */
export function createIdleWait({changes, idleness, emit, signal}: Waiting) {
  const concerned = new Set(changes.filter(idleness.concerns).map(({id}) => id));
  const told = new Map<string, string>();
  const wait = async () => {
    for (let busy = await idleness.findBusy(); busy !== undefined; busy = await idleness.findBusy()) {
      for (const [step, before] of told) {
        if (before !== busy) emit({type: 'step-waiting', step, lock: 'meetings', holder: busy});
        told.set(step, busy);
      }
      emit({type: 'heartbeat', running: []});
      await sleep(idleness.pause ?? usualPause, undefined, {signal});
    }
  };
  let waiting: Promise<void> | undefined;
  return async (step: string): Promise<void> => {
    if (!concerned.has(step)) return;
    told.set(step, '');
    waiting ??= wait();
    await waiting;
  };
}
