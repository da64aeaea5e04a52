/** Where the guest keeps what it was killed at. */
export const directory = '/var/lib/jitsi-onebox-torture';

export type Moment = 'before' | 'during' | 'after';

/** One death of a worker by its own hand: the run, and the change that it hit. */
export type Kill = {
  readonly v: 1;
  readonly type: 'killed';
  readonly run: string;
  readonly moment: Moment;
  readonly change: string;
};
