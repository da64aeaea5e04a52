import type {Resource} from '../model/resource.ts';
import {type ComposeProject, runCompose, snapshotProject} from './compose.ts';

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
