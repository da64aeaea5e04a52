import type {CheckCode} from './catalogue.ts';
import type {Host} from './host.ts';
import type {Place} from './place.ts';

export type CheckState = 'ok' | 'warning' | 'failed' | 'unknown';

/** The result of a check, in words for the user. */
export type Finding = {
  readonly state: CheckState;
  readonly summary: string;
  readonly evidence?: string;
  readonly remedy?: string;
};

/** Everything that a check may use. */
export type CheckContext = {
  readonly host: Host;
  readonly signal: AbortSignal;
  /** Runs a task with a time limit; it must heed the signal it gets. */
  within<T>(milliseconds: number, task: (until: AbortSignal) => Promise<T>): Promise<T>;
  /** Shares something among the checks of a round: opened for the first that asks, the same for all. */
  share<T>(open: Opening<T>): Promise<T>;
  /** Registers what to close after the last check of the round, in reverse order. */
  atEnd(close: () => unknown): void;
};

/** Opens something shared. Its context is that of the round, not of the check that asked first. */
export type Opening<T> = (context: CheckContext) => Promise<T>;

/** One proof that something works. The catalogue has its title and place. */
export type Check = {
  readonly code: CheckCode;
  /** The checks that this one builds on. Its own failure says nothing while one of them does not pass. */
  readonly after?: readonly CheckCode[];
  run(context: CheckContext): Promise<Finding>;
};

/** A finding with its check, as `status --json` prints it. `ms` is the time it took. */
export type CheckResult = Finding & {readonly code: CheckCode; readonly place: Place; readonly ms: number};
