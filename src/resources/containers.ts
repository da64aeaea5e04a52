import type {ContainerState, Host} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';
import {type ComposeProject, type Definitions, findEdited, snapshotProject} from './compose.ts';

type AbsentContainersOptions = {
  readonly id: string;
  readonly title: string;
  readonly project: ComposeProject;
  /** Finds those of the project's containers that have to be removed. */
  readonly find: (containers: readonly ContainerState[], host: Host) => Promise<readonly ContainerState[]>;
  readonly reason?: string;
  readonly needs: readonly string[];
};

function absentContainers(options: AbsentContainersOptions): Resource<readonly ContainerState[]> {
  const {id, title, project, find, reason, needs} = options;
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
    },
  };
}

/** No container that the project no longer defines. */
export function retiredContainers({
  isRetired,
  ...options
}: Pick<AbsentContainersOptions, 'id' | 'title' | 'project' | 'needs'> & {
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
