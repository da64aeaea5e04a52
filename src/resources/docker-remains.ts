import type {Host} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';

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
    ...dockers.map(([, ...rule]) => ['--delete', ...rule]),
    ...chains.map(chain => ['--flush', chain]),
    ...chains.map(chain => ['--delete-chain', chain]),
    ...(isClosed && isOnlyDockers && chains.length > 0 ? [['--policy', 'FORWARD', 'ACCEPT']] : []),
  ];
}
