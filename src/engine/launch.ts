import {readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Host} from '../model/host.ts';
import {describeError, Problem} from '../model/problem.ts';
import {nameRun, refuseRun, workerUnit} from './going.ts';
import {claimRun, type RunFiles, runsDirectory} from './journal.ts';

/** What the owner approved, as the worker reads it from the run's directory. There is no secret in it. */
export type Request = Errand & {
  readonly digest: string;
  /** The changes that were approved, each by its seal. */
  readonly approved: readonly string[];
  readonly by: string;
};

/** What a run is for. */
export type Errand = InstallErrand | ReturnErrand;

export type InstallErrand = {
  readonly command: 'apply' | 'update';
  /** The text of the settings file that is to be saved. */
  readonly settings: string;
  /** The facts that the plan was made from, as `detect --json` prints them. */
  readonly facts: string;
  readonly takeOver: readonly string[];
  /** Whether steps that interrupt meetings wait until there is none. */
  readonly whenIdle: boolean;
};

/** Going back: as it was before a run, or before the first one. */
export type ReturnErrand =
  | {readonly command: 'undo'; readonly run: string; readonly packages: boolean}
  | {readonly command: 'uninstall'; readonly purge: boolean};

/** Whether an errand is to go back. */
export function isReturn(errand: Errand): errand is ReturnErrand {
  return errand.command === 'undo' || errand.command === 'uninstall';
}

type Launch = {
  readonly host: Host;
  readonly request: Request;
  /** How this very program is started. */
  readonly program: readonly string[];
  readonly base?: string;
};

/** Starts the worker of a new run, outside the session and its terminal; throws Problem run-in-progress when another was quicker. */
export async function launchRun({host, request, program, base = runsDirectory}: Launch): Promise<RunFiles> {
  const files = await claimRun({base});
  await writeRequest(files, request);
  try {
    await host.run({argv: launchArgv(files.run, program)});
  } catch (error) {
    await rm(files.directory, {recursive: true, force: true});
    await refuseRun(host, base);
    throw notStarted(error);
  }
  return files;
}

/** The command line that makes a worker of a program: `program worker RUN`. */
export function launchArgv(run: string, program: readonly string[]): [string, ...string[]] {
  const properties = [
    'Type=exec',
    // A stop is the worker's to carry out; only what is left when it has ended is killed.
    'KillMode=mixed',
    // The step in hand is finished first, and that may be a large package.
    'TimeoutStopSec=15min',
    // A child that was killed for its memory is a failed command, not the end of the run.
    'OOMPolicy=continue',
    'UMask=0022',
  ].map(property => `--property=${property}`);
  const unit = [`--unit=${workerUnit}`, `--description=${nameRun(run)}`, '--setenv=HOME=/root', ...properties];
  return ['systemd-run', '--quiet', '--collect', ...unit, '--', ...program, 'worker', run];
}

/** Writes down what a run is asked for. */
export async function writeRequest(files: RunFiles, request: Request): Promise<void> {
  await writeFile(requestPath(files), `${JSON.stringify(request, undefined, 2)}\n`, {mode: 0o600});
}

/** Reads what a run was asked for. */
export async function readRequest(files: RunFiles): Promise<Request> {
  return JSON.parse(await readFile(requestPath(files), 'utf8'));
}

/** The same where a run may have broken off before it knew. */
export function tryRequest(files: RunFiles): Promise<Request | undefined> {
  return readRequest(files).catch(() => undefined);
}

/** Asks the run that is going to stop after the steps in hand; one that has just ended needs no asking. */
export async function stopRun(host: Host): Promise<void> {
  // Unlike `systemctl stop` this sets no limit to how long the steps in hand may take.
  const argv = ['systemctl', 'kill', '--kill-whom=main', '--signal=TERM', workerUnit] as const;
  await host.run({argv}).catch(() => undefined);
}

const requestPath = ({directory}: RunFiles) => join(directory, 'request.json');

function notStarted(error: unknown): Problem {
  return new Problem({
    code: 'worker-not-started',
    summary: `systemd did not start the run: ${describeError(error).summary}`,
    remedy: `See \`journalctl -u ${workerUnit}\`, then run this again.`,
    cause: error,
  });
}
