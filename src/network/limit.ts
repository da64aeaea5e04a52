/** Gives a task so many milliseconds, and says in plain words when they are over, whether or not the task heeds its signal. */
export async function limit<T>(
  milliseconds: number,
  signal: AbortSignal,
  task: (signal: AbortSignal) => Promise<T>,
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
    throw new Error(`no answer within ${milliseconds / 1000} seconds`, {cause: error});
  } finally {
    until.removeEventListener('abort', stop);
  }
}
