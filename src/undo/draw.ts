import type {Resource} from '../model/resource.ts';
import type {Snapshot, SnapshotThing} from '../model/snapshot.ts';
import {isWithin} from '../model/within.ts';
import {restorePackages} from '../resources/apt-packages.ts';
import {restoreLineage} from '../resources/certificate.ts';
import {restoreCopy} from '../resources/certificate-copy.ts';
import {restoreProject} from '../resources/compose-project.ts';
import {imageId, restoreImage} from '../resources/container-image.ts';
import {absentDockerRules} from '../resources/docker-rules.ts';
import {restorePort} from '../resources/firewall-port.ts';
import {isLocal} from '../resources/local-image.ts';
import {restoreTable} from '../resources/nft-table.ts';
import {restoreTraces} from '../resources/package-traces.ts';
import {absentDirectory} from '../resources/path.ts';
import {restoreRule} from '../resources/policy-routing.ts';
import {restoreLines, sharedAgain} from '../resources/restored-listens.ts';
import {restoreUnit} from '../resources/restored-unit.ts';
import {restoreParameter} from '../resources/sysctl.ts';
import {restoreUser} from '../resources/user.ts';
import {pathsOf} from '../stack/branding/paths.ts';
import {
  dockerUnit,
  guardUnit,
  haproxyUnit,
  isWrittenByUs,
  mmproxyUnit,
  networkName,
  nginxUnit,
  turnHook,
  unitPath,
} from '../stack/names.ts';
import {restoreForward} from '../stack/router.ts';
import {restorePaths} from './paths.ts';
import {listSpared, spare, type UndoInput} from './spare.ts';

/** The phases of an undo. Each one starts when those before it have ended. */
const phases = [
  /** Sites of nginx that return to a port of HAProxy's, beside it. */
  'share',
  /** HAProxy, in front of everything else on that port. */
  'leave',
  /** Units and containers that did not run. */
  'stop',
  /** Packages, users and open ports that were there. */
  'prepare',
  'files',
  /** Units that ran, and the relay's certificate. */
  'start',
  'pull',
  'containers',
  /** Images, users, rules and open ports that were not there, and certificates. */
  'clean',
  /** Docker itself, which has to run until here. */
  'engine',
  /** Docker's rules in the kernel, and parameters that it sets while it runs. */
  'kernel',
  'packages',
  'traces',
  /** Packages that exclude those of the installation. */
  'return',
] as const;

type Phases = Readonly<Partial<Record<(typeof phases)[number], readonly (Resource | undefined)[]>>>;

/** Draws the state that some snapshots recorded: the same kinds of resources as an installation's, with recorded states. */
export function drawUndo(input: UndoInput): readonly Resource[] {
  const snapshots = spare(input);
  const restored = restoreAll({...input, snapshots});
  let needs: readonly string[] = [];
  return phases.flatMap(phase => {
    const resources = restored
      .flatMap(each => each[phase] ?? [])
      .filter(resource => resource !== undefined)
      .map(resource => ({...resource, needs: [...resource.needs, ...needs]}));
    if (resources.length > 0) needs = resources.map(({id}) => id);
    return resources;
  });
}

function restoreAll(input: UndoInput): readonly Phases[] {
  const {snapshots, removesPackages, aim} = input;
  const all = (thing: SnapshotThing) => snapshots.filter(each => each.thing === thing);
  const spared = listSpared(input);
  const files = restorePaths(snapshots);
  const verb = aim === 'purge' ? 'purge' : 'remove';
  // Docker removes no image that another one is built from.
  const keepsBuilds = aim === 'undo' && !all('image').some(({name, was}) => was.type === 'absent' && !isLocal(name));
  const {added, removed, returned} = restorePackages(all('package'), {spared, verb});
  const returning = listReturning(snapshots);
  return [
    {
      share: returning.length > 0 ? [sharedAgain(returning)] : [],
      files: [...files, ...all('lines').map(restoreLines)],
    },
    ...all('unit').map(unit => restoreUnitIn(unit, snapshots)),
    ...all('project').map(project => restoreProjectIn(project, input)),
    ...(aim === 'undo' ? listCopies(snapshots) : []).map(each => ({start: [restoreCopy(each)]})),
    ...all('image').map(each => {
      const {pulled, removed: unused} = restoreImage(each, {project: all('project')[0]?.name, keepsBuilds});
      return {pull: pulled, clean: unused.map(resource => afterNames(resource, each, all('image')))};
    }),
    ...all('user')
      .toSorted((one, other) => (one.name < other.name ? -1 : 1))
      .map(each => ({[phaseOf(each)]: [restoreUser(each)]})),
    ...all('port').map(each => ({[phaseOf(each)]: [restorePort(each)]})),
    {
      clean: [
        ...all('rule').map(restoreRule),
        ...all('table')
          .filter(each => canRestoreTable(each, snapshots))
          .map(restoreTable),
        ...all('lineage').map(restoreLineage),
        ...all('forward').map(restoreForward),
      ],
      kernel: all('sysctl').map(restoreParameter),
    },
    {prepare: added},
    ...(removesPackages ? [{packages: removed, traces: restoreTraces(snapshots, spared)}] : []),
    {return: returned},
  ];
}

/** An image is removed with the last of its names, and only then is it clear whether one is left that has no name but its digest. */
function afterNames(resource: Resource, {name}: Snapshot, images: readonly Snapshot[]): Resource {
  const names = images.filter(each => each.was.type === 'absent' && !each.name.includes('@'));
  return name.includes('@') ? {...resource, needs: names.map(each => imageId(each.name))} : resource;
}

/** A table cannot be loaded again from a file that was not there. */
function canRestoreTable({was}: Snapshot, snapshots: readonly Snapshot[]): boolean {
  return was.type === 'table' && (!was.isLoaded || findPath(snapshots, was.file)?.was.type !== 'absent');
}

/** Lists the copies of certificates; releases before 0.2 recorded only their deploy hook. */
function listCopies(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  const copies = snapshots.filter(({thing}) => thing === 'copy');
  const hook = findPath(snapshots, turnHook);
  const project = snapshots.find(({was}) => was.type === 'project')?.was;
  if (copies.length > 0 || hook?.was.type !== 'file' || project?.type !== 'project') return copies;
  return [{thing: 'copy', name: `${project.directory}/turn/certs`, was: {type: 'value', value: hook.name}}];
}

/** Lists the foreign sites that return to the port that HAProxy leaves; an undo without HAProxy has no port for them. */
function listReturning(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  const hasHaproxy = snapshots.some(({thing, name}) => thing === 'unit' && name === haproxyUnit);
  return hasHaproxy ? snapshots.filter(({thing}) => thing === 'lines') : [];
}

/** HAProxy's workers close their sockets at this signal, and end the connections that they have. */
const drainHaproxy = {signal: 'SIGTTOU', milliseconds: 2000};

const phaseOf = ({was}: Snapshot) => (was.type === 'absent' ? 'clean' : 'prepare');

function restoreUnitIn(snapshot: Snapshot, snapshots: readonly Snapshot[]): Phases {
  const {name, was} = snapshot;
  const path = unitPath(name);
  const former = findPath(snapshots, path);
  const wasOurs = former?.was.type === 'file' ? isWrittenByUs(textOf(former)) : undefined;
  const leaves = name === haproxyUnit && listReturning(snapshots).length > 0;
  const stopWhile = {path, holds: (text: string) => isWrittenByUs(text) !== wasOurs};
  const {stops, starts} = restoreUnit(snapshot, {
    unrecorded: unrecordedReads(name, snapshots),
    ...(wasOurs !== undefined && {stopWhile}),
    ...(leaves && {drain: drainHaproxy}),
  });
  // The socket is required by the Engine, so it stays as long.
  if (name === 'docker.socket') return {start: starts, engine: stops};
  if (name !== dockerUnit) return {[leaves ? 'leave' : 'stop']: stops, start: starts};
  const hasRun = was.type === 'unit' && was.active === 'active';
  return {start: starts, engine: stops, kernel: hasRun ? [] : [absentDockerRules()]};
}

/** The directories that servers read, for snapshots of releases before 0.2, which did not record them. */
const readers: Readonly<Record<string, {readonly roots: readonly string[]; readonly refresh: 'reload' | 'restart'}>> = {
  [nginxUnit]: {roots: ['/etc/nginx', '/etc/jitsi-onebox/tls', '/etc/jitsi-onebox/stand-in'], refresh: 'reload'},
  [haproxyUnit]: {roots: ['/etc/haproxy'], refresh: 'reload'},
  [mmproxyUnit]: {roots: [unitPath(mmproxyUnit), '/etc/jitsi-onebox/mmproxy-allowed'], refresh: 'restart'},
  [guardUnit]: {roots: [unitPath(guardUnit), '/etc/jitsi-onebox/guard.nft'], refresh: 'restart'},
};

function unrecordedReads(unit: string, snapshots: readonly Snapshot[]) {
  const {roots, refresh} = readers[unit] ?? {roots: [], refresh: 'restart' as const};
  const paths = snapshots.flatMap(({thing, name}) => (thing === 'path' ? [name] : []));
  const read = paths.filter(path => roots.some(root => isWithin(path, root)));
  // A removed link shows in its directory.
  return {reads: unit === nginxUnit ? ['/etc/nginx/sites-enabled', ...read] : read, refresh};
}

function restoreProjectIn(snapshot: Snapshot, {snapshots, aim, composeFiles}: UndoInput): Phases {
  const directory = snapshot.was.type === 'project' ? snapshot.was.directory : '';
  const path = `${directory}/compose.yaml`;
  const former = findPath(snapshots, path);
  const env = `${directory}/.env`;
  const own = {turn: `${directory}/turn/turnserver.conf`, web: pathsOf(directory).script};
  const read = {...own, prosody: env, jicofo: env, videobridge: env};
  const {stops, starts} = restoreProject(snapshot, {
    composeFile: former ? former.bytes && textOf(former) : composeFiles[path],
    network: networkName,
    withVolumes: aim === 'purge',
    reads: Object.fromEntries(
      Object.entries(read).map(([service, file]) => [service, findPath(snapshots, file) ? [file] : []]),
    ),
    images: Object.fromEntries(
      snapshots.flatMap(({thing, name, was: image}) =>
        thing === 'image' && image.type === 'value' && image.value.startsWith('sha256:') ? [[name, image.value]] : [],
      ),
    ),
  });
  return {stop: stops, containers: starts};
}

function findPath(snapshots: readonly Snapshot[], path: string): Snapshot | undefined {
  return snapshots.find(({thing, name}) => thing === 'path' && name === path);
}

const textOf = ({bytes = Buffer.of()}: Snapshot) => Buffer.from(bytes).toString();

/** Removes the last of a purge, one path after the other: the originals, then the program. */
export function removeProgram(paths: readonly string[], before: readonly Resource[]): readonly Resource[] {
  let needs = before.map(({id}) => id);
  return paths.map(path => {
    const last = absentDirectory({path, title: `jitsi-onebox's own ${path}`, place: 'host', needs});
    needs = [last.id];
    return last;
  });
}
