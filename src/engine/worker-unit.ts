import {rm} from 'node:fs/promises';
import type {Event} from '../model/event.ts';
import type {Host} from '../model/host.ts';
import {describeError, Problem} from '../model/problem.ts';
import type {RunRequest} from '../model/request.ts';
import {readJournal} from './journal.ts';
import {claimRun, filesOf, type RunFiles, runsDirectory} from './run-files.ts';

/** The unit of every worker: systemd has at most one of a name, and that is the lock. */
export const workerUnit = 'jitsi-onebox-apply.service';

const descriptionStart = 'jitsi-onebox run ';

/** Starts the worker of a new run, outside the session and its terminal; throws Problem run-in-progress if there is one. */
export async function launchRun({
  host,
  request,
  program,
  base = runsDirectory,
}: {
  readonly host: Host;
  readonly request: RunRequest;
  /** The command line that starts this very program. */
  readonly program: readonly string[];
  readonly base?: string;
}): Promise<RunFiles> {
  // A new run's files displace old ones, and what a dead worker left: not while another worker is alive.
  await refuseRun(host, base);
  const files = await claimRun({base, request});
  try {
    await host.run({argv: launchArgv(files.run, program)});
  } catch (error) {
    await rm(files.directory, {recursive: true, force: true});
    await refuseRun(host, base);
    throw notStarted(error);
  }
  return files;
}

/** Returns the command line that starts a worker: `program worker RUN` in a unit. */
export function launchArgv(run: string, program: readonly string[]): [string, ...string[]] {
  const properties = [
    'Type=exec',
    // The worker itself carries a stop out; only what is left after its end is killed.
    'KillMode=mixed',
    // The running step is finished first, and that may be a large package.
    'TimeoutStopSec=15min',
    // A child that was killed for its memory is a failed command, not the end of the run.
    'OOMPolicy=continue',
    'UMask=0022',
    // At a shutdown the worker ends before the Engine does.
    'After=docker.service',
  ].map(property => `--property=${property}`);
  const unit = [`--unit=${workerUnit}`, `--description=${descriptionStart}${run}`, '--setenv=HOME=/root'];
  return ['systemd-run', '--quiet', '--collect', ...unit, ...properties, '--', ...program, 'worker', run];
}

/** Asks the worker to stop after the running steps; does nothing if it has just ended. */
export async function stopRun(host: Host): Promise<void> {
  // Unlike `systemctl stop` this sets no limit to how long the running steps may take.
  const argv = ['systemctl', 'kill', '--kill-whom=main', '--signal=TERM', workerUnit] as const;
  await host.run({argv}).catch(() => undefined);
}

/** Returns the run in progress, if any: systemd knows it from the unit's description. A dead worker's run is none. */
export async function findGoingRun(host: Host): Promise<string | undefined> {
  const {stdout} = await host.query({argv: ['systemctl', 'show', workerUnit, '--property=ActiveState,Description']});
  const isGoing = /^ActiveState=(activating|active|deactivating|reloading)$/m.test(stdout);
  return isGoing ? new RegExp(`^Description=${descriptionStart}(.*)$`, 'm').exec(stdout)?.[1] : undefined;
}

/** Throws where no run can begin: without systemd, or while another one is in progress. */
export async function refuseRun(host: Host, base: string = runsDirectory): Promise<void> {
  if (!(await host.files.stat('/run/systemd/system'))) throw noSystemd();
  const run = await findGoingRun(host);
  if (run !== undefined) throw await inProgress(run, base);
}

function noSystemd(): Problem {
  return new Problem({
    code: 'no-systemd',
    summary: 'This system does not run systemd, which keeps a run going when the terminal is closed.',
    remedy: 'Run it on the Debian machine itself, not in a container or a chroot.',
  });
}

async function inProgress(run: string, base: string): Promise<Problem> {
  const start = await findStart(filesOf(run, base).path).catch(() => undefined);
  const origin = start ? ` (${start.command}), started by ${start.by} at ${start.at},` : '';
  return new Problem({
    code: 'run-in-progress',
    summary: `Run ${run}${origin} is still in progress.`,
    remedy: 'Watch it with `sudo jitsi-onebox attach`. Run this again when it has ended.',
  });
}

async function findStart(path: string): Promise<Extract<Event, {type: 'run-started'}> | undefined> {
  for await (const event of readJournal(path)) if (event.type === 'run-started') return event;
  return undefined;
}

function notStarted(error: unknown): Problem {
  return new Problem({
    code: 'worker-not-started',
    summary: `systemd did not start the run: ${describeError(error).summary}`,
    remedy: `See \`journalctl -u ${workerUnit}\`, then run this again.`,
    cause: error,
  });
}
