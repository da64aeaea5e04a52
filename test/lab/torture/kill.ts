/** Where the guest keeps what it was killed at, and what it is to be killed at. */
export const directory = '/var/lib/jitsi-onebox-torture';

/** Every death, one JSON object a line. */
export const killsPath = `${directory}/kills.jsonl`;

/** The number of the one moment to die at, from 1; without this file every moment is one, once. */
export const aimPath = `${directory}/aim`;

/** Just before a change, just after it, or in the middle of one that takes its time. */
export type Moment = 'before' | 'unpacking' | 'setting up' | 'pulling' | 'writing' | 'after';

/** One death of a worker by its own hand: the run, and the change that it hit. */
export type Kill = {
  readonly v: 1;
  readonly type: 'killed';
  readonly run: string;
  readonly moment: Moment;
  readonly change: string;
};
