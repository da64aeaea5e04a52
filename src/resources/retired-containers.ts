import type {ContainerState} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';
import {type ComposeProject, digestLabel} from './compose-service.ts';

export type RetiredContainersOptions = {
  readonly project: ComposeProject;
  /** The services that the compose file has. */
  readonly inUse: readonly string[];
  /** Whether containers that we never made go too. */
  readonly includingForeign: boolean;
  readonly needs: readonly string[];
};

/** No container of a service that the project no longer has. */
export function retiredContainers({
  project,
  inUse,
  includingForeign,
  needs,
}: RetiredContainersOptions): Resource<readonly ContainerState[]> {
  return {
    id: `containers:retired`,
    title: 'Containers of former services',
    place: 'host',
    kind: 'compose-service',
    needs,
    locks: ['compose'],
    async read(host) {
      const all = await host.docker.containers(project.name);
      return all.filter(({service, labels}) => !inUse.includes(service) && (includingForeign || digestLabel in labels));
    },
    diff: containers =>
      containers.map(({service}) => ({change: 'remove', summary: `remove the container of ${service}`})),
    async apply({host}, containers) {
      await host.run({argv: ['docker', 'rm', '--force', ...containers.map(({id}) => id)]});
    },
  };
}
