import type {Place} from './place.ts';
import type {ProblemReport} from './problem.ts';
import type {ChangeKind, Difference, StepHead} from './resource.ts';

/** One thing that is looked at before the first change, and what was found there. A problem stops the plan, a warning does not. */
export type Look = {
  /** Names the thing; the title names what may be wrong with it. */
  readonly subject: string;
  readonly title: string;
  readonly place: Place;
  readonly state: 'ok' | 'warning' | 'accepted' | 'problem' | 'unknown';
  /** What was seen there. */
  readonly saw: string;
  readonly findings: readonly ProblemReport[];
  readonly code: string;
};

/** A resource that is not as it should be, with everything that is to be done about it. */
export type Change = StepHead & {
  /** The weightiest of the differences' kinds: what this change is called in one word. */
  readonly change: ChangeKind;
  readonly differences: readonly Difference[];
};

/** A resource that could not be read, and why: never taken for a change. */
export type Unknown = {readonly id: string; readonly reason: string};

/** The difference between how the machine is and how it should be. */
export type Plan = {
  /** Names this very set of changes: an approval holds for one digest only. */
  readonly digest: string;
  /** In an order in which every change comes after what it needs. */
  readonly changes: readonly Change[];
  /** Ids of the resources that are as they should be. */
  readonly unchanged: readonly string[];
  readonly unknown: readonly Unknown[];
  /** Each stops the plan until the user has decided. */
  readonly problems: readonly ProblemReport[];
  /** These do not stop the plan. */
  readonly warnings: readonly ProblemReport[];
  /** Everything that was looked at for it; none in the plan of an undo. */
  readonly looks?: readonly Look[];
};
