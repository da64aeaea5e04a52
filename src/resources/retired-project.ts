import type {ContainerState} from '../model/host.ts';
import type {KeptProject} from '../model/kept.ts';
import type {Resource} from '../model/resource.ts';
import {type ComposeProject, runCompose} from './compose-service.ts';

export type RetiredProjectOptions = {
  readonly name: string;
  readonly was: Pick<KeptProject, 'directory' | 'argv' | 'running' | 'stopped'>;
  readonly needs: readonly string[];
  /** Whether what Docker keeps for its containers goes too. */
  readonly withVolumes: boolean;
};

type ProjectState = {readonly containers: readonly ContainerState[]; readonly hasNetwork: boolean};

/** The id under which others name a project whose containers are gone. */
export const retiredProjectId = (name: string) => `project:${name}`;

/** No container of the project's but those that it had; without any, its network goes too. */
export function retiredProject({name, was, needs, withVolumes}: RetiredProjectOptions): Resource<ProjectState> {
  const project: ComposeProject = {name, directory: was.directory, argv: was.argv};
  const had = [...was.running, ...was.stopped];
  const strangers = (containers: readonly ContainerState[]) =>
    containers.filter(({service, running}) => !had.includes(service) || (running && was.stopped.includes(service)));
  return {
    id: retiredProjectId(name),
    title: `Containers of ${name}`,
    place: 'host',
    kind: 'compose-service',
    needs,
    locks: ['compose'],
    async read(host) {
      const containers = await host.docker.containers(name);
      const network = [
        'docker',
        'network',
        'ls',
        '--quiet',
        '--filter',
        `label=com.docker.compose.project=${name}`,
      ] as const;
      const asksDocker = had.length === 0 && (await host.files.stat('/var/lib/docker')) !== undefined;
      const hasNetwork = asksDocker && (await host.query({argv: network})).stdout.trim() !== '';
      return {containers, hasNetwork};
    },
    diff: ({containers, hasNetwork}) => [
      ...strangers(containers).map(({service}) => ({
        change: 'remove' as const,
        summary: `${was.stopped.includes(service) ? 'stop' : 'remove'} the container of ${service}`,
      })),
      ...(hasNetwork ? [{change: 'remove' as const, summary: `remove the network of ${name}`}] : []),
    ],
    async apply(work, {containers}) {
      if (had.length === 0)
        return runCompose({work, project, argv: ['down', '--remove-orphans', ...(withVolumes ? ['--volumes'] : [])]});
      for (const {id, service} of strangers(containers)) {
        const verb = was.stopped.includes(service) ? (['stop'] as const) : (['rm', '--force'] as const);
        await work.host.run({argv: ['docker', ...verb, id]});
      }
    },
  };
}
