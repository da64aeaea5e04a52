import type {Check} from './check.ts';
import type {Event} from './event.ts';
import type {Fact, NamedFact} from './facts.ts';
import type {Host} from './host.ts';
import type {Load} from './load.ts';
import type {Plan} from './plan.ts';
import type {RunRequest} from './request.ts';

/** The machine a command works on: this one, or one that was recorded. */
export type Machine = {
  readonly host: Host;
  /** Detects everything about the machine and its network, and yields each fact as it is found. */
  detect(sought: Sought, signal: AbortSignal): AsyncIterable<NamedFact>;
  /** Finds the public address alone; one that is to be followed needs more proof. */
  seeAddress(
    stunServers: readonly string[],
    signal: AbortSignal,
    options?: {readonly isToFollow: boolean},
  ): Promise<Fact<string>>;
  /** Looks up the addresses of a domain name with the resolver of this host. */
  lookUp(name: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** Looks them up as resolvers of the internet see them; throws if none of these answers. */
  lookUpOutside(name: string, resolvers: readonly string[]): Promise<readonly OutsideAnswer[]>;
  /** Looks up the records that say which authorities may issue certificates for a domain name; none permits all. */
  lookUpCaa(name: string, resolvers: readonly string[], signal?: AbortSignal): Promise<readonly CaaRecord[]>;
  /** Reads the layers of an image from its registry. */
  readLayers(image: string, signal: AbortSignal): Promise<readonly ImageLayer[]>;
  /** Returns whether a TCP port accepts connections. */
  isListening(target: {readonly address: string; readonly port: number}, signal: AbortSignal): Promise<boolean>;
  /** Asks for a page over https, and returns the status of the answer. */
  askStatus(url: string, signal: AbortSignal): Promise<number>;
  /** Returns what is left of a plan where the installation of the machine cannot be read from its host. */
  subtractInstalled(plan: Plan, planInstalled: () => Promise<Plan>): Promise<Plan>;
  /** Runs checks and yields their events. */
  check(checks: readonly Check[], signal: AbortSignal): AsyncIterable<Event>;
  /** Measures this host and the containers of a compose project again and again, until the signal. */
  watchLoad(target: LoadTarget, signal: AbortSignal): AsyncIterable<Load>;
  /** Starts a run that outlives this process. */
  start(request: RunRequest, plan: Plan, checks: readonly Check[]): Promise<RunRecord>;
  /** Opens the run in progress, or the newest one. */
  openLatestRun(): Promise<{readonly record: RunRecord; readonly isGoing: boolean} | undefined>;
  /** A recorded machine has no installation to look at, measure or remove. */
  readonly isRecorded: boolean;
};

/** What detection needs of the settings: the STUN servers, and the UDP ports that have to arrive. */
export type Sought = {readonly stun: readonly string[]; readonly udpPorts: readonly number[]};

/** What to measure: a compose project with its directory. */
export type LoadTarget = {readonly project: string; readonly directory: string};

/** The addresses that one resolver of the internet has for a name; none if it does not exist. */
export type OutsideAnswer = {readonly from: string; readonly addresses: readonly string[]};

/** A CAA record of the DNS. An authority that does not know the tag of a critical one must refuse. */
export type CaaRecord = {readonly tag: string; readonly value: string; readonly isCritical: boolean};

/** A layer of an image, with the bytes that its download takes. */
export type ImageLayer = {readonly digest: string; readonly size: number};

/** A run as its viewers see it: what was asked for, and what happens. They read nothing else. */
export type RunRecord = {
  readonly request: RunRequest;
  /** The id and the journal's path; a rehearsal has no files. */
  readonly files?: {readonly run: string; readonly path: string};
  /** Yields the events from the start until the run ends, or the viewer leaves. */
  follow(leaving: AbortSignal): AsyncIterable<Event>;
  /** Asks the run to stop after the running steps; returns when it has been asked. */
  stop(): Promise<void>;
  /** Opens the run that takes this one back. */
  openUndo(run: string): Promise<RunRecord>;
};
