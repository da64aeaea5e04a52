import type {ContainerState, Host} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';
import type {RecordedProject} from '../model/snapshot.ts';
import {type ComposeProject, isOurs, runCompose} from './compose-service.ts';

export type RetiredProjectOptions = {
  readonly name: string;
  readonly was: Pick<RecordedProject, 'directory' | 'argv' | 'running' | 'stopped'>;
  /** What the compose file calls the network of our containers. */
  readonly network: string;
  readonly needs: readonly string[];
  /** Whether a service's container was made from a definition of ours then. */
  readonly wasOurs: (service: string) => boolean;
  /** Whether what Docker keeps for its containers goes too. */
  readonly withVolumes: boolean;
};

type ProjectState = {
  readonly containers: readonly ContainerState[];
  /** Our containers' network; it is idle while none is in it. */
  readonly network: 'absent' | 'idle' | 'used';
};

/** The id under which others name a project whose containers are gone. */
export const retiredProjectId = (name: string) => `project:${name}`;

/** No container of the project's but those that it had; where none of them was ours, our network goes too. */
export function retiredProject(options: RetiredProjectOptions): Resource<ProjectState> {
  const {name, was, needs, wasOurs, withVolumes} = options;
  const project: ComposeProject = {name, directory: was.directory, argv: was.argv};
  const had = [...was.running, ...was.stopped];
  const isNew = had.length === 0;
  const {isToStop, isToGo} = judge(options);
  const hadNetwork = had.some(wasOurs);
  return {
    id: retiredProjectId(name),
    title: `Containers of ${name}`,
    place: 'host',
    kind: 'compose-service',
    needs,
    locks: ['compose'],
    read: async host => ({
      containers: await host.docker.containers(name),
      network: hadNetwork ? 'absent' : await readNetwork(host, options),
    }),
    diff: ({containers, network}) => [
      ...containers.filter(isToGo).map(({service}) => removal(`remove the container of ${service}`)),
      ...containers.filter(isToStop).map(({service}) => removal(`stop the container of ${service}`)),
      ...(network === 'idle' || (isNew && network === 'used') ? [removal(`remove the network of ${name}`)] : []),
    ],
    async apply(work, {containers, network}) {
      if (isNew)
        return runCompose({work, project, argv: ['down', '--remove-orphans', ...(withVolumes ? ['--volumes'] : [])]});
      for (const {id} of containers.filter(isToGo)) await work.host.run({argv: ['docker', 'rm', '--force', id]});
      for (const {id} of containers.filter(isToStop)) await work.host.run({argv: ['docker', 'stop', id]});
      // Somebody else's containers may be in it too.
      if (network !== 'absent' && (await readNetwork(work.host, options)) === 'idle')
        await work.host.run({argv: ['docker', 'network', 'rm', networkOf(options)]});
    },
  };
}

/** One that somebody else defined is another, though it has the same name: it has other ports and other files. */
function judge({was, wasOurs}: RetiredProjectOptions) {
  const isToGo = (each: ContainerState) =>
    ![...was.running, ...was.stopped].includes(each.service) || isOurs(each) !== wasOurs(each.service);
  const isToStop = (each: ContainerState) => !isToGo(each) && each.running && was.stopped.includes(each.service);
  return {isToGo, isToStop};
}

const removal = (summary: string) => ({change: 'remove', summary}) as const;

const networkOf = ({name, network}: RetiredProjectOptions) => `${name}_${network}`;

async function readNetwork(host: Host, options: RetiredProjectOptions): Promise<ProjectState['network']> {
  // Where the Engine went already it is not asked.
  if ((await host.files.stat('/var/lib/docker')) === undefined) return 'absent';
  const argv = ['docker', 'network', 'inspect', '--format={{len .Containers}}', networkOf(options)] as const;
  const {exitCode, stdout} = await host.query({argv});
  if (exitCode !== 0) return 'absent';
  return stdout.trim() === '0' ? 'idle' : 'used';
}
