import {setTimeout as sleep} from 'node:timers/promises';
import type {Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import {Problem} from '../model/problem.ts';
import type {Difference, Outlook, Resource, Work} from '../model/resource.ts';
import {absent, type RecordedUnit, type Snapshot} from '../model/snapshot.ts';
import {restoredPackagesId} from './apt.ts';
import {fileId} from './path-state.ts';
import {awaitNewWorkers, findNewer, parseTimestamp, readNewestStart, readNewestWorker} from './process-age.ts';
import {readRefusal} from './program-log.ts';

export type SystemdUnitOptions = {
  readonly unit: string;
  readonly title: string;
  readonly place: Place;
  readonly id?: string;
  readonly needs?: readonly string[];
  /** Properties that are left out stay as they are. */
  readonly wanted?: {readonly enabled?: boolean | undefined; readonly active?: boolean | undefined};
  /** Files the service reads at its start or reload: a newer one makes it out of date. Links count, and so do their targets. */
  readonly reads?: readonly string[];
  /** The way to load new files. A reload replaces the worker processes, and their age shows when they read the files. */
  readonly refresh?: 'reload' | 'restart';
  /** How it ends its connections before it is stopped: the signal at which it accepts no new ones, and the time for the others. */
  readonly drain?: {readonly signal: string; readonly milliseconds: number};
  /** Acts only while a text like this is in the unit's own file. */
  readonly onlyWhile?: {readonly path: string; readonly holds: (text: string) => boolean};
  /** The file in which the program says why it refuses a reload, of which systemd does not hear. */
  readonly log?: string;
  /** Ids of resources that may stop the unit earlier in the same plan. */
  readonly stoppedBy?: readonly string[];
  /** Whether a unit that does not exist is left alone. */
  readonly mayBeMissing?: boolean;
};

type UnitState = {
  readonly exists: boolean;
  readonly isMasked: boolean;
  /** `UnitFileState` and `ActiveState`. */
  readonly enabled: string;
  readonly active: string;
  /** The process whose children are the workers. */
  readonly master: number;
  /** Sockets that start it again. */
  readonly triggers: readonly string[];
  /** The files that are newer than what runs. */
  readonly newer: readonly string[];
  readonly isConcerned: boolean;
};

const running = {enabled: true, active: true} as const;

/** A unit serves while it reads its files again; HAProxy announces a reload before the end of the last one. */
const isServing = (state: string) => /^(active|reloading|refreshing)$/.test(state);

/** A unit that is up, or will be. */
export const isRunning = (state: string) => isServing(state) || state === 'activating';

/** The id of a unit. */
export const unitId = (unit: string) => `unit:${unit}`;

/** A unit that is enabled and active and has read its files as they are now; or one in another wanted state. */
export function systemdUnit(options: SystemdUnitOptions): Resource<UnitState> {
  const {unit, title, place, needs = [], refresh = 'restart', reads = []} = options;
  return {
    id: options.id ?? unitId(unit),
    title,
    place,
    kind: 'systemd-unit',
    needs,
    locks: [],
    read: host => readUnit(host, options),
    diff: (state, outlook) => compare(options, state, outlook),
    async record(host, state, differences) {
      const isStopped = differences.some(each => each.change === 'remove');
      const triggers = await snapshotUnits(host, isStopped ? state.triggers : [], place);
      return [snapshotUnit(unit, place, state, {refresh, reads}), ...triggers];
    },
    async apply(work, {active, master, triggers}, differences) {
      const isReloaded = differences.some(({change}) => change === 'reload') && isServing(active);
      const before = isReloaded ? await readNewestStart(work.host, master) : undefined;
      const logged = options.log === undefined ? 0 : ((await work.host.files.stat(options.log))?.size ?? 0);
      await change(work, options, triggers, differences);
      if (before === undefined || (await awaitNewWorkers(work, master, before))) return;
      const error = new Error('no new worker process');
      await explain(work, unit, error, await readRefusal(work.host, options.log, logged));
    },
  };
}

async function readUnit(host: Host, options: SystemdUnitOptions): Promise<UnitState> {
  const {unit, reads = [], refresh, onlyWhile} = options;
  const properties = 'LoadState,ActiveState,UnitFileState,MainPID,ActiveEnterTimestamp,TriggeredBy';
  const argv = ['systemctl', 'show', unit, `--property=${properties}`, '--timestamp=us+utc'] as const;
  const show = parseProperties((await host.query({argv})).stdout);
  const say = (property: string) => show.get(property) ?? '';
  const master = Number(say('MainPID'));
  const active = say('ActiveState');
  const started =
    refresh === 'reload' ? await readNewestWorker(host, master) : parseTimestamp(say('ActiveEnterTimestamp'));
  const text = onlyWhile && (await host.files.read(onlyWhile.path));
  return {
    exists: say('LoadState') !== 'not-found',
    isMasked: say('LoadState') === 'masked',
    enabled: say('UnitFileState'),
    active,
    master,
    triggers: say('TriggeredBy')
      .split(' ')
      .filter(name => name.endsWith('.socket')),
    newer: isServing(active) && started !== undefined ? await findNewer(host, reads, started) : [],
    isConcerned: !onlyWhile || (text !== undefined && onlyWhile.holds(text)),
  };
}

/** Records how some units are now. */
export function snapshotUnits(host: Host, units: readonly string[], place: Place): Promise<readonly Snapshot[]> {
  return Promise.all(
    units.map(async unit => snapshotUnit(unit, place, await readUnit(host, {unit, place, title: unit}))),
  );
}

function snapshotUnit(
  name: string,
  place: Place,
  {exists, enabled, active}: UnitState,
  more: Pick<RecordedUnit, 'refresh' | 'reads'> = {refresh: 'restart', reads: []},
): Snapshot {
  return {thing: 'unit', name, place, was: exists ? {type: 'unit', enabled, active, ...more} : absent};
}

/** The properties that `systemctl show` prints, one `Name=value` per line. */
export function parseProperties(text: string): ReadonlyMap<string, string> {
  return new Map(text.split('\n').map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

function compare(options: SystemdUnitOptions, state: UnitState, outlook: Outlook): readonly Difference[] {
  const {unit, wanted = running, mayBeMissing} = options;
  if (!state.isConcerned || (mayBeMissing && !state.exists && !isMadeBy(outlook, unit))) return [];
  if (state.isMasked && (wanted.enabled || wanted.active)) throw masked(unit);
  const isEnabled = /^enabled/.test(state.enabled);
  const toEnable = wanted.enabled && !isEnabled && !/^(static|alias)/.test(state.enabled);
  return [
    ...(toEnable ? [{change: 'update', summary: `enable ${unit}`} as const] : []),
    ...(wanted.enabled === false && isEnabled ? [{change: 'update', summary: `disable ${unit}`} as const] : []),
    ...(wanted.active === false && isRunning(state.active)
      ? [{change: 'remove', summary: `stop ${unit}`} as const]
      : []),
    ...(wanted.active ? compareRunning(options, state, outlook) : []),
  ];
}

function masked(unit: string): Problem {
  return new Problem({
    code: 'unit-masked',
    summary: `${unit} is masked, so systemd starts it for nobody.`,
    why: 'The meeting server needs it. Whoever masked it had a reason, so jitsi-onebox does not unmask it.',
    remedy: `Run \`systemctl unmask ${unit}\`, then run jitsi-onebox again.`,
  });
}

/** Returns whether this plan makes the unit's file, or may install it with a package. */
function isMadeBy(outlook: Outlook, unit: string): boolean {
  const makers = [fileId(`/etc/systemd/system/${unit}`), restoredPackagesId];
  return makers.some(id => outlook.changes(id).some(({change: kind}) => kind === 'create'));
}

function compareRunning(
  {unit, reads = [], refresh = 'restart', stoppedBy = []}: SystemdUnitOptions,
  {active, newer}: UnitState,
  outlook: Outlook,
): readonly Difference[] {
  const isStopped = stoppedBy.some(id => outlook.changes(id).some(({change: kind}) => kind === 'remove'));
  if (isStopped || !isServing(active)) return [{change: 'start', summary: `start ${unit}`}];
  const changing = reads.filter(path => outlook.changes(fileId(path)).some(({content}) => content));
  const stale = [...new Set([...newer, ...changing])];
  return stale.length === 0 ? [] : [{change: refresh, summary: `${refresh} ${unit}, for ${stale.join(', ')}`}];
}

async function change(
  work: Work,
  {unit, wanted = running, drain}: SystemdUnitOptions,
  triggers: readonly string[],
  differences: readonly Difference[],
): Promise<void> {
  const systemctl = (...argv: string[]) => work.host.run({argv: ['systemctl', ...argv]});
  if (!differences.some(({change: kind}) => kind === 'remove')) await systemctl('daemon-reload');
  for (const {change: kind} of differences) {
    if (kind === 'update') await systemctl(wanted.enabled ? 'enable' : 'disable', '--quiet', unit);
    else if (kind === 'remove') {
      if (drain) {
        await systemctl('kill', `--signal=${drain.signal}`, unit);
        await sleep(drain.milliseconds, undefined, {signal: work.signal});
      }
      // Without its sockets: the next connection to one would start it again.
      await systemctl('stop', ...triggers, unit);
    } else await systemctl(kind, unit).catch(error => explain(work, unit, error));
  }
}

async function explain(work: Work, unit: string, error: unknown, refusal = ''): Promise<never> {
  const argv = ['journalctl', '--no-pager', '--output=cat', '--lines=10', `--unit=${unit}`] as const;
  const reason = refusal || (await work.host.query({argv})).stdout.trim();
  throw new Problem({
    code: 'service-failed',
    summary: `${unit} does not ${refusal ? 'load' : 'start with'} its configuration:\n${reason}`,
    remedy: `Correct the cause (see \`journalctl -u ${unit}\`), then run jitsi-onebox again.`,
    cause: error,
  });
}
