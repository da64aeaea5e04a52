import type {Host, OutputLine} from './host.ts';
import type {Place} from './place.ts';
import type {Problem} from './problem.ts';
import type {Recorder, Snapshot} from './snapshot.ts';

/** What must not overlap on one machine. */
export type Lock = 'apt' | 'certbot' | 'compose' | 'firewall';

/** How a step changes what it is about. */
export type ChangeKind = 'create' | 'update' | 'remove' | 'start' | 'reload' | 'restart' | 'pull' | 'order';

/** One way in which a resource is not as it should be. `content` marks what readers of a file must be told of. */
export type Difference = {
  readonly change: ChangeKind;
  readonly summary: string;
  /** Before and after, for a unified diff. */
  readonly text?: {readonly before: string; readonly after: string};
  /** Whether the text is left out because it would show a secret. */
  readonly secret?: boolean;
  readonly content?: boolean;
  /** Whether it goes by itself, as a start does: then it is waited for, and there is nothing to approve. */
  readonly settling?: boolean;
};

/** What a diff may know beside its own state: which other resources this very plan changes. */
export type Outlook = {
  /** The differences planned for a resource that this one needs; empty when it stays as it is. */
  changes(id: string): readonly Difference[];
};

/** What `apply` may use: the machine, the way to report, and the way to be stopped. */
export type Work = {
  readonly host: Host;
  /** Ends waiting and pulls. Not for commands that change something: one that has begun is left to end. */
  readonly signal: AbortSignal;
  /** Records what `record` could not know yet, such as the packages that a fresh index will pull in. */
  record: Recorder;
  output(line: OutputLine): void;
  progress(progress: Progress): void;
  /** Gives the step's locks back early: the rest of `apply` only waits. */
  release(): void;
  /** Says what works but is not as it should be: the step ends as "warned". */
  warn(problem: Problem): void;
};

export type Progress = {
  readonly done: number;
  readonly total?: number;
  readonly unit: 'bytes' | 'steps';
  readonly part?: string;
};

/** The fields that a resource shares with its change and its step. */
export type StepHead = {
  /** Kind and name, `file:/etc/nginx/…`: stable, unique in a plan. */
  readonly id: string;
  readonly title: string;
  readonly place: Place;
  readonly kind: string;
  /** Ids that must be as they should be before this one is touched. */
  readonly needs: readonly string[];
  readonly locks: readonly Lock[];
};

/**
 * One thing on the machine that should be in a certain way. The machine is the only truth: `read` looks, `diff` compares (pure),
 * `apply` mends exactly the differences it is given. Absence is a state too.
 */
export type Resource<State = unknown> = StepHead & {
  read(host: Host): Promise<State>;
  diff(state: State, outlook: Outlook): readonly Difference[];
  /** The state of everything that `apply` is about to change, from which undo restores it. */
  record(
    host: Host,
    state: State,
    differences: readonly Difference[],
  ): readonly Snapshot[] | Promise<readonly Snapshot[]>;
  apply(work: Work, state: State, differences: readonly Difference[]): Promise<void>;
};

/** An outlook in which nothing else changes: for looking again right before a step. */
export const noOtherChanges: Outlook = {changes: () => []};
