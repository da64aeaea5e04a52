import type {Event} from './event.ts';
import type {Plan} from './plan.ts';
import type {ProblemReport} from './problem.ts';
import type {Answers, Question} from './question.ts';
import type {Run} from './run.ts';

/** One thing that was found out about the machine or its network, as it is told to the owner. */
export type Finding = {readonly fact: string; readonly text: string; readonly source: string};

export type Decision = 'apply' | 'change' | 'quit';

/** What is said at the end: the run, and what to do next. */
export type Report = {
  readonly run: Run;
  readonly address: string;
  readonly journal: string;
  readonly next: readonly string[];
};

/** What a viewer may do about the run it shows. */
export type RunControls = {
  /** Asks the run to stop after the steps in hand. */
  stop(): void;
  /** Leaves the run to itself: its events end, and it goes on. */
  leave(): void;
};

/** The owner's side of the story: Ink screens, plain lines, or scripted answers are its implementations. */
export type Ui = {
  /** Shows that the program is looking around and what it finds, until `findings` ends. */
  look(findings: AsyncIterable<Finding>): Promise<void>;
  /** Asks what is not known yet; undefined when the owner leaves. */
  ask(questions: readonly Question[]): Promise<Answers | undefined>;
  /** Shows what would change and asks for consent. */
  review(plan: Plan): Promise<Decision>;
  /** Follows a run until its events end. */
  watch(events: AsyncIterable<Event>, controls: RunControls): Promise<Run>;
  report(report: Report): Promise<void>;
  /** Tells of problems that end the story. */
  tell(problems: readonly ProblemReport[]): Promise<void>;
  /** Gives the terminal back. */
  close(): Promise<void>;
};
