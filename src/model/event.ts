import type {CheckState, StartingPart} from './check.ts';
import type {Place} from './place.ts';
import type {ProblemReport} from './problem.ts';
import type {ChangeKind, StepHead} from './resource.ts';

export type RunCommand = 'apply' | 'undo' | 'uninstall' | 'update';
export type RunOutcome = 'done' | 'failed' | 'stopped' | 'plan-changed';
export type StepOutcome = 'changed' | 'unchanged' | 'warned' | 'failed' | 'skipped' | 'stopped';

/** A step as the journal names it, before it begins. */
export type PlannedStep = StepHead & {readonly change: ChangeKind};

/** Everything that can happen in a run. Field names are those of the journal and never change their meaning. */
export type EventBody =
  | {
      readonly type: 'run-started';
      readonly run: string;
      readonly command: RunCommand;
      readonly version: string;
      readonly digest: string;
      readonly pid: number;
      readonly by: string;
    }
  | {readonly type: 'plan-made'; readonly steps: readonly PlannedStep[]; readonly unchanged: number}
  /** A command that only queries, so that the journal holds every argument vector of a run. */
  | {readonly type: 'queried'; readonly argv: readonly string[]}
  | {readonly type: 'step-started'; readonly step: string}
  | {
      readonly type: 'step-output';
      readonly step: string;
      readonly stream: 'command' | 'stdout' | 'stderr';
      readonly line: string;
    }
  | {
      readonly type: 'step-progress';
      readonly step: string;
      readonly done: number;
      readonly total?: number;
      readonly unit: 'bytes' | 'steps';
      readonly part?: string;
    }
  | {readonly type: 'step-waiting'; readonly step: string; readonly lock: string; readonly holder?: string}
  | {
      readonly type: 'step-finished';
      readonly step: string;
      readonly outcome: StepOutcome;
      readonly ms: number;
      readonly problem?: ProblemReport;
      /** The failed step because of which this one was skipped. */
      readonly cause?: string;
    }
  | {readonly type: 'heartbeat'; readonly running: readonly string[]}
  | {readonly type: 'check-started'; readonly check: string}
  /** Something that the check needs is still starting. The check is repeated until it has started. */
  | {
      readonly type: 'check-waiting';
      readonly check: string;
      readonly place: Place;
      readonly summary: string;
      readonly starting: readonly StartingPart[];
    }
  | {
      readonly type: 'check-finished';
      readonly check: string;
      readonly place: Place;
      readonly state: CheckState;
      readonly summary: string;
      readonly evidence?: string;
      readonly remedy?: string;
      readonly isAccepted?: true;
      readonly cause?: string;
      readonly starting?: readonly StartingPart[];
      readonly ms: number;
    }
  | {readonly type: 'stop-requested'; readonly by: string}
  | {
      readonly type: 'run-finished';
      readonly outcome: RunOutcome;
      readonly exit: number;
      readonly counts: Readonly<Partial<Record<StepOutcome, number>>>;
      readonly ms: number;
      /** The run that takes this one back, because it broke a foreign site, or was an update that did not work. */
      readonly undoneBy?: string;
      /** The problems that kept the run from starting, or its journal from being complete. */
      readonly problems?: readonly ProblemReport[];
    };

/** A line of the journal: `at` is ISO 8601 in UTC. */
export type Event = {readonly v: 1; readonly at: string} & EventBody;

/** Takes events, as the journal does. */
export type Emit = (body: EventBody) => void;
