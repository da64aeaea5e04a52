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

/** One proof that something works; its code never changes its meaning. */
export type Check = {
  readonly code: string;
  readonly title: string;
  readonly place: Place;
  run(context: {readonly host: Host; readonly signal: AbortSignal}): Promise<Finding>;
};

/** A finding with the check it belongs to, as `status --json` prints it. `ms` is how long it took. */
export type CheckResult = Finding & {readonly code: string; readonly place: Place; readonly ms: number};
