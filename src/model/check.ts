import type {CheckCode} from './catalogue.ts';
import type {Host} from './host.ts';
import type {Place} from './place.ts';

/** `starting`: it does not pass, and something that it needs has only just started. After a limit it is `failed` instead. */
export type CheckState = 'ok' | 'warning' | 'starting' | 'failed' | 'unknown';

/** The parts of the server that start, each on its own. */
export type Part =
  | ('docker' | 'nginx' | 'haproxy' | 'mmproxy')
  | ('web' | 'prosody' | 'jicofo' | 'videobridge' | 'turn')
  | ('whiteboard' | 'etherpad');

/** A part that is still starting: when it began, in ISO 8601 and UTC, and what it has not reached. */
export type StartingPart = {readonly part: Part; readonly since: string; readonly state: string};

/** The result of a check, in words for the user. */
export type Finding = {
  readonly state: CheckState;
  readonly summary: string;
  readonly evidence?: string;
  readonly remedy?: string;
  /** Whether the user accepted this warning. */
  readonly isAccepted?: true;
  /** The failed check because of which this one was not tried. */
  readonly cause?: CheckCode;
  /** The parts that a starting check waits for. */
  readonly starting?: readonly StartingPart[];
};

/** The finding of a check alone. */
export type Proof = Finding & {
  /** No starting part explains a certain failure. */
  readonly isCertain?: true;
  /** Further checks that this finding builds on; others of the same check may not. */
  readonly after?: readonly CheckCode[];
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
  /** Its time limit in milliseconds, if the usual one is too short. */
  readonly patience?: number;
  run(context: CheckContext): Promise<Proof>;
  /** Finds the starting parts that explain a failure of this check. */
  findStarting?(proof: Proof, context: CheckContext): Promise<readonly StartingPart[]>;
};

/** A finding with its check, as `status --json` prints it. `ms` is the time it took. */
export type CheckResult = Finding & {readonly code: CheckCode; readonly place: Place; readonly ms: number};
