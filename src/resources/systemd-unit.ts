import {setTimeout as sleep} from 'node:timers/promises';
import type {Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import {Problem} from '../model/problem.ts';
import type {Difference, Outlook, Resource, Work} from '../model/resource.ts';
import {fileId} from './file.ts';
import {readNewestStart, readNewestWorker} from './process-age.ts';

export type SystemdUnitOptions = {
  readonly unit: string;
  readonly title: string;
  readonly place: Place;
  readonly needs?: readonly string[];
  /** What the service reads at its start or reload: a newer one makes it out of date. Links count, and so do their targets. */
  readonly reads?: readonly string[];
  /** What brings new files into effect. */
  readonly refresh?: 'reload' | 'restart';
  /** Whether a reload replaces the service's worker processes, so that their age tells when it read its files. */
  readonly hasWorkers?: boolean;
};

type UnitState = {
  readonly enabled: boolean;
  readonly active: boolean;
  /** The files that are newer than what runs. */
  readonly newer: readonly string[];
  /** The process whose children are the workers. */
  readonly master: number;
};

/** A unit serves while it reads its files again, and HAProxy's first word of a reload comes before its last one. */
export const isServing = (state: string | undefined) => /^(active|reloading|refreshing)$/.test(state ?? '');

/** How long a reload may take to bring up new workers, in milliseconds. */
const reloadLimit = 15_000;

/** The id under which others name a unit they need. */
export const unitId = (unit: string) => `unit:${unit}`;

/** A unit that is enabled, active, and has read its files as they are now. */
export function systemdUnit(options: SystemdUnitOptions): Resource<UnitState> {
  const {unit, reads = [], refresh = 'restart', hasWorkers = false} = options;
  return {
    id: unitId(unit),
    title: options.title,
    place: options.place,
    kind: 'systemd-unit',
    needs: options.needs ?? [],
    locks: [],
    read: host => readUnit(host, options),
    diff: (state, outlook) => describe({unit, reads, refresh, state, outlook}),
    async apply(work, {active, master}, differences) {
      const before = hasWorkers && active ? await readNewestStart(work.host, master) : undefined;
      await mend({work, unit, differences});
      if (before !== undefined && differences.some(({change}) => change === 'reload'))
        await awaitWorkers({work, unit, master, before});
    },
  };
}

async function readUnit(host: Host, {unit, reads = [], hasWorkers = false}: SystemdUnitOptions): Promise<UnitState> {
  const properties = 'ActiveState,UnitFileState,MainPID,ActiveEnterTimestamp';
  const {stdout} = await host.query({
    argv: ['systemctl', 'show', unit, `--property=${properties}`, '--timestamp=us+utc'],
  });
  const show = parseProperties(stdout);
  const active = isServing(show.get('ActiveState'));
  const master = Number(show.get('MainPID'));
  const started = hasWorkers ? await readNewestWorker(host, master) : parseTimestamp(show.get('ActiveEnterTimestamp'));
  return {
    enabled: /^(enabled|static|alias)/.test(show.get('UnitFileState') ?? ''),
    active,
    master,
    newer: active && started !== undefined ? await findNewer({host, paths: reads, since: started}) : [],
  };
}

/** The properties that `systemctl show` prints, one `Name=value` a line. */
export function parseProperties(text: string): ReadonlyMap<string, string> {
  return new Map(text.split('\n').map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** Milliseconds since 1970 of systemd's `Sun 2026-11-22 08:30:00.123456 UTC`. */
export function parseTimestamp(text: string | undefined): number | undefined {
  const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3})\d* UTC/.exec(text ?? '') ?? [];
  return day && time ? Date.parse(`${day}T${time}Z`) : undefined;
}

/** Which of the paths changed after `since`: the entry itself, or what its links lead to. A time to come counts as now. */
async function findNewer({
  host,
  paths,
  since,
}: {
  host: Host;
  paths: readonly string[];
  since: number;
}): Promise<readonly string[]> {
  const newer = await Promise.all(
    paths.map(async path => {
      const target = await host.files.resolve(path);
      const states = await Promise.all([path, ...(target ? [target] : [])].map(each => host.files.stat(each)));
      return states.some(state => state && Math.min(state.modified, host.now()) > since);
    }),
  );
  return paths.filter((_, index) => newer[index]);
}

type Described = {
  unit: string;
  reads: readonly string[];
  refresh: 'reload' | 'restart';
  state: UnitState;
  outlook: Outlook;
};

function describe({unit, reads, refresh, state, outlook}: Described): readonly Difference[] {
  const enable: Difference[] = state.enabled ? [] : [{change: 'update', summary: `enable ${unit}`}];
  if (!state.active) return [...enable, {change: 'start', summary: `start ${unit}`}];
  const changing = reads.filter(path => outlook.changes(fileId(path)).some(difference => difference.content));
  const stale = [...new Set([...state.newer, ...changing])];
  if (stale.length === 0) return enable;
  return [...enable, {change: refresh, summary: `${refresh} ${unit}, for ${stale.join(', ')}`}];
}

async function mend({
  work,
  unit,
  differences,
}: {
  work: Work;
  unit: string;
  differences: readonly Difference[];
}): Promise<void> {
  const systemctl = (...argv: string[]) => work.host.run({argv: ['systemctl', ...argv]});
  await systemctl('daemon-reload');
  for (const {change} of differences) {
    if (change === 'update') await systemctl('enable', '--quiet', unit);
    else await systemctl(change, unit).catch(error => explain({work, unit, error}));
  }
}

/** A reload's command ends before the new workers are there, and a master that refuses the configuration never has any. */
async function awaitWorkers({
  work,
  unit,
  master,
  before,
}: {
  work: Work;
  unit: string;
  master: number;
  before: number;
}): Promise<void> {
  const deadline = work.host.now() + reloadLimit;
  while (((await readNewestStart(work.host, master)) ?? 0) <= before) {
    if (work.host.now() > deadline) return explain({work, unit, error: new Error('no new worker process')});
    await sleep(50, undefined, {signal: work.signal});
  }
}

async function explain({work, unit, error}: {work: Work; unit: string; error: unknown}): Promise<never> {
  const {stdout} = await work.host.query({
    argv: ['journalctl', '--no-pager', '--output=cat', '--lines=10', `--unit=${unit}`],
  });
  throw new Problem({
    code: 'service-failed',
    summary: `${unit} does not start with its configuration:\n${stdout.trim()}`,
    remedy: `Look at \`journalctl -u ${unit}\`, put right what it complains of and run jitsi-onebox again.`,
    cause: error,
  });
}
