import type {Host, OutputLine} from './host.ts';
import type {Place} from './place.ts';
import type {Problem, ProblemReport} from './problem.ts';
import type {Recorder, Snapshot} from './snapshot.ts';

/** Names a lock: steps that hold the same one never overlap. */
export type Lock = 'accounts' | 'apt' | 'build' | 'certbot' | 'compose' | 'firewall';

/** The way a step changes its resource. */
export type ChangeKind = 'create' | 'update' | 'remove' | 'start' | 'reload' | 'restart' | 'pull' | 'order';

/** One way in which a resource differs from its wanted state. `content` marks changes that readers of a file must load. */
export type Difference = {
  readonly change: ChangeKind;
  readonly summary: string;
  /** Before and after, for a unified diff. */
  readonly text?: {readonly before: string; readonly after: string};
  /** Whether the text is left out because it holds a secret. */
  readonly secret?: boolean;
  readonly content?: boolean;
  /** Whether it resolves by itself, like a container that is starting: the step waits, and there is nothing to approve. */
  readonly settling?: boolean;
  /** A warning to show before it is made. */
  readonly warning?: ProblemReport;
};

/** The other resources that this plan changes, as far as a diff may know them. */
export type Outlook = {
  /** Returns the planned differences of a resource that this one needs. */
  changes(id: string): readonly Difference[];
};

/** The means of `apply`: the machine, reporting, and the stop signal. */
export type Work = {
  readonly host: Host;
  /** Ends waiting and pulls. A command that has begun to change something is left to finish. */
  readonly signal: AbortSignal;
  /** Records what `record` could not know yet, such as the packages that a fresh index will pull in. */
  record: Recorder;
  output(line: OutputLine): void;
  progress(progress: Progress): void;
  /** Gives the step's locks back early: the rest of `apply` only waits. */
  release(): void;
  /** Reports a fault that stops nothing: the step ends as "warned". */
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
  /** Ids of the resources that must be in their wanted state first. */
  readonly needs: readonly string[];
  readonly locks: readonly Lock[];
};

/**
 * One thing on the machine with a wanted state; absence is a state too. The machine is the only truth: `read` looks, `diff` compares
 * (pure), `apply` makes exactly the differences it is given.
 */
export type Resource<State = unknown> = StepHead & {
  /** The paths that `apply` writes, also through a program: of two resources that write the same one, one needs the other. */
  readonly writes?: readonly string[];
  read(host: Host): Promise<State>;
  diff(state: State, outlook: Outlook): readonly Difference[];
  /** Returns snapshots of everything that `apply` is about to change; undo restores it from them. */
  record(
    host: Host,
    state: State,
    differences: readonly Difference[],
  ): readonly Snapshot[] | Promise<readonly Snapshot[]>;
  apply(work: Work, state: State, differences: readonly Difference[]): Promise<void>;
};

/** An outlook without other changes: a step looks again right before it applies. */
export const noOtherChanges: Outlook = {changes: () => []};
