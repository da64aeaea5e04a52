import type {Environment} from './environment.ts';
import {Refusal} from './refusal.ts';
import {checkSurroundings} from './surroundings.ts';

type StandIn = {
  readonly needsLargeRun: boolean;
  readonly start: (environment: Environment) => void | Promise<void>;
};

/** Runs a stand-in as its container's first process: checks what it is given, then starts, or says why it does not. */
export const runStandIn = async ({needsLargeRun, start}: StandIn): Promise<void> => {
  try {
    checkSurroundings({needsLargeRun});
    stopOnSignal();
    await start(process.env);
  } catch (error) {
    refuse(error);
  }
};

/** The kernel ignores a signal to PID 1 that it has no handler for. */
const stopOnSignal = (): void => {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => process.exit(0));
  }
};

const refuse = (error: unknown): never => {
  if (!(error instanceof Refusal)) {
    throw error;
  }
  for (const line of error.lines) {
    console.error(line);
  }
  return process.exit(error.status);
};
