import type {Others} from '../host/others.ts';
import type {Snapshot, SnapshotState} from '../model/snapshot.ts';
import {isWithin} from '../model/within.ts';
import {isPackageParameter} from '../resources/package-traces.ts';

/** The input of an undo. */
export type UndoInput = {
  /** One run or several (`undo`), the installation without what is the user's (`uninstall`), or all of it (`purge`). */
  readonly aim: 'undo' | 'uninstall' | 'purge';
  /** The recorded state of everything. */
  readonly snapshots: readonly Snapshot[];
  /** Whether packages that were added are removed; packages that were removed are always installed again. */
  readonly removesPackages: boolean;
  readonly others: Others;
  /** The compose files that are there now, by path. */
  readonly composeFiles: Readonly<Record<string, string>>;
};

/** Leaves out the things that stay although a snapshot has another state: the user's own, and those that others now rely on. */
export function spare(input: UndoInput): readonly Snapshot[] {
  const {aim, snapshots, others} = input;
  const directories = snapshots.flatMap(({was}) => (was.type === 'project' ? [was.directory] : []));
  return snapshots
    .filter(each => aim !== 'uninstall' || !isUserData(each, directories))
    .filter(({thing, name}) => !(others.docker && thing === 'sysctl' && isPackageParameter(name)))
    .filter(({thing, name}) => thing !== 'lineage' || (aim === 'purge' && !others.lineages.includes(name)))
    .filter(({thing}) => aim === 'purge' || (thing !== 'trace' && thing !== 'account'))
    .filter(({thing}) => aim === 'undo' || thing !== 'copy')
    .filter(each => aim === 'undo' || !isOfAddedLineage(each, snapshots))
    .map(each => ({...each, was: recordedState(each, input)}));
}

/** Returns whether a path is part of a lineage that we ordered: a retired one that was deleted since must not return. */
function isOfAddedLineage({thing, name}: Snapshot, snapshots: readonly Snapshot[]): boolean {
  const [, lineage] = /^\/etc\/letsencrypt\/(?:live|archive|renewal)\/(.+?)(?:\/|\.conf$|$)/.exec(name) ?? [];
  const isAdded = (each: Snapshot) => each.thing === 'lineage' && each.name === lineage && each.was.type === 'absent';
  return thing === 'path' && lineage !== undefined && snapshots.some(isAdded);
}

/** An uninstallation keeps settings, passwords, certificates and accounts. */
function isUserData({thing, name}: Snapshot, directories: readonly string[]): boolean {
  const own = ['/etc/jitsi-onebox/settings.yaml', ...directories];
  return thing === 'path' && (name === '/etc/jitsi-onebox' || own.some(each => isWithin(name, each)));
}

function recordedState({name, was}: Snapshot, {aim, snapshots, others}: UndoInput): SnapshotState {
  // Our files stay in a project's directory, so a foreign project cannot be started from there.
  if (was.type === 'project' && aim === 'uninstall') return {...was, running: [], stopped: []};
  const isAdded = (package_: string) =>
    snapshots.some(each => each.thing === 'package' && each.name === package_ && each.was.type === 'absent');
  const {package: owner, isUsed} = services(others)[name] ?? {package: '', isUsed: false};
  const recorded = was.type === 'unit' ? was : {};
  return isUsed && isAdded(owner) ? {reads: [], ...recorded, type: 'unit', enabled: 'enabled', active: 'active'} : was;
}

/** The units of packages that others may rely on. */
function services(others: Others): Readonly<Record<string, {readonly package: string; readonly isUsed: boolean}>> {
  return {
    'nginx.service': {package: 'nginx', isUsed: others.nginx},
    'docker.service': {package: 'docker.io', isUsed: others.docker},
    'certbot.timer': {package: 'certbot', isUsed: others.lineages.length > 0},
  };
}

/** A Docker we installed needs these; its tools are no dependencies of it. */
const dockerPackages = ['docker.io', 'docker-cli', 'docker-compose', 'apparmor', 'ca-certificates'];

/** Lists the packages that others now rely on. */
export function listSpared({snapshots, others}: UndoInput): readonly string[] {
  const isDockerOurs = snapshots.some(
    ({thing, name, was}) => thing === 'package' && name === 'docker.io' && was.type === 'absent',
  );
  return [
    ...(others.docker && isDockerOurs ? dockerPackages : []),
    ...(others.nginx ? ['nginx'] : []),
    ...(others.lineages.length > 0 ? ['certbot'] : []),
  ];
}
