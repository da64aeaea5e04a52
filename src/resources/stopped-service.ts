import type {Resource} from '../model/resource.ts';
import {type ComposeProject, runCompose, snapshotProject} from './compose.ts';
import {findContainers, hasOtherImage, serviceId} from './compose-service.ts';

export type StoppedServiceOptions = {
  readonly project: ComposeProject;
  readonly service: string;
  readonly image: string;
  /** The digest that its image had. */
  readonly imageDigest: string | undefined;
};

/** A container that did not run, with the image that it had: one that is not used by any container can be removed. */
export function stoppedService({project, service, image, imageDigest}: StoppedServiceOptions): Resource<boolean> {
  return {
    id: serviceId(service),
    title: `${service}, restored`,
    place: 'host',
    kind: 'compose-service',
    needs: [],
    locks: ['compose'],
    async read(host) {
      const [container] = await findContainers(host, project, service);
      return container !== undefined && hasOtherImage(host, {image, imageDigest}, container);
    },
    diff: isStrange =>
      isStrange ? [{change: 'update', summary: `recreate ${service} from its former image, and do not start it`}] : [],
    record: async host => [await snapshotProject(host, project)],
    apply: work => runCompose(work, project, ['up', '--no-start', '--no-deps', '--force-recreate', service]),
  };
}
