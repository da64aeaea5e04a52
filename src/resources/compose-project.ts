import type {ContainerState, Host} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';
import type {RecordedProject, Snapshot} from '../model/snapshot.ts';
import {
  type ComposeProject,
  type Definitions,
  findEdited,
  isOurs,
  readDigest,
  readImage,
  readSubnet,
  runCompose,
  snapshotProject,
} from './compose.ts';
import {composeService} from './compose-service.ts';
import {stoppedService} from './stopped-service.ts';

export type ProjectRestoration = {
  /** The text of the compose file that the project had. */
  readonly composeFile: string | undefined;
  /** The name of our containers' network in our compose file. */
  readonly network: string;
  /** Whether the containers' volumes are removed too. */
  readonly withVolumes: boolean;
  /** Files that a service reads at its start, by service. */
  readonly reads: Readonly<Record<string, readonly string[]>>;
  /** The digests that images had, by their names. */
  readonly images?: Readonly<Record<string, string>>;
};

/**
 * A project as a snapshot has it: other containers are removed or stopped, and where none of the former ones was ours, our network is
 * removed too; then the containers that ran are started from the restored compose file.
 */
export function restoreProject(
  {name, was}: Snapshot,
  restoration: ProjectRestoration,
): {readonly stops: readonly Resource[]; readonly starts: readonly Resource[]} {
  if (was.type !== 'project') return {stops: [], starts: []};
  const {composeFile, reads, images = {}} = restoration;
  const {directory, argv} = was;
  const digestOf = (service: string) => composeFile && readDigest(composeFile, service);
  const imageOf = (service: string) => composeFile && readImage(composeFile, service);
  const starts = was.running.map(service => {
    const image = imageOf(service);
    return composeService({
      project: {name, directory, argv},
      service,
      title: `${service}, restored`,
      place: 'host',
      needs: [],
      digest: digestOf(service),
      reads: reads[service] ?? [],
      // Only an image with a snapshot: of any other one, the container may have been made before it was recorded.
      ...(image !== undefined && image in images && {image, imageDigest: images[image]}),
    });
  });
  const stopped = was.stopped.flatMap(service => {
    const image = imageOf(service);
    if (image === undefined || !(image in images) || digestOf(service) === undefined) return [];
    return [stoppedService({project: {name, directory, argv}, service, image, imageDigest: images[image]})];
  });
  return {
    stops: [formerContainers({...restoration, name, was, wasOurs: each => digestOf(each) !== undefined})],
    starts: [...starts, ...stopped],
  };
}

type FormerContainers = ProjectRestoration & {
  readonly name: string;
  readonly was: RecordedProject;
  /** Returns whether a service was ours when the snapshot was taken. */
  readonly wasOurs: (service: string) => boolean;
};

type ProjectState = {
  readonly containers: readonly ContainerState[];
  /** The network to remove; idle while no container is in it. */
  readonly network: 'absent' | 'idle' | 'used';
};

/** The id of a project's containers. */
const projectId = (name: string) => `project:${name}`;

/** No container of the project but those it had. */
function formerContainers(options: FormerContainers): Resource<ProjectState> {
  const {name, was, wasOurs, withVolumes} = options;
  const project: ComposeProject = {name, directory: was.directory, argv: was.argv};
  const had = [...was.running, ...was.stopped];
  const isNew = had.length === 0;
  // A foreign service of the same name is another service: it has other ports and other files.
  const isExtra = (each: ContainerState) => !had.includes(each.service) || isOurs(each) !== wasOurs(each.service);
  const isToStop = (each: ContainerState) => !isExtra(each) && each.running && was.stopped.includes(each.service);
  // Our own network is kept if it is still the one of the compose file: a foreign project may have made another.
  const subnet = had.some(wasOurs) ? readSubnet(options.composeFile) : undefined;
  // Containers of ours that remain are in it: compose removes both.
  const isMisplaced = (network: ProjectState['network']) => network === 'used' && (isNew || subnet !== undefined);
  return {
    id: projectId(name),
    title: `Containers of ${name}`,
    place: 'host',
    kind: 'compose-service',
    needs: [],
    locks: ['compose'],
    read: async host => ({
      containers: await host.docker.containers(name),
      network: await readNetwork(host, options, subnet),
    }),
    diff: ({containers, network}) => [
      ...containers.filter(isExtra).map(({service}) => removal(`remove the container of ${service}`)),
      ...containers.filter(isToStop).map(({service}) => removal(`stop the container of ${service}`)),
      ...(network === 'idle' || isMisplaced(network) ? [removal(`remove the network of ${name}`)] : []),
    ],
    record: async host => [await snapshotProject(host, project)],
    async apply(work, {containers, network}) {
      if (isNew || isMisplaced(network))
        return runCompose(work, project, ['down', '--remove-orphans', ...(withVolumes ? ['--volumes'] : [])]);
      for (const {id} of containers.filter(isExtra)) await work.host.run({argv: ['docker', 'rm', '--force', id]});
      for (const {id} of containers.filter(isToStop)) await work.host.run({argv: ['docker', 'stop', id]});
      // Foreign containers may be in it too.
      if (network !== 'absent' && (await readNetwork(work.host, options, subnet)) === 'idle')
        await work.host.run({argv: ['docker', 'network', 'rm', networkOf(options)]});
    },
  };
}

const removal = (summary: string) => ({change: 'remove', summary}) as const;

const networkOf = ({name, network}: FormerContainers) => `${name}_${network}`;

/** Reads our network; one with the subnet to keep counts as absent. */
async function readNetwork(
  host: Host,
  options: FormerContainers,
  keep: string | undefined,
): Promise<ProjectState['network']> {
  // Without this directory the Engine is gone and cannot be asked.
  if ((await host.files.stat('/var/lib/docker')) === undefined) return 'absent';
  const format = '{{len .Containers}} {{range .IPAM.Config}}{{.Subnet}}{{end}}';
  const argv = ['docker', 'network', 'inspect', `--format=${format}`, networkOf(options)] as const;
  const {exitCode, stdout} = await host.query({argv});
  const [containers, subnet] = stdout.trim().split(' ');
  if (exitCode !== 0 || (keep !== undefined && subnet === keep)) return 'absent';
  return containers === '0' ? 'idle' : 'used';
}

type AbsentContainersOptions = {
  readonly id: string;
  readonly title: string;
  readonly project: ComposeProject;
  /** Finds those of the project's containers that have to be removed. */
  readonly find: (containers: readonly ContainerState[], host: Host) => Promise<readonly ContainerState[]>;
  readonly reason?: string;
  /** Whether the project is gone with them, so that its networks are removed too. */
  readonly isWhole?: boolean;
  readonly needs: readonly string[];
};

function absentContainers(options: AbsentContainersOptions): Resource<readonly ContainerState[]> {
  const {id, title, project, find, reason, isWhole, needs} = options;
  return {
    id,
    title,
    place: 'host',
    kind: 'compose-service',
    needs,
    locks: ['compose'],
    read: async host => find(await host.docker.containers(project.name), host),
    diff: containers =>
      containers.map(({service}) => ({
        change: 'remove',
        summary: `remove the container of ${service}${reason === undefined ? '' : `: ${reason}`}`,
      })),
    record: async (host, containers) => [await snapshotProject(host, project, containers[0])],
    async apply({host}, containers) {
      await host.run({argv: ['docker', 'rm', '--force', ...containers.map(({id: container}) => container)]});
      const label = `label=com.docker.compose.project=${project.name}`;
      // Only those that no container uses.
      if (isWhole) await host.run({argv: ['docker', 'network', 'prune', '--force', '--filter', label]});
    },
  };
}

/** No container that the project no longer defines. */
export function retiredContainers({
  isRetired,
  ...options
}: Pick<AbsentContainersOptions, 'id' | 'title' | 'project' | 'isWhole' | 'needs'> & {
  readonly isRetired: (container: ContainerState) => boolean;
}): Resource<readonly ContainerState[]> {
  return absentContainers({...options, find: async containers => containers.filter(isRetired)});
}

/** The id of the containers that were changed by hand. */
export const editedContainersId = 'containers:edited';

/**
 * No container of a definition that was changed by hand. It is removed before the file is corrected: its label is the correct one,
 * so afterwards nothing would distinguish it from a container of ours, however the run ends.
 */
export function editedContainers({
  definitions,
  ...options
}: {
  readonly project: ComposeProject;
  readonly definitions: Definitions;
  readonly needs: readonly string[];
}): Resource<readonly ContainerState[]> {
  return absentContainers({
    ...options,
    id: editedContainersId,
    title: 'Containers that were changed by hand',
    find: (containers, host) => findEdited(host, definitions, containers),
    reason: 'its definition was changed by hand',
  });
}
