/** Gives a task a time limit. The limit holds even if the task ignores its signal, and the error says so in plain words. */
export async function limit<T>(
  milliseconds: number,
  signal: AbortSignal,
  task: (until: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = AbortSignal.timeout(milliseconds);
  const until = AbortSignal.any([signal, late]);
  const {promise: stopped, reject} = Promise.withResolvers<never>();
  const stop = () => reject(until.reason);
  until.addEventListener('abort', stop);
  try {
    until.throwIfAborted();
    return await Promise.race([task(until), stopped]);
  } catch (error) {
    if (signal.aborted || !late.aborted) throw error;
    throw new TimeLimit(milliseconds, {cause: error});
  } finally {
    until.removeEventListener('abort', stop);
  }
}

/** Reports that a time limit has passed. */
export class TimeLimit extends Error {
  constructor(milliseconds: number, options?: ErrorOptions) {
    super(`no answer within ${milliseconds / 1000} seconds`, options);
    this.name = 'TimeLimit';
  }
}
