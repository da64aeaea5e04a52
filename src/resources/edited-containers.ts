import type {ContainerState, Host} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';
import type {ComposeProject} from './compose-service.ts';

export type EditedContainersOptions = {
  readonly project: ComposeProject;
  /** The compose file, and whether somebody changed a service's definition in a text of it. */
  readonly definition: {readonly path: string; isEdited(service: string, text: string): boolean};
  readonly needs: readonly string[];
};

/** The id under which the compose file names this. */
export const editedContainersId = 'containers:edited';

/**
 * No container of a definition that somebody changed by hand. It goes before the file is put right: its label is the right one's,
 * so that afterwards nothing would tell it from one of ours, however the run ends.
 */
export function editedContainers(options: EditedContainersOptions): Resource<readonly ContainerState[]> {
  return {
    id: editedContainersId,
    title: 'Containers that were changed by hand',
    place: 'host',
    kind: 'compose-service',
    needs: options.needs,
    locks: ['compose'],
    read: host => findEdited(host, options),
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

async function findEdited(
  host: Host,
  {project, definition}: EditedContainersOptions,
): Promise<readonly ContainerState[]> {
  const {path, isEdited} = definition;
  const [text, state] = await Promise.all([host.files.read(path), host.files.stat(path)]);
  if (text === undefined || state === undefined) return [];
  const containers = await host.docker.containers(project.name);
  // An older one is of the definition that stood there before.
  return containers.filter(({service, started = 0}) => started > state.modified && isEdited(service, text));
}
