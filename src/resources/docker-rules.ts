import type {ContainerState, Host} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';
import {awaitHealth, type ComposeProject} from './compose-service.ts';

/** A port of this host that the Engine leads to a container. */
export type Publication = {
  readonly service: string;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** `address:port` of the container. */
  readonly target: string;
};

export type DockerRulesOptions = {
  readonly project: ComposeProject;
  readonly publications: readonly Publication[];
  readonly needs: readonly string[];
};

type RulesState = {readonly missing: readonly string[]; readonly running: readonly string[]};

/** The id under which others name the Engine's rules. */
export const dockerRulesId = 'docker-rules';

/** The Engine's NAT rules for what runs: a reload of nftables.service wipes them, and only a start of the Engine makes them anew. */
export function dockerRules({project, publications, needs}: DockerRulesOptions): Resource<RulesState> {
  return {
    id: dockerRulesId,
    title: "Docker's rules for the containers' ports",
    place: 'host',
    kind: 'firewall-rule',
    needs,
    locks: ['compose'],
    read: host => readRules(host, {project, publications}),
    diff: ({missing}) =>
      missing.length === 0
        ? []
        : [{change: 'restart', summary: `restart Docker, for its rules for ${missing.join(', ')}`}],
    async apply(work, {running}) {
      await work.host.run({argv: ['systemctl', 'restart', 'docker.service']});
      // It stops the containers and starts them again.
      for (const service of running) await awaitHealth(work, {project, service});
    },
  };
}

async function readRules(
  host: Host,
  {project, publications}: Pick<DockerRulesOptions, 'project' | 'publications'>,
): Promise<RulesState> {
  const containers = await host.docker.containers(project.name);
  const running = containers.filter(container => container.running).map(({service}) => service);
  const rules = await listNatRules(host);
  const missing = rules === undefined ? [] : findMissing({publications, containers, rules});
  return {missing: missing.map(({port, protocol}) => `${port}/${protocol}`), running};
}

/** The rules that lead packets elsewhere, one a line; undefined where the Engine keeps them in tables of its own. */
async function listNatRules(host: Host): Promise<string | undefined> {
  const {exitCode, stdout} = await host.query({argv: ['iptables', '--wait', '--table', 'nat', '--list-rules']});
  const own = await host.query({argv: ['nft', 'list', 'table', 'ip', 'docker-bridges']});
  return exitCode === 0 && own.exitCode !== 0 ? stdout : undefined;
}

/** The publications of running containers that no rule leads on. */
function findMissing({
  publications,
  containers,
  rules,
}: {
  publications: readonly Publication[];
  containers: readonly ContainerState[];
  rules: string;
}): readonly Publication[] {
  const lines = rules.split('\n').map(line => ` ${line} `);
  return publications.filter(({service, protocol, port, target}) => {
    const isRunning = containers.some(container => container.service === service && container.running);
    const words = [` -p ${protocol} `, ` --dport ${port} `, ` --to-destination ${target} `];
    return isRunning && !lines.some(line => words.every(word => line.includes(word)));
  });
}
