import type {Event} from '../model/event.ts';
import type {Host} from '../model/host.ts';
import {Problem} from '../model/problem.ts';
import {filesOf, runsDirectory} from './journal.ts';
import {readJournal} from './read-journal.ts';

/** The unit that every run's worker is: systemd has at most one of a name, and that is the lock. */
export const workerUnit = 'jitsi-onebox-apply.service';

const nameStart = 'jitsi-onebox run ';

/** What the unit of a run calls itself: by this, systemd itself tells which run is going. */
export const nameRun = (run: string) => `${nameStart}${run}`;

/** The run that is going, if any; one whose worker has died is none. */
export async function findGoingRun(host: Host): Promise<string | undefined> {
  const {stdout} = await host.query({argv: ['systemctl', 'show', workerUnit, '--property=ActiveState,Description']});
  const isGoing = /^ActiveState=(activating|active|deactivating|reloading)$/m.test(stdout);
  return isGoing ? new RegExp(`^Description=${nameStart}(.*)$`, 'm').exec(stdout)?.[1] : undefined;
}

/** Throws where no run can begin: without systemd, or while another one is going. */
export async function refuseRun(host: Host, base: string = runsDirectory): Promise<void> {
  if (!(await host.files.stat('/run/systemd/system'))) throw noSystemd();
  const run = await findGoingRun(host);
  if (run !== undefined) throw await inProgress(run, base);
}

function noSystemd(): Problem {
  return new Problem({
    code: 'no-systemd',
    summary: 'This system does not run systemd, which carries a run on when the terminal is gone.',
    remedy: 'Run it on the Debian machine itself, not in a container or a chroot.',
  });
}

async function inProgress(run: string, base: string): Promise<Problem> {
  const {path} = filesOf(run, base);
  const started = await findStart(path).catch(() => undefined);
  const origin = started ? ` (${started.command}), started by ${started.by} at ${started.at},` : '';
  return new Problem({
    code: 'run-in-progress',
    summary: `Run ${run}${origin} is still going.`,
    remedy: 'See it with `sudo jitsi-onebox attach`; run this again when it has ended.',
  });
}

async function findStart(path: string): Promise<Extract<Event, {type: 'run-started'}> | undefined> {
  for await (const event of readJournal(path)) if (event.type === 'run-started') return event;
  return undefined;
}
