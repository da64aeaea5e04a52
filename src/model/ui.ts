import type {Event} from './event.ts';
import type {Load} from './load.ts';
import type {LoggingPlace, LogLine} from './log-line.ts';
import type {MapData} from './map.ts';
import type {Plan} from './plan.ts';
import type {ProblemReport} from './problem.ts';
import type {Answers, Question} from './question.ts';
import type {Run} from './run.ts';
import type {TrialEvent, TrialView} from './trial.ts';

/** A fact about the machine or its network, as it is shown. */
export type DetectedFact = {readonly fact: string; readonly text: string; readonly source: string};

/** The user's answer to a plan; `again` looks at the machine once more, since the user has fixed the problems. */
export type Decision = 'apply' | 'change' | 'again' | 'try' | 'wait' | 'quit';

/** What a review offers besides the plan; an undo has no settings, and no ports to try. */
export type ReviewOffers = {
  /** Writes the settings to a file and returns how to use it. */
  readonly save?: (() => Promise<string>) | undefined;
  /** Whether the ports can be tried from outside first. */
  readonly canTry?: boolean;
  /** Whether names are wrong in the DNS, so that it can be waited for. */
  readonly canWait?: boolean;
};

/** What is waited for, with the seconds to the next look, and to the end of the wait. */
export type WaitNews = {readonly texts: readonly string[]; readonly next: number; readonly left: number};

/** A port that the router has to forward to this host. */
export type Forward = {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly to: string;
  readonly purpose: string;
};

/** The user's choice after a failed run. */
export type Recovery = 'again' | 'leave' | 'undo';

/** The page at the end of a run: its result, the ports to forward, and what to do next. */
export type Report = {
  readonly run: Run;
  /** The address of the meetings, after a run that sets the server up. */
  readonly address?: string;
  /** The result of any other run, in a sentence. */
  readonly done?: string;
  /** The steps of a rehearsal are not counted. */
  readonly isRehearsal?: true;
  /** The journal's path; a rehearsal has none. */
  readonly journal?: string;
  readonly forwards: readonly Forward[];
  readonly next: readonly string[];
};

/** The home screen of an installation. */
export type Home = {
  readonly address: string;
  /** The title of the pages, if one is set. */
  readonly title?: string;
  readonly versions: string;
  readonly lastRun: string;
  /** No run is known, so there is no log to show. */
  readonly hasNoRun?: boolean;
  /** Says that an update is available, if one is known. */
  readonly update?: string;
  /** The optional entries of the home screen. */
  readonly ways: readonly Way[];
  /** Looks up what changes once a day: the last update, the next timers, the certificates. */
  outlook(): Promise<readonly Outlook[]>;
  /** Yields what the host and its containers take, again and again until the user leaves. */
  load(leaving: AbortSignal): AsyncIterable<Load>;
  /** Says why nothing is measured; undefined if something is. */
  readonly unmeasured?: string;
  /** Yields the meetings, again and again until the user leaves. */
  meetings(leaving: AbortSignal): AsyncIterable<Attendance>;
  /** Runs the checks until nothing starts any more or the user leaves, and yields their events. */
  check(leaving: AbortSignal): AsyncIterable<Event>;
  /** Yields the newest journal, if there is one. */
  log(): AsyncIterable<Event>;
};

/** One line of the home screen: what it is about, and what is known. */
export type Outlook = {readonly name: string; readonly text: string};

/** The meetings at one moment, in words; the number of participants is unknown if Jicofo does not answer. */
export type Attendance = {readonly participants: number | undefined; readonly text: string};

/** A choice of the home screen. */
export type Purpose = 'change' | 'quit' | Way;

/** The ways from the home screen: to the logs, the accounts of registered people and the other sites, and to other commands. */
export type Way = 'logs' | 'people' | 'sites' | 'update' | 'backup' | 'undo' | 'uninstall';

/** The logs of the server. */
export type LogFeed = {
  readonly places: readonly LoggingPlace[];
  /** Yields what was logged, and then what is, until the user leaves. */
  follow(leaving: AbortSignal): AsyncIterable<readonly LogLine[]>;
  /** Returns what was logged. */
  read(): Promise<readonly LogLine[]>;
};

/** What to do with an account; `renew` makes a new password. */
export type AccountRequest = {readonly action: 'add' | 'renew' | 'remove'; readonly name: string};

/** The accounts of registered people. */
export type AccountDesk = {
  list(): Promise<readonly string[]>;
  /** Changes an account and returns the result in a sentence, with the password that was made. */
  change(request: AccountRequest): Promise<string>;
};

/** A site as it is shown: its domain, and how it is now. */
export type SiteLine = {readonly domain: string; readonly text: string};

/** What to do with a site; one to add has the form of the settings. */
export type SiteRequest = {readonly domain: string} & (
  | {readonly action: 'add'; readonly site: Readonly<Record<string, string>>}
  | {readonly action: 'remove'}
);

/** The other sites on this host. */
export type SiteDesk = {
  list(): Promise<readonly SiteLine[]>;
  /** Reads a site that the user typed, a domain and a destination; returns what is wrong with it otherwise. */
  read(text: string): SiteRequest | string;
};

/** Actions of a viewer on the run it shows. */
export type RunControls = {
  /** Asks the run to stop after the running steps. */
  stop(): void;
  /** Stops watching: the events end, and the run continues. */
  leave(): void;
};

/** The conversation with the user. Ink screens, plain lines, JSON and tests implement it. */
export type Ui = {
  /** Shows facts as they are detected, until `detected` ends. */
  look(detected: AsyncIterable<DetectedFact>): Promise<void>;
  /** Shows the home screen, and asks what to do. */
  home(home: Home): Promise<Purpose>;
  /** Shows the accounts of registered people, and changes them as the user wishes. */
  people(desk: AccountDesk): Promise<void>;
  /** Shows the other sites on this host, and asks what to change. */
  sites(desk: SiteDesk): Promise<SiteRequest | undefined>;
  /** Shows the logs of the server. */
  logs(feed: LogFeed): Promise<void>;
  /**
   * Asks for missing settings; returns undefined if the user leaves. `sketch` draws the map for the answers so far. From the home
   * screen, leaving leads back to it.
   */
  ask(
    questions: readonly Question[],
    sketch: (answers: Answers) => MapData,
    isFromHome?: boolean,
  ): Promise<Answers | undefined>;
  /** Sets the map for everything that is shown next. */
  showMap(map: MapData): void;
  /** Shows a plan and asks for approval. */
  review(plan: Plan, offers?: ReviewOffers): Promise<Decision>;
  /** Shows a trial until its events end; `leave` ends it. */
  tryOut(events: AsyncIterable<TrialEvent>, leave: () => void): Promise<TrialView>;
  /** Shows a wait until its news end; `leave` ends it. */
  wait(news: AsyncIterable<WaitNews>, leave: () => void): Promise<void>;
  /** Follows a run until its events end. */
  watch(events: AsyncIterable<Event>, controls: RunControls): Promise<Run>;
  report(report: Report): Promise<void>;
  /** Asks what to do about a run that failed. */
  recover(choices: readonly Recovery[]): Promise<Recovery>;
  /** Shows problems that end the command. */
  showProblems(problems: readonly ProblemReport[]): Promise<void>;
  /** Gives the terminal back. */
  close(): Promise<void>;
};
