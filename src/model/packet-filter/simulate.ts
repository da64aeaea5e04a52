import {noNotes} from './notes.ts';
import {type Chain, type Hook, type PacketFilter, samples, usualTtl} from './rules.ts';
import {type Cause, type End, type Packet, type Table, type Verdict, walkBase} from './walk.ts';

/** A packet of a participant that opens a connection, or sends the first datagram. */
export type Probe = {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** The interface that it arrives on, and the address of this host that it is for. */
  readonly interface: string;
  readonly address: string;
  /** The address of the container to which Docker forwards the port. */
  readonly container?: string;
  /** The sender's address; without it, participants in several networks send the packet. */
  readonly source?: string;
};

/** `partly`: for some networks only. `unclear`: a rule that is not understood may drop it. */
export type Reach =
  | {readonly result: 'open'; readonly chains: number}
  | {readonly result: 'blocked' | 'diverted' | 'partly' | 'unclear'; readonly cause: Cause};

export type Options = {
  /** Whether a drop does not count, since it ends when a port is opened. */
  isOpened?(cause: Cause): boolean;
  /** Tables to leave out, `inet NAME`: they are our own. */
  readonly without?: readonly string[];
};

/** Simulates what the rules do to a participant's packet; in linear time. */
export function simulate(filter: PacketFilter, probe: Probe, options: Options = {}): Reach {
  const routes = sortChains(filter, probe, options);
  const sources = probe.source === undefined ? samples : [probe.source];
  const reaches = sources.map(source => send(routes, {...probe, source}, filter, options));
  const [first] = reaches;
  if (!first || reaches.every(({result}) => result === first.result)) return first ?? {result: 'open', chains: 0};
  const closed =
    reaches.find(({result}) => result === 'blocked' || result === 'diverted') ??
    reaches.find(({result}) => result !== 'open');
  return closed && 'cause' in closed
    ? {result: closed.result === 'unclear' ? 'unclear' : 'partly', cause: closed.cause}
    : first;
}

const order: readonly Hook[] = ['ingress', 'prerouting', 'input', 'forward'];
const isBridge = (name: string) => /^(br|vmbr|virbr|lxdbr)/.test(name);

/** Lists the base chains that a packet meets, in the order in which it meets them. */
function sortChains({chains}: PacketFilter, probe: Probe, {without = []}: Options): readonly Chain[] {
  const last: Hook = probe.container === undefined ? 'input' : 'forward';
  const met = chains.filter(({hook, family, table, devices}) => {
    if (hook === undefined || (hook !== 'ingress' && hook !== 'prerouting' && hook !== last)) return false;
    if (family === 'bridge' && (!isBridge(probe.interface) || hook === 'forward')) return false;
    if (table === 'docker-bridges' || without.includes(`${family} ${table}`)) return false;
    return devices === undefined || devices.includes(probe.interface);
  });
  const rank = ({family, hook = 'input', priority = 0}: Chain) => [
    family === 'bridge' ? 0 : 1,
    order.indexOf(hook),
    priority,
  ];
  return met.toSorted((one, other) => {
    const [a, b] = [rank(one), rank(other)];
    // An ingress chain sees a packet before a bridge does.
    if (one.hook === 'ingress' || other.hook === 'ingress')
      return (a[1] ?? 0) - (b[1] ?? 0) || (a[2] ?? 0) - (b[2] ?? 0);
    return (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0) || (a[2] ?? 0) - (b[2] ?? 0);
  });
}

type Sent = Probe & {readonly source: string};

function send(route: readonly Chain[], probe: Sent, filter: PacketFilter, options: Options): Reach {
  const tables = new Map<string, Table>();
  const named = nameChains(filter);
  const seen = new Set<string>();
  let notes = noNotes;
  let doubt: Cause | undefined;
  for (const chain of route) {
    if (isLeftToDocker(chain, filter, probe)) continue;
    const stage = stageOf(chain, probe);
    const key = `${chain.hook} ${stage} ${nameTable(chain)}`;
    const table = tables.get(key) ?? openTable(named.get(nameTable(chain)) ?? new Map(), seen, probe);
    tables.set(key, table);
    const verdict = walkBase(table, chain, describePacket(probe, chain, stage), notes);
    // Later, a packet can no longer be left out of connection tracking.
    notes = stage === 'raw' ? verdict.notes : {...verdict.notes, isTracked: notes.isTracked};
    const stop = findStop(verdict, probe, options);
    if (stop?.isCertain) return {result: stop.end === 'drop' ? 'blocked' : 'diverted', cause: stop.cause};
    doubt ??= stop?.cause;
  }
  return doubt ? {result: 'unclear', cause: doubt} : {result: 'open', chains: route.length};
}

type Stop = {readonly end: End; readonly cause: Cause; readonly isCertain: boolean};

/** Finds what keeps a packet from the next chain, for certain or perhaps. */
function findStop({end, cause, doubts}: Verdict, probe: Probe, {isOpened}: Options): Stop | undefined {
  const counts = (kind: End, one: Cause) =>
    kind !== 'accept' && !isOpened?.(one) && !(kind === 'divert' && isDockers(one, probe));
  const perhaps = doubts.get('accept');
  if (counts(end, cause)) return {end, cause: perhaps ?? cause, isCertain: end !== 'unknown' && perhaps === undefined};
  const other = [...doubts].find(([kind, one]) => counts(kind, one));
  return other && {end: other[0], cause: other[1], isCertain: false};
}

const nameTable = ({program, family, table}: Chain) => `${program} ${family} ${table}`;

function nameChains({chains}: PacketFilter): ReadonlyMap<string, ReadonlyMap<string, Chain>> {
  const tables = new Map<string, Map<string, Chain>>();
  for (const chain of chains) {
    const table = tables.get(nameTable(chain)) ?? new Map<string, Chain>();
    tables.set(nameTable(chain), table.set(chain.name, chain));
  }
  return tables;
}

function openTable(chains: ReadonlyMap<string, Chain>, seen: Set<string>, {container}: Probe): Table {
  // Docker's own chains accept what it forwards, once the container runs. The user's is before them.
  const isAccepted = (name: string) => /^DOCKER(-(FORWARD|BRIDGE|CT|ISOLATION-STAGE-1))?$/.test(name);
  return {chains, walked: new Map(), seen, ...(container !== undefined && {isAccepted})};
}

const isDockers = ({chain}: Cause, {container}: Probe) => container !== undefined && chain.name === 'DOCKER';

/** Docker puts its rules before those that are in this chain when it starts. */
function isLeftToDocker(chain: Chain, {iptables = 'iptables-nft'}: PacketFilter, {container}: Probe): boolean {
  if (container === undefined || chain.hook !== 'forward' || chain.name !== 'FORWARD') return false;
  return (
    chain.program === iptables && chain.table === 'filter' && !chain.rules.some(({to}) => to?.startsWith('DOCKER'))
  );
}

type Stage = 'raw' | 'tracked' | 'routed';

function stageOf({hook, priority = 0, family}: Chain, {container}: Probe): Stage {
  if (hook === 'ingress' || family === 'bridge' || (hook === 'prerouting' && priority < -200)) return 'raw';
  return hook === 'prerouting' && (container === undefined || priority <= -100) ? 'tracked' : 'routed';
}

/** Describes the packet as a chain sees it. Before connection tracking, every state but `invalid` is unknown to the kernel. */
function describePacket(
  {protocol, port, source, address, container, ...probe}: Sent,
  {family, hook}: Chain,
  stage: Stage,
): Packet {
  const isForwarded = container !== undefined && stage === 'routed';
  return {
    family: ['ip', 'ipv4'],
    protocol: [protocol],
    saddr: [source],
    sport: ['51234'],
    dport: [String(port)],
    port: ['51234', String(port)],
    daddr: [isForwarded ? container : address],
    ...(family !== 'bridge' && {iif: [probe.interface]}),
    // A bridge of Docker's, whose name is not known before.
    oif: hook === 'forward' ? ['br-0123456789ab'] : [''],
    state: stage === 'raw' ? ['invalid'] : isForwarded ? ['new', 'dnat'] : ['new'],
    status: isForwarded ? ['dnat'] : ['none'],
    direction: ['original'],
    ctdport: stage === 'raw' ? [] : [String(port)],
    ctdaddr: stage === 'raw' ? [] : [address],
    dtype: [isForwarded ? 'unicast' : 'local'],
    stype: ['unicast'],
    pkttype: ['host', 'unicast'],
    reverse: ['found', probe.interface],
    ...ordinary,
    ...(protocol === 'tcp' && {mss: ['1460'], length: ['60']}),
  };
}

/** What the packets of participants have in common: they are whole, and nothing about them is special. */
const ordinary: Packet = {
  version: ['4'],
  hdrlength: ['5'],
  ttl: [String(usualTtl)],
  fragment: ['0'],
  dscp: ['cs0', '0'],
  ipsec: ['missing'],
  helper: [''],
  zone: ['0'],
};
