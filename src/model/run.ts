import type {CheckState} from './check.ts';
import type {Event, PlannedStep, RunCommand, RunOutcome, StepOutcome} from './event.ts';
import type {Place} from './place.ts';
import type {ProblemReport} from './problem.ts';
import type {Progress} from './resource.ts';

export type StepState = 'planned' | 'waiting' | 'running' | StepOutcome;

/** Returns whether a step has ended. */
export function hasEnded(state: StepState): state is StepOutcome {
  return state !== 'planned' && state !== 'waiting' && state !== 'running';
}

/** A step as viewers show it. Times are milliseconds since 1970. */
export type StepView = PlannedStep & {
  readonly state: StepState;
  readonly started?: number;
  readonly ms?: number;
  readonly line?: string;
  readonly progress?: Progress;
  /** The holder of the lock that a waiting step needs, or else the lock. */
  readonly waitingFor?: string;
  readonly problem?: ProblemReport;
  readonly cause?: string;
};

export type CheckView = {
  readonly check: string;
  readonly place?: Place;
  readonly state: 'running' | CheckState;
  readonly summary?: string;
  readonly remedy?: string;
  readonly evidence?: string;
  readonly ms?: number;
};

/** Everything a viewer shows of a run: the sum of its events so far. */
export type Run = {
  readonly id?: string;
  readonly command?: RunCommand;
  readonly started?: number;
  readonly steps: ReadonlyMap<string, StepView>;
  readonly unchanged: number;
  /** Ids of the ended steps, in order; append-only, so that no line is printed twice. */
  readonly settled: readonly string[];
  readonly checks: ReadonlyMap<string, CheckView>;
  readonly stopping: boolean;
  readonly outcome?: RunOutcome;
  readonly exit?: number;
  readonly ms?: number;
  /** The run that takes this one back. */
  readonly undoneBy?: string;
  /** The problems that kept the run from starting, or its journal from being complete. */
  readonly problems?: readonly ProblemReport[];
};

/** A run before its first event. */
export const noRun: Run = {steps: new Map(), unchanged: 0, settled: [], checks: new Map(), stopping: false};

/** Folds one more event into a run; unknown event types change nothing. Every viewer uses it. */
export function advance(run: Run, event: Event): Run {
  const at = Date.parse(event.at);
  switch (event.type) {
    case 'run-started':
      return {...run, id: event.run, command: event.command, started: at};
    case 'plan-made':
      return {
        ...run,
        unchanged: event.unchanged,
        steps: new Map(event.steps.map(step => [step.id, {...step, state: 'planned'}])),
      };
    case 'step-started':
      return withStep(run, event.step, {state: 'running', started: at});
    case 'step-waiting':
      return withStep(run, event.step, {state: 'waiting', waitingFor: event.holder ?? event.lock});
    case 'step-output':
      return withStep(run, event.step, {line: event.line});
    case 'step-progress': {
      const {v: _v, at: _at, type: _type, step, ...progress} = event;
      return withStep(run, step, {progress});
    }
    case 'step-finished':
      return endStep(run, event);
    case 'check-started':
      return withCheck(run, {check: event.check, state: 'running'});
    case 'check-waiting':
      return withCheck(run, {check: event.check, place: event.place, state: 'starting', summary: event.summary});
    case 'check-finished': {
      const {v: _v, at: _at, type: _type, isAccepted, ...finding} = event;
      // What the user knows and accepted is nothing to look at.
      const known = {state: 'ok', summary: `Accepted: ${finding.summary}`} as const;
      return withCheck(run, isAccepted ? {...finding, ...known} : finding);
    }
    case 'stop-requested':
      return {...run, stopping: true};
    case 'run-finished':
      return finish(run, event);
    default:
      return run;
  }
}

function finish(run: Run, {outcome, exit, ms, problems, undoneBy}: Extract<Event, {type: 'run-finished'}>): Run {
  return {...run, outcome, exit, ms, ...(problems && {problems}), ...(undoneBy && {undoneBy})};
}

function withStep(run: Run, id: string, news: Partial<StepView>): Run {
  const step = run.steps.get(id);
  return step ? {...run, steps: new Map(run.steps).set(id, {...step, ...news})} : run;
}

function endStep(run: Run, event: Extract<Event, {type: 'step-finished'}>): Run {
  const {outcome, ms, problem, cause} = event;
  const ended = withStep(run, event.step, {state: outcome, ms, ...(problem && {problem}), ...(cause && {cause})});
  return ended === run ? run : {...ended, settled: [...run.settled, event.step]};
}

function withCheck(run: Run, view: CheckView): Run {
  return {...run, checks: new Map(run.checks).set(view.check, view)};
}
