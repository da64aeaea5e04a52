import type {CheckCode} from './catalogue.ts';
import type {Host} from './host.ts';
import type {Place} from './place.ts';

export type CheckState = 'ok' | 'warning' | 'failed' | 'unknown';

/** What a check found, in the owner's words. */
export type Finding = {
  readonly state: CheckState;
  readonly summary: string;
  readonly evidence?: string;
  readonly remedy?: string;
};

/** What a check may use. */
export type CheckContext = {
  readonly host: Host;
  readonly signal: AbortSignal;
  /** What several checks of one round need: opened for the first that asks, the same for all. */
  share<T>(open: Opening<T>): Promise<T>;
  /** Names what has to be closed once the last check of the round has ended; the last opened goes first. */
  atEnd(close: () => unknown): void;
};

/** Opens something shared; its signal is the round's, not that of the check that asked first. */
export type Opening<T> = (context: CheckContext) => Promise<T>;

/** One proof that something works; its code never changes its meaning. */
export type Check = {
  readonly code: CheckCode;
  run(context: CheckContext): Promise<Finding>;
};

/** A finding with the check it belongs to, as `status --json` prints it. `ms` is how long it took. */
export type CheckResult = Finding & {readonly code: CheckCode; readonly place: Place; readonly ms: number};
