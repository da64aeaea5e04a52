import type {EventEmitter} from 'node:events';
import {exits} from '../model/program.ts';

/**
 * Stops an answer at the first Ctrl-C or SIGTERM, and waits until it has closed what it opened. The second one ends the program at
 * once, as always.
 */
export async function heedInterrupts(
  signals: Pick<EventEmitter, 'on' | 'removeListener'>,
  answer: (stop: AbortSignal) => Promise<number>,
): Promise<number> {
  const stop = new AbortController();
  const names = ['SIGINT', 'SIGTERM'];
  const forget = () => {
    for (const name of names) signals.removeListener(name, onSignal);
  };
  const onSignal = () => {
    forget();
    stop.abort();
  };
  for (const name of names) signals.on(name, onSignal);
  try {
    const exit = await answer(stop.signal);
    return stop.signal.aborted ? exits.stopped : exit;
  } catch (error) {
    if (stop.signal.aborted) return exits.stopped;
    throw error;
  } finally {
    forget();
  }
}
