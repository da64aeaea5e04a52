import type {ContainerState, Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import {CommandFailed, Problem} from '../model/problem.ts';
import type {Difference, Outlook, Resource} from '../model/resource.ts';
import {
  type ComposeProject,
  type Definitions,
  digestLabel,
  findEdited,
  runCompose,
  snapshotProject,
} from './compose.ts';
import {awaitHealth} from './container-health.ts';
import {readRecordedDigest} from './image-record.ts';
import {findDigest, isLocal} from './local-image.ts';
import {fileId} from './path-state.ts';

export type ComposeServiceOptions = {
  readonly project: ComposeProject;
  readonly service: string;
  readonly title: string;
  readonly place: Place;
  readonly needs: readonly string[];
  /** The digest of everything that defines the container, as its label has it; undefined for a foreign service. */
  readonly digest: string | undefined;
  /** Files the service reads only when it starts. */
  readonly reads: readonly string[];
  readonly definitions?: Definitions;
  /** The name of its image, and the digest or local name of the one that it should have, if not the recorded one. */
  readonly image?: string | undefined;
  readonly imageDigest?: string | undefined;
};

type ServiceState = {
  readonly container: ContainerState | undefined;
  readonly newer: readonly string[];
  /** Whether its definition may have been changed by hand. */
  readonly isEdited: boolean;
  /** Its image is not the recorded one. */
  readonly isStrange: boolean;
};

/** The id of a service. */
export const serviceId = (service: string) => `container:${service}`;

/** A compose service whose container runs, is healthy, and was made from the definition in the file as it is now. */
export function composeService(options: ComposeServiceOptions): Resource<ServiceState> {
  const {service, project} = options;
  return {
    id: serviceId(service),
    title: options.title,
    place: options.place,
    kind: 'compose-service',
    needs: options.needs,
    locks: ['compose'],
    read: host => readService(host, options),
    diff: (state, outlook) => compare(options, state, outlook),
    record: async host => [await snapshotProject(host, project)],
    async apply(work, _state, differences) {
      const isRemade = differences.some(({change}) => change === 'restart');
      const argv = ['up', '--detach', '--no-deps', ...(isRemade ? ['--force-recreate'] : []), service];
      await runCompose(work, project, argv).catch(error => Promise.reject(explainStart(service, error)));
      work.release();
      await awaitHealth(work, options);
    },
  };
}

/** Finds the containers of a service. */
export async function findContainers(
  host: Host,
  project: ComposeProject,
  service: string,
): Promise<readonly ContainerState[]> {
  return (await host.docker.containers(project.name)).filter(container => container.service === service);
}

async function readService(host: Host, options: ComposeServiceOptions): Promise<ServiceState> {
  const {project, service, reads, definitions} = options;
  const [container] = await findContainers(host, project, service);
  const started = container?.started;
  if (!container?.running || started === undefined) return {container, newer: [], isEdited: false, isStrange: false};
  const states = await Promise.all(reads.map(path => host.files.stat(path)));
  const newer = reads.filter((_, index) => (states[index]?.modified ?? 0) > started);
  const edited = definitions ? await findEdited(host, definitions, [container]) : [];
  return {
    container,
    newer,
    isEdited: edited.length > 0,
    isStrange: await hasOtherImage(host, options, container),
  };
}

/** Returns whether a container runs another image than the recorded one: a tag was moved and the container made anew. */
export async function hasOtherImage(
  host: Host,
  {image: name, imageDigest}: Pick<ComposeServiceOptions, 'image' | 'imageDigest'>,
  {image}: ContainerState,
): Promise<boolean> {
  if (name === undefined || image === undefined) return false;
  const [own, recorded] = await Promise.all([host.docker.imageDigests(name, image), readRecordedDigest(host, name)]);
  const wanted = imageDigest === undefined ? recorded : await findDigest(host, imageDigest);
  // It is not built yet.
  if (imageDigest !== undefined && isLocal(imageDigest) && wanted === undefined) return true;
  return wanted !== undefined && own.length > 0 && !own.includes(wanted);
}

function compare(
  {service, digest, reads, imageDigest}: ComposeServiceOptions,
  {container, newer, isEdited, isStrange}: ServiceState,
  outlook: Outlook,
): readonly Difference[] {
  if (!container) return [{change: 'create', summary: `create and start ${service}`}];
  if (container.labels[digestLabel] !== digest)
    return [{change: 'update', summary: `recreate ${service}: its definition changed`}];
  if (!container.running) return [{change: 'start', summary: `start ${service}`}];
  if (isEdited) return [{change: 'update', summary: `recreate ${service}: its definition was changed by hand`}];
  if (isStrange) {
    const reason = imageDigest === undefined ? 'it runs another image than the recorded one' : 'its image changes';
    return [{change: 'restart', summary: `recreate ${service}: ${reason}`}];
  }
  const changing = reads.filter(path => outlook.changes(fileId(path)).some(difference => difference.content));
  const stale = [...new Set([...newer, ...changing])];
  if (stale.length > 0) return [{change: 'restart', summary: `recreate ${service}, for ${stale.join(', ')}`}];
  if (container.health === 'unhealthy') return [{change: 'restart', summary: `recreate ${service}: it is unhealthy`}];
  if (container.health !== 'starting') return [];
  return [{change: 'start', summary: `wait until ${service} is healthy`, settling: true}];
}

/** Docker may keep a port for a container that is gone; the next plan finds that and restarts Docker. */
function explainStart(service: string, error: unknown): unknown {
  const line = error instanceof CommandFailed && error.tail.find(each => each.includes('port is already allocated'));
  if (!line) return error;
  return new Problem({
    code: 'port-kept',
    summary: `${service} does not start, because another container has its port, or Docker keeps it for one that is gone:\n${line}`,
    remedy: 'See `docker ps`. Where no container has the port, run jitsi-onebox again: it restarts Docker.',
    cause: error,
  });
}
