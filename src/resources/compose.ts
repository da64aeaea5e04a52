import {parse} from 'yaml';
import type {ContainerState, Host} from '../model/host.ts';
import type {Resource, Work} from '../model/resource.ts';
import type {Snapshot} from '../model/snapshot.ts';

/** A compose project on this host and the tool that drives it. */
export type ComposeProject = {
  readonly name: string;
  readonly directory: string;
  /** `docker compose` or `docker-compose`. */
  readonly argv: readonly [string, ...string[]];
};

/** Runs the project's compose tool in its directory. */
export async function runCompose(work: Work, project: ComposeProject, argv: readonly string[]): Promise<void> {
  const command = [...project.argv, '--project-name', project.name, ...argv] as [string, ...string[]];
  await work.host.run({argv: command, cwd: project.directory});
}

/** Records which services of a project have a container. A foreign container says by its labels where its project is. */
export async function snapshotProject(
  host: Host,
  project: ComposeProject,
  container?: ContainerState,
): Promise<Snapshot> {
  const {name} = project;
  const {directory, argv} = (container && readLabels(container)) ?? project;
  const containers = await host.docker.containers(name);
  const servicesOf = (isRunning: boolean) =>
    containers
      .filter(({running}) => running === isRunning)
      .map(({service}) => service)
      .sort();
  const was = {type: 'project', directory, argv, running: servicesOf(true), stopped: servicesOf(false)} as const;
  return {thing: 'project', name, place: 'host', was};
}

function readLabels({labels}: ContainerState): Pick<ComposeProject, 'directory' | 'argv'> | undefined {
  const directory = labels['com.docker.compose.project.working_dir'];
  const isV1 = labels['com.docker.compose.version']?.startsWith('1.');
  return directory === undefined ? undefined : {directory, argv: isV1 ? ['docker-compose'] : ['docker', 'compose']};
}

/** The label that says from which definition a container was made. */
export const digestLabel = 'org.jitsi-onebox.digest';

/** Returns whether a container was made from a definition of ours. */
export const isOurs = ({labels}: ContainerState): boolean => digestLabel in labels;

type ComposeService = {
  readonly image?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, unknown>> | null;
};

type ComposeFile = {
  readonly name?: string;
  readonly services?: Readonly<Record<string, ComposeService>>;
  readonly networks?: Readonly<
    Record<string, {readonly ipam?: {readonly config?: readonly {readonly subnet?: string}[]}}>
  >;
};

/** Returns the digest of a service in a compose file; undefined for a foreign service. */
export function readDigest(text: string, service: string): string | undefined {
  return parseLeniently(text)?.services?.[service]?.labels?.[digestLabel];
}

/** Returns the name of a service's image in a compose file. */
export function readImage(text: string, service: string): string | undefined {
  return parseLeniently(text)?.services?.[service]?.image;
}

/** Lists the services of a compose file. */
export function listServices(text: string): readonly string[] {
  return Object.keys(parseLeniently(text)?.services ?? {});
}

/** Returns the subnet of the first network in a compose file. */
export function readSubnet(text: string | undefined): string | undefined {
  return Object.values(parseLeniently(text ?? '')?.networks ?? {})[0]?.ipam?.config?.[0]?.subnet;
}

/** Parses a compose file; a broken one has nothing in it. */
export function parseLeniently(text: string): ComposeFile | undefined {
  try {
    return (parse(text) as ComposeFile | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The compose file, and a test for service definitions that were changed by hand. */
export type Definitions = {readonly path: string; isEdited(service: string, text: string): boolean};

/** Returns the containers whose definition may have been changed by hand before they were made: their label does not show it. */
export async function findEdited(
  host: Host,
  {path, isEdited}: Definitions,
  containers: readonly ContainerState[],
): Promise<readonly ContainerState[]> {
  const [text, state] = await Promise.all([host.files.read(path), host.files.stat(path)]);
  if (text === undefined || state === undefined) return [];
  // An older container was made from the definition before that one.
  return containers.filter(({service, started = 0}) => started > state.modified && isEdited(service, text));
}

export type ComposeNetworkOptions = {
  readonly project: ComposeProject;
  readonly network: string;
  readonly subnet: string;
  readonly needs: readonly string[];
};

/** The id of a network. */
export const networkId = (network: string) => `network:${network}`;

/** A network of the project with this subnet, or none yet: compose makes one, but never changes one with containers in it. */
export function composeNetwork({project, network, subnet, needs}: ComposeNetworkOptions): Resource<string | undefined> {
  return {
    id: networkId(network),
    title: "Containers' network",
    place: 'host',
    kind: 'compose-network',
    needs,
    locks: ['compose'],
    async read(host) {
      const argv = ['docker', 'network', 'inspect', '--format', '{{(index .IPAM.Config 0).Subnet}}'] as const;
      const {exitCode, stdout} = await host.query({argv: [...argv, `${project.name}_${network}`]});
      return exitCode === 0 ? stdout.trim() : undefined;
    },
    diff: current =>
      current === undefined || current === subnet
        ? []
        : [{change: 'remove', summary: `replace the network ${current} with ${subnet}`}],
    record: async host => [await snapshotProject(host, project)],
    apply: work => runCompose(work, project, ['down', '--remove-orphans']),
  };
}
