import {setTimeout as sleep} from 'node:timers/promises';
import type {Host} from '../model/host.ts';
import type {Problem} from '../model/problem.ts';
import type {Difference, Resource} from '../model/resource.ts';
import {type ComposeProject, isOurs} from './compose.ts';
import {awaitHealth} from './container-health.ts';
import {snapshotUnits} from './systemd-unit.ts';

/** A port of this host that the Engine forwards to a container. */
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
  /** Why the Engine makes no rules at all: a restart would not help. */
  readonly impossible?: Problem | undefined;
  readonly needs: readonly string[];
};

type RulesState = {
  readonly missing: readonly Publication[];
  /** Rules for containers that no longer exist: an Engine that was killed keeps their ports, and no container can use them. */
  readonly stale: readonly Publication[];
  readonly running: readonly string[];
};

/** The id of the Engine's rules. */
export const dockerRulesId = 'docker-rules';

/** A container that is being started has its rules before it counts as running. In milliseconds. */
const startingTime = 2000;

/**
 * The Engine's NAT rules: one per port of a running container, and no others. A reload of nftables.service wipes them, and an Engine
 * that was killed with its machine may keep some for containers that no longer exist. Only a start of the Engine corrects them.
 */
export function dockerRules({project, publications, impossible, needs}: DockerRulesOptions): Resource<RulesState> {
  return {
    id: dockerRulesId,
    title: "Docker's rules for the containers' ports",
    place: 'host',
    kind: 'firewall-rule',
    needs,
    locks: ['compose'],
    read: host => readPatiently(host, {project, publications}),
    diff({missing, stale}) {
      if (impossible) throw impossible;
      return [
        ...restartFor(missing, ports => `for its rules for ${ports}`),
        ...restartFor(stale, ports => `which keeps ${ports} for containers that no longer exist`),
      ];
    },
    record: host => snapshotUnits(host, ['docker.service'], 'host'),
    async apply(work, {running}) {
      // systemd refuses a service that was started often, as happens when the machine keeps crashing.
      await work.host.run({argv: ['systemctl', 'reset-failed', 'docker.service']});
      await work.host.run({argv: ['systemctl', 'restart', 'docker.service']});
      // Docker stops the containers and starts them again.
      for (const service of running) await awaitHealth(work, {project, service});
    },
  };
}

function restartFor(publications: readonly Publication[], explain: (ports: string) => string): readonly Difference[] {
  const ports = publications.map(({port, protocol}) => `${port}/${protocol}`).join(', ');
  if (ports === '') return [];
  return [{change: 'restart', summary: `restart Docker and with it all containers, ${explain(ports)}`}];
}

type Rules = Pick<DockerRulesOptions, 'project' | 'publications'>;

/** Reads the rules; where some look stale, reads them again once the containers being started have started. */
async function readPatiently(host: Host, rules: Rules): Promise<RulesState> {
  const state = await readRules(host, rules);
  if (state.stale.length === 0) return state;
  await sleep(startingTime);
  return readRules(host, rules);
}

async function readRules(host: Host, {project, publications}: Rules): Promise<RulesState> {
  // A foreign project of that name has rules of its own.
  const containers = (await host.docker.containers(project.name)).filter(isOurs);
  const running = containers.filter(container => container.running).map(({service}) => service);
  const lines = (await listNatRules(host))?.split('\n').map(line => ` ${line} `);
  if (!lines) return {missing: [], stale: [], running};
  const isLed = ({protocol, port, target}: Publication) =>
    lines.some(line =>
      [` -p ${protocol} `, ` --dport ${port} `, ` --to-destination ${target} `].every(word => line.includes(word)),
    );
  const wrong = publications.filter(each => isLed(each) !== running.includes(each.service));
  return {
    missing: wrong.filter(({service}) => running.includes(service)),
    stale: wrong.filter(({service}) => !running.includes(service)),
    running,
  };
}

/** Lists the NAT rules, one per line; undefined where the Engine keeps them in tables of its own. */
async function listNatRules(host: Host): Promise<string | undefined> {
  const {exitCode, stdout} = await host.query({argv: ['iptables', '--wait', '--table', 'nat', '--list-rules']});
  const own = await host.query({argv: ['nft', 'list', 'table', 'ip', 'docker-bridges']});
  return exitCode === 0 && own.exitCode !== 0 ? stdout : undefined;
}

const bridge = 'docker0';
const programs = ['iptables', 'ip6tables'] as const;
const tables = ['nat', 'filter'] as const;

/** The command that removes a rule or chain of Docker's. */
type Removal = readonly [string, ...string[]];

/** No bridge and no packet rules of Docker's once it is stopped: it leaves forwarding closed for everybody. */
export function absentDockerRules(): Resource<readonly Removal[]> {
  return {
    id: 'docker-rules:absent',
    title: "Docker's bridge and packet rules",
    place: 'host',
    kind: 'firewall-rule',
    needs: [],
    locks: ['firewall'],
    async read(host) {
      const rules = await Promise.all(
        programs.flatMap(program => tables.map(table => listRemovals(host, program, table))),
      );
      const hasBridge = (await host.files.stat(`/sys/class/net/${bridge}`)) !== undefined;
      return [...rules.flat(), ...(hasBridge ? [['ip', 'link', 'delete', bridge] as const] : [])];
    },
    diff: removals =>
      removals.length === 0
        ? []
        : [{change: 'remove', summary: `remove the bridge ${bridge} and Docker's packet rules`}],
    // Docker makes them again when it starts.
    record: () => [],
    async apply({host}, removals) {
      for (const argv of removals) await host.run({argv});
    },
  };
}

async function listRemovals(
  host: Host,
  program: (typeof programs)[number],
  table: string,
): Promise<readonly Removal[]> {
  const call = [program, '--wait', '--table', table] as const;
  const {stdout} = await host.query({argv: [...call, '--list-rules']});
  return parseRemovals(stdout).map(rest => [...call, ...rest]);
}

/** Lists what to remove of the rules that iptables prints: Docker's, and the closed forwarding where nobody else has a rule. */
export function parseRemovals(listing: string): readonly (readonly string[])[] {
  const lines = listing.split('\n').map(line => line.split(' '));
  const isDockers = (word: string | undefined) => /^DOCKER|^docker0$/.test(word ?? '');
  const chains = lines.filter(([verb, chain]) => verb === '-N' && isDockers(chain)).map(([, chain = '']) => chain);
  const rules = lines.filter(([verb, chain]) => verb === '-A' && !isDockers(chain));
  const dockers = rules.filter(words => words.some(isDockers));
  const isOnlyDockers = rules.filter(([, chain]) => chain === 'FORWARD').every(rule => dockers.includes(rule));
  const isClosed = lines.some(words => words.join(' ') === '-P FORWARD DROP');
  return [
    // First, since Docker's chains show whose policy this is, also after an interruption.
    ...(isClosed && isOnlyDockers && chains.length > 0 ? [['--policy', 'FORWARD', 'ACCEPT']] : []),
    ...dockers.map(([, ...rule]) => ['--delete', ...rule]),
    ...chains.map(chain => ['--flush', chain]),
    ...chains.map(chain => ['--delete-chain', chain]),
  ];
}
