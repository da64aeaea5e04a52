import type {Others} from '../model/others.ts';
import {packageTraces} from '../model/package-traces.ts';
import type {Resource} from '../model/resource.ts';
import type {Snapshot, SnapshotState} from '../model/snapshot.ts';
import {absentDockerRules} from '../resources/absent-docker-rules.ts';
import {absentImage} from '../resources/absent-image.ts';
import {absentLineage, absentLineageId} from '../resources/absent-lineage.ts';
import {absentPackages} from '../resources/absent-packages.ts';
import {absentAccount, absentTrace} from '../resources/absent-trace.ts';
import {imageId} from '../resources/container-image.ts';
import {absentDirectory, directoryId} from '../resources/directory.ts';
import {fileId} from '../resources/file.ts';
import {closedPort} from '../resources/firewall-port.ts';
import {restoredPath} from '../resources/restored-path.ts';
import {restoredRule, restoredSysctl} from '../resources/restored-settings.ts';
import {restoredUnit, retiredUnit} from '../resources/restored-unit.ts';
import {retiredProjectId} from '../resources/retired-project.ts';
import {supersededUnit} from '../resources/superseded-unit.ts';
import {systemdUnit} from '../resources/systemd-unit.ts';
import {absentUser} from '../resources/user.ts';
import {isWrittenByUs} from '../stack/names.ts';
import {
  type FormerState,
  listContainers,
  relayCertificates,
  retireProject,
  serviceResources,
} from './former-project.ts';
import {findPlace, isBelow, simplifyPaths} from './kept-paths.ts';

/** What a way back is drawn from. */
export type WayBack = FormerState & {
  /** Whether packages that were not there go too. */
  readonly withPackages: boolean;
  readonly others: Others;
};

const dockerUnit = 'docker.service';

/** What should be there once everything is as it was: the same kind of plan as an installation's, drawn from what was kept. */
export function drawWayBack(way: WayBack): readonly Resource[] {
  const kept = keepOwners(way).filter(each => !(way.others.docker && isDockers(each)));
  const projects = kept.filter(({was}) => was.type === 'project');
  const units = kept.filter(({thing}) => thing === 'unit').map(each => ({...each, was: spare(each, way)}));
  const superseded = units.flatMap(({name}) => supersededBy(name, kept));
  const stops = [
    ...units.map(({name}) => `stopped:${name}`),
    ...projects.map(({name}) => retiredProjectId(name)),
    ...superseded.map(({id}) => id),
  ];
  // Docker has to run until its containers are gone.
  const paths = pathResources(
    kept,
    stops.filter(id => id !== `stopped:${dockerUnit}`),
  );
  const pathIds = paths.map(({id}) => id);
  const certificates = projects.flatMap(project => relayCertificates(project, way, pathIds));
  const images = kept.filter(({thing, was}) => thing === 'image' && was.type === 'absent').map(({name}) => name);
  const undone = [...stops, ...pathIds];
  const resources = [
    ...units.map(({name: unit, was}) =>
      retiredUnit({unit, was, place: findPlace(unit), needs: needsOfStop(unit, projects, images)}),
    ),
    ...superseded,
    ...projects.map(project => retireProject(project, {...way, kept})),
    ...images.map(name =>
      absentImage({name, project: projects[0]?.name, needs: projects.flatMap(each => listContainers(each, way))}),
    ),
    ...settingResources(kept, stops),
    ...dockerRemains(units),
    ...paths,
    ...certificates,
    ...units.flatMap(unit => unitResources(unit, pathIds)),
    ...projects.flatMap(project =>
      serviceResources(project, {...way, kept}, [...pathIds, ...certificates.map(({id}) => id)]),
    ),
  ];
  return [
    ...resources,
    ...(way.withPackages ? packageResources(way, [...undone, ...resources.map(({id}) => id)]) : []),
  ];
}

/** An uninstallation leaves what is the owner's: settings, passwords, certificates, accounts, branding. */
function keepOwners({aim, kept}: WayBack): readonly Snapshot[] {
  if (aim !== 'uninstall') return kept;
  const directories = kept.flatMap(({was}) => (was.type === 'project' ? [was.directory] : []));
  const own = ['/etc/jitsi-onebox/settings.yaml', ...directories];
  return kept.filter(
    ({thing, name}) => thing !== 'path' || (name !== '/etc/jitsi-onebox' && !own.some(each => isBelow(name, each))),
  );
}

/** What Docker needs as long as it runs. */
function isDockers({thing, name}: Snapshot): boolean {
  return thing === 'sysctl' && packageTraces.some(({parameters}) => parameters?.includes(name));
}

/** Where Docker did not run it leaves nothing in the kernel. */
function dockerRemains(units: readonly Pick<Snapshot, 'name' | 'was'>[]): readonly Resource[] {
  const docker = units.find(({name}) => name === dockerUnit);
  const isStopped = docker && !(docker.was.type === 'unit' && docker.was.active === 'active');
  return isStopped ? [absentDockerRules([`stopped:${dockerUnit}`])] : [];
}

/** A unit whose package came with us, but which others have come to need, runs on. */
function spare({name, was}: Snapshot, {kept, others}: WayBack): SnapshotState {
  const needs: Readonly<Record<string, readonly [from: string, isNeeded: boolean]>> = {
    'nginx.service': ['nginx', others.nginx],
    [dockerUnit]: ['docker.io', others.docker],
    'certbot.timer': ['certbot', others.lineages.length > 0],
  };
  const [from, isNeeded] = needs[name] ?? [];
  const isNew = kept.some(each => each.thing === 'package' && each.name === from);
  return isNeeded && isNew ? {type: 'unit', enabled: 'enabled', active: 'active'} : was;
}

/** Ours, where the file that is put back for the same unit is somebody else's. */
function supersededBy(unit: string, kept: readonly Snapshot[]): readonly Resource[] {
  const path = `/etc/systemd/system/${unit}`;
  const former = kept.find(({thing, name, was}) => thing === 'path' && name === path && was.type === 'file')?.bytes;
  if (!former || isWrittenByUs(Buffer.from(former).toString())) return [];
  return [
    supersededUnit({unit, path, isSuperseded: isWrittenByUs, place: findPlace(unit), needs: [`stopped:${unit}`]}),
  ];
}

function needsOfStop(unit: string, projects: readonly Snapshot[], images: readonly string[]): readonly string[] {
  return unit === dockerUnit ? [...projects.map(({name}) => retiredProjectId(name)), ...images.map(imageId)] : [];
}

function pathResources(kept: readonly Snapshot[], stops: readonly string[]): readonly Resource[] {
  const paths = simplifyPaths(kept);
  return paths.map(({isOurs, above, below, ...each}) => {
    const isUnit = each.name.startsWith('/etc/systemd/system/');
    return restoredPath({
      kept: each,
      place: findPlace(each.name),
      isOurs,
      needs: [...stops, ...[...above, ...below].map(fileId)],
      ...(isUnit && {afterwards: {argv: ['systemctl', 'daemon-reload']}}),
    });
  });
}

/** Kernel parameters, routing rules, users, and what a firewall lets in. */
function settingResources(kept: readonly Snapshot[], stops: readonly string[]): readonly Resource[] {
  return kept.flatMap(({thing, name, was}): readonly Resource[] => {
    const isAbsent = was.type === 'absent';
    if (thing === 'user' && isAbsent) return [absentUser(name, stops)];
    if (thing === 'port' && isAbsent) return [closedPort(readPort(name))];
    if (was.type !== 'value') return [];
    if (thing === 'sysctl') return [restoredSysctl(name, was.value, stops)];
    return thing === 'rule' ? [restoredRule(name, was.value, stops)] : [];
  });
}

function readPort(name: string): Parameters<typeof closedPort>[0] {
  const [firewall, rule = ''] = name.split(' ');
  const [port, protocol] = rule.split('/');
  return {firewall: firewall as 'ufw' | 'firewalld', port: Number(port), protocol: protocol as 'tcp' | 'udp'};
}

/** What a server reads, so that it reads again what was put back. */
const readers: Readonly<Record<string, readonly string[]>> = {
  'nginx.service': ['/etc/nginx', '/etc/jitsi-onebox/tls', '/etc/jitsi-onebox/stand-in'],
  'haproxy.service': ['/etc/haproxy'],
  'go-mmproxy-ssl.service': ['/etc/systemd/system/go-mmproxy-ssl.service', '/etc/jitsi-onebox/mmproxy-allowed'],
  'jitsi-onebox-guard.service': ['/etc/systemd/system/jitsi-onebox-guard.service', '/etc/jitsi-onebox/guard.nft'],
};

function unitResources(
  {name: unit, was}: Pick<Snapshot, 'name' | 'was'>,
  pathIds: readonly string[],
): readonly Resource[] {
  if (was.type !== 'unit') return [];
  const place = findPlace(unit);
  const needs = [`stopped:${unit}`, ...pathIds];
  if (was.active !== 'active' || was.enabled !== 'enabled') return [restoredUnit({unit, was, place, needs})];
  const paths = pathIds.map(id => id.replace(/^file:/, ''));
  const reads = paths.filter(path => readers[unit]?.some(root => isBelow(path, root)));
  const isReloading = unit === 'nginx.service' || unit === 'haproxy.service';
  return [
    systemdUnit({
      unit,
      title: `${unit}, as it was`,
      place,
      needs,
      // A link that went is seen by the directory that it was in.
      reads: unit === 'nginx.service' ? ['/etc/nginx/sites-enabled', ...reads] : reads,
      ...(isReloading && {refresh: 'reload', hasWorkers: true}),
    }),
  ];
}

/** What others need of a Docker that came with us: its tools are no dependencies of it. */
const dockers = ['docker.io', 'docker-cli', 'docker-compose', 'apparmor', 'ca-certificates'];

function packageResources({aim, kept, others}: WayBack, undone: readonly string[]): readonly Resource[] {
  const namesOf = (thing: Snapshot['thing']) =>
    kept.filter(each => each.thing === thing && each.was.type === 'absent').map(({name}) => name);
  const isPurge = aim === 'purge';
  const lineages = isPurge ? namesOf('lineage').filter(name => !others.lineages.includes(name)) : [];
  const traces = isPurge ? namesOf('trace') : [];
  const accounts = isPurge ? namesOf('account') : [];
  const spared = [
    ...(others.docker && namesOf('package').includes('docker.io') ? dockers : []),
    ...(others.nginx ? ['nginx'] : []),
    ...(others.lineages.length > 0 ? ['certbot'] : []),
  ];
  const needs = [...undone, ...lineages.map(absentLineageId)];
  return [
    ...lineages.map(name => absentLineage(name, undone)),
    absentPackages({
      packages: namesOf('package'),
      spared,
      verb: isPurge ? 'purge' : 'remove',
      needs: [...new Set(needs)],
    }),
    ...packageTraces.flatMap(trace =>
      spared.includes(trace.package)
        ? []
        : [
            ...trace.paths.filter(path => traces.includes(path)).map(path => absentTrace(path, trace)),
            ...trace.accounts.filter(each => accounts.includes(each)).map(each => absentAccount(each, trace)),
          ],
    ),
  ];
}

/** The last that goes of a purge: what was kept for the way back, and the program. */
export function drawFarewell(paths: readonly string[], before: readonly Resource[]): readonly Resource[] {
  let needs = before.map(({id}) => id);
  return paths.map(path => {
    const last = absentDirectory({path, title: `Our own ${path}`, place: 'host', needs});
    needs = [directoryId(path)];
    return last;
  });
}
