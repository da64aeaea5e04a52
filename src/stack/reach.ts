import type {FactValues} from '../model/facts.ts';
import type {PacketFilter} from '../model/packet-filter/rules.ts';
import {type Reach, simulate} from '../model/packet-filter/simulate.ts';
import type {Cause} from '../model/packet-filter/walk.ts';
import type {Blueprint} from './blueprint.ts';
import {publicPorts} from './host.ts';
import {guardTable} from './names.ts';

type Port = ReturnType<typeof publicPorts>[number] & {readonly container?: string};

/** Ports that meet the same fate at the same rule. */
export type Group = {
  readonly ports: readonly Port[];
  readonly result: Exclude<Reach['result'], 'open'>;
  readonly cause: Cause;
};

/** A firewall in which we open the ports ourselves. */
export type Opener = FactValues['firewall'] | undefined;

/** Simulates the packets of a participant to every public port, and groups those that do not pass by the rule that stops them. */
export function findBarriers(blueprint: Blueprint, filter: PacketFilter, opener?: Opener): readonly Group[] {
  const groups: {ports: Port[]; result: Group['result']; cause: Cause}[] = [];
  for (const port of listPorts(blueprint)) {
    const reach = simulate(
      filter,
      {...port, interface: blueprint.uplink ?? '', address: blueprint.localAddress},
      {isOpened: cause => isOpenedBy(opener, cause), without: [guardTable]},
    );
    if (reach.result === 'open') continue;
    const same = groups.find(
      ({result, cause, ports: [first]}) =>
        result === reach.result &&
        isSame(cause, reach.cause) &&
        (first?.container === undefined) === (port.container === undefined),
    );
    if (same) same.ports.push(port);
    else groups.push({ports: [port], result: reach.result, cause: reach.cause});
  }
  return groups;
}

/** Simulates a connection from the web container to port 443 at the gateway of its network; undefined if nothing stops it. */
export function findInnerBarrier({network}: Blueprint, filter: PacketFilter, bridge: string): Cause | undefined {
  const probe = {port: 443, protocol: 'tcp', interface: bridge, address: network.gateway, source: network.web} as const;
  const reach = simulate(filter, probe, {without: [guardTable]});
  return reach.result === 'blocked' ? reach.cause : undefined;
}

function listPorts(blueprint: Blueprint): readonly Port[] {
  const {ports, network} = blueprint;
  return publicPorts(blueprint).map(each => {
    if (each.protocol === 'tcp') return each;
    return {...each, container: each.port === ports.media ? network.videobridge : network.turn};
  });
}

function isSame(one: Cause, other: Cause): boolean {
  return one.chain === other.chain && one.rule === other.rule && one.through === other.through;
}

/** Returns the firewall that wrote a chain. */
function managerOf({chain, rule, base = chain}: Cause): 'ufw' | 'firewalld' | undefined {
  if (chain.table === 'firewalld') return 'firewalld';
  const isOfUfw =
    /^ufw6?-/.test(chain.name) || (rule === undefined && base.rules.some(({to}) => to?.startsWith('ufw')));
  return isOfUfw ? 'ufw' : undefined;
}

/** Returns whether a drop ends once the port is open in the firewall: what ufw and firewalld decide before that stays. */
function isOpenedBy(opener: Opener, cause: Cause): boolean {
  const {chain, rule} = cause;
  if (opener === undefined || managerOf(cause) !== opener) return false;
  if (opener === 'ufw') {
    return rule === undefined || /^ufw6?-(user|after|reject|skip|track)-/.test(chain.name);
  }
  return !/_(deny|pre)$/.test(chain.name);
}

/** Names ports, `80/tcp and 443/tcp`. */
export function namePorts(ports: readonly Port[]): string {
  const names = ports.map(({port, protocol}) => `${port}/${protocol}`);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Names the rule that decides, and how a packet gets there. */
export function nameCause({chain, rule, through}: Cause): string {
  const table = `${chain.program === 'nft' ? 'nft' : chain.program.replace('-nft', '')} ${chain.family} ${chain.table} ${chain.name}`;
  if (rule === undefined) return chain.hook === undefined ? `chain ${table}` : `the policy of ${table}`;
  const number = chain.program === 'nft' ? `handle ${rule.number}` : `rule ${rule.number}`;
  const way = through === undefined ? '' : `, reached by “${through.text}”`;
  return `“${rule.text}” (${table}, ${number}${way})`;
}

const words: Readonly<Record<Group['result'], string>> = {
  blocked: 'drops',
  diverted: 'sends elsewhere',
  partly: 'drops from some networks',
  unclear: 'may drop',
};

/** Says in one sentence what a rule does to the packets of participants. */
export function describeBarrier({ports, result, cause}: Group): string {
  return `${nameCause(cause)} ${words[result]} what participants send to ${namePorts(ports)}`;
}

/** Returns the command that lets the ports in before the rule that drops them; it only ever adds a rule that accepts. */
export function findCommand({ports, result, cause}: Group): string | undefined {
  // ufw and firewalld write their chains anew.
  if (result !== 'blocked' || managerOf(cause)) return undefined;
  const isDockerUser = cause.chain.name === 'DOCKER-USER';
  const chain = isDockerUser ? cause.chain : (cause.base ?? cause.chain);
  const rule = isDockerUser ? cause.rule : (cause.through ?? cause.rule);
  // A name is part of a line that you copy.
  if (![chain.table, chain.name].every(name => /^[\w./-]+$/.test(name))) return undefined;
  const commands = chain.program === 'nft' ? acceptInNft(ports, chain, rule) : acceptInIptables(ports, chain, rule);
  return commands.join(' && ');
}

type Place = readonly [chain: Cause['chain'], rule: Cause['rule']];

function acceptInNft(ports: readonly Port[], ...[chain, rule]: Place): readonly string[] {
  const where = `${chain.family} ${chain.table} ${chain.name}`;
  const verb = rule === undefined ? `nft add rule ${where}` : `nft insert rule ${where} handle ${rule.number}`;
  return (['tcp', 'udp'] as const).flatMap(protocol => {
    const own = ports.filter(each => each.protocol === protocol).map(({port}) => port);
    if (own.length === 0) return [];
    const set = own.length === 1 ? `${own[0]}` : `'{ ${own.join(', ')} }'`;
    // The answers of a container pass the same chain: the port of the connection is the same both ways.
    return chain.hook === 'forward'
      ? [`${verb} meta l4proto ${protocol} ct original proto-dst ${set} accept`]
      : [`${verb} ${protocol} dport ${set} accept`];
  });
}

function acceptInIptables(ports: readonly Port[], ...[chain, rule]: Place): readonly string[] {
  const program = chain.program === 'iptables-legacy' ? 'iptables-legacy' : 'iptables';
  const table = chain.table === 'filter' ? '' : ` -t ${chain.table}`;
  const verb = rule === undefined ? `-A ${chain.name}` : `-I ${chain.name} ${rule.number}`;
  const isForward = chain.hook === 'forward' || chain.name === 'DOCKER-USER';
  return ports.map(({port, protocol}) => {
    const match = isForward ? `-m conntrack --ctorigdstport ${port}` : `--dport ${port}`;
    return `${program}${table} ${verb} -p ${protocol} ${match} -j ACCEPT`;
  });
}

/** Says what to do about a barrier. */
export function advise({ports, result, cause}: Group): string {
  const {chain} = cause;
  const manager = managerOf(cause);
  if (manager && result === 'blocked')
    return isOpenedBy(manager, cause)
      ? `Run \`jitsi-onebox apply\`: it opens the ports in ${manager}.`
      : `Change that rule in ${manager}: it comes before those that open a port.`;
  const store = chain.program === 'nft' ? 'such as /etc/nftables.conf' : 'such as /etc/iptables/rules.v4';
  if (result === 'blocked')
    return `Accept the ports before that rule, as the command does, then run jitsi-onebox again. The command lasts until the next boot: add the same rule to the file from which your firewall loads its rules (${store}).`;
  if (result === 'diverted') return `Remove that rule, or exclude from it ${namePorts(ports)}.`;
  if (result === 'partly') return 'If participants come from these networks, let the rule leave out the ports.';
  return 'Read the rule. `jitsi-onebox check DOMAIN` on a machine outside of your network shows whether participants get in.';
}
