import type {ContainerState} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';
import type {ComposeProject} from './compose-service.ts';
import {type Definitions, findEdited} from './definitions.ts';

export type EditedContainersOptions = {
  readonly project: ComposeProject;
  readonly definitions: Definitions;
  readonly needs: readonly string[];
};

/** The id under which the compose file names this. */
export const editedContainersId = 'containers:edited';

/**
 * No container of a definition that somebody changed by hand. It goes before the file is put right: its label is the right one's,
 * so that afterwards nothing would tell it from one of ours, however the run ends.
 */
export function editedContainers(options: EditedContainersOptions): Resource<readonly ContainerState[]> {
  const {project, definitions} = options;
  return {
    id: editedContainersId,
    title: 'Containers that were changed by hand',
    place: 'host',
    kind: 'compose-service',
    needs: options.needs,
    locks: ['compose'],
    read: async host => findEdited(host, definitions, await host.docker.containers(project.name)),
    diff: containers =>
      containers.map(({service}) => ({
        change: 'remove',
        summary: `remove the container of ${service}: its definition was changed by hand`,
      })),
    async apply({host}, containers) {
      await host.run({argv: ['docker', 'rm', '--force', ...containers.map(({id}) => id)]});
    },
  };
}
