import type {ContainerState} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';
import type {ComposeProject} from './compose-service.ts';

export type RetiredContainersOptions = {
  readonly id: string;
  readonly title: string;
  readonly project: ComposeProject;
  /** Tells which have had their time. */
  readonly isRetired: (container: ContainerState) => boolean;
  readonly needs: readonly string[];
};

/** No container of the project's that has had its time. */
export function retiredContainers({
  id,
  title,
  project,
  isRetired,
  needs,
}: RetiredContainersOptions): Resource<readonly ContainerState[]> {
  return {
    id,
    title,
    place: 'host',
    kind: 'compose-service',
    needs,
    locks: ['compose'],
    read: async host => (await host.docker.containers(project.name)).filter(isRetired),
    diff: containers =>
      containers.map(({service}) => ({change: 'remove', summary: `remove the container of ${service}`})),
    async apply({host}, containers) {
      await host.run({argv: ['docker', 'rm', '--force', ...containers.map(({id: container}) => container)]});
    },
  };
}
