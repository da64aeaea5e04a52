import {limit, TimeLimit} from '../../model/limit.ts';

/** Waits for one step on the way into a call. What did not happen is named when the time is up. */
export type Step = <T>(missing: string, task: (until: AbortSignal) => Promise<T>) => Promise<T>;

/** Gives all steps of a participant one time limit. */
export function startSteps(patience: number, signal: AbortSignal): Step {
  const end = performance.now() + patience;
  return async (missing, task) => {
    const left = Math.max(0, Math.round(end - performance.now()));
    return limit(left, signal, task).catch(error => {
      if (!(error instanceof TimeLimit)) throw error;
      throw new Error(`${missing} within ${patience / 1000} seconds`);
    });
  };
}
