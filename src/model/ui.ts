import type {Event} from './event.ts';
import type {MapData} from './map.ts';
import type {Plan} from './plan.ts';
import type {ProblemReport} from './problem.ts';
import type {Answers, Question} from './question.ts';
import type {Run} from './run.ts';

/** One thing that was found out about the machine or its network, as it is told to the owner. */
export type DetectedFact = {readonly fact: string; readonly text: string; readonly source: string};

/** `again` looks at the machine once more: the owner has put right what stood in the way. */
export type Decision = 'apply' | 'change' | 'again' | 'quit';

/** A port that the router has to forward to this host, and what for. */
export type Forward = {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly to: string;
  readonly purpose: string;
};

/** What the owner wants after a run that failed. */
export type Recovery = 'again' | 'leave' | 'undo';

/** What is said at the end: the run, what the router has to do, and what to do next. */
export type Report = {
  readonly run: Run;
  /** Where the meetings are, after a run that sets them up. */
  readonly address?: string;
  /** What is said of any other run that is done. */
  readonly done?: string;
  /** Where everything that was done is written; a rehearsal has nothing to write. */
  readonly journal?: string;
  readonly forwards: readonly Forward[];
  readonly next: readonly string[];
};

/** What an installation shows of itself: what it is made of, what its checks find, what was done last. */
export type Home = {
  readonly address: string;
  readonly versions: string;
  readonly lastRun: string;
  /** The ways back that there are. */
  readonly ways: readonly Way[];
  /** Runs the checks and tells them as they begin and end. */
  check(): AsyncIterable<Event>;
  /** The newest journal; nothing where there is none. */
  log(): AsyncIterable<Event>;
};

/** What the owner of an installation came for. */
export type Purpose = 'change' | 'quit' | Way;

/** What takes back: the last run, or all of it. */
export type Way = 'undo' | 'uninstall';

/** What a viewer may do about the run it shows. */
export type RunControls = {
  /** Asks the run to stop after the steps in hand. */
  stop(): void;
  /** Leaves the run to itself: its events end, and it goes on. */
  leave(): void;
};

/** The owner's side of the story: Ink screens, plain lines, or scripted answers are its implementations. */
export type Ui = {
  /** Shows that the program is looking around and what it finds, until `detected` ends. */
  look(detected: AsyncIterable<DetectedFact>): Promise<void>;
  /** Shows how an installation is, and asks what its owner came for. */
  home(home: Home): Promise<Purpose>;
  /** Asks what is not known yet; undefined when the owner leaves. `sketch` draws the map that the answers come to. */
  ask(questions: readonly Question[], sketch: (answers: Answers) => MapData): Promise<Answers | undefined>;
  /** Hands over the map that belongs to everything shown from here on. */
  showMap(map: MapData): void;
  /**
   * Shows what would change and asks for consent. `save` writes the settings to a file and says how to use it; on the way back
   * there are no settings to save or change.
   */
  review(plan: Plan, save?: () => Promise<string>): Promise<Decision>;
  /** Follows a run until its events end. */
  watch(events: AsyncIterable<Event>, controls: RunControls): Promise<Run>;
  report(report: Report): Promise<void>;
  /** Asks what to do about a run that failed. */
  recover(choices: readonly Recovery[]): Promise<Recovery>;
  /** Tells of problems that end the story. */
  tell(problems: readonly ProblemReport[]): Promise<void>;
  /** Gives the terminal back. */
  close(): Promise<void>;
};
