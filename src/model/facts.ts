import * as v from 'valibot';
import {describeEngine, engineSchema} from './engine-fact.ts';
import {define, type Output} from './fact-entry.ts';
import {networkFacts} from './network-facts.ts';
import {packetFilter} from './packet-filter/rules.ts';
import {routingRule} from './routing-rules.ts';
import {timeZone} from './settings/grammar/containers.ts';
import type {DetectedFact} from './ui.ts';
import {countOf, formatBytes} from './words.ts';

/** A detected value with its source, or the reason why it is unknown. */
export type Fact<T> =
  | {readonly value: T; readonly source: string}
  | {readonly value: undefined; readonly source: string; readonly reason: string};

/** Makes a detected fact. Where nothing is installed or set, `null`, `none` or an empty list is the value. */
export function known<T>(value: T, source: string): Fact<T> {
  return {value, source};
}

/** Makes a fact that could not be detected; `reason` is shown to the user. */
export function unknown(source: string, reason: string): Fact<never> {
  return {value: undefined, source, reason};
}

const texts = v.array(v.string());
const count = v.pipe(v.number(), v.finite(), v.minValue(0));
const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));

const listener = v.object({
  protocol: v.picklist(['tcp', 'udp']),
  /** As `ss` prints it, without brackets; `*` for a socket of both families. */
  address: v.string(),
  port,
  /** Absent where only root may see the process. */
  process: v.exactOptional(v.string()),
  pid: v.exactOptional(count),
  /** The systemd unit of the process. */
  unit: v.exactOptional(v.string()),
  /** The Debian package of the program. */
  package: v.exactOptional(v.string()),
  /** The container that publishes the port through docker-proxy. */
  container: v.exactOptional(v.object({name: v.string(), project: v.exactOptional(v.string())})),
});

/** `listens` holds the parameters of each listen directive as written, `line` is that of the server block. */
const nginxSite = v.object({file: v.string(), line: v.exactOptional(count), names: texts, listens: texts});

/** A socket that the configuration of nginx asks for; `*` as an address is 0.0.0.0 here. */
const nginxListen = v.object({
  module: v.picklist(['http', 'stream', 'mail']),
  /** File and line of its server block. */
  server: v.string(),
  /** File and line of the directive. */
  file: v.string(),
  line: count,
  /** The address and port as written; empty where nginx assumes port 80. */
  text: v.string(),
  address: v.string(),
  port,
  /** Everything after the address: `ssl`, `proxy_protocol`. */
  options: texts,
});

/** `includes` holds the patterns of the include directives within `http`, `group` the group of the workers. */
const nginxLayout = v.object({
  includes: texts,
  bucketSize: v.exactOptional(v.object({value: count, file: v.string(), line: count})),
  group: v.exactOptional(v.string()),
});

/** A certificate of certbot's, or one that somebody put beside its own; times are milliseconds since 1970. */
const lineage = v.object({
  name: v.string(),
  names: texts,
  isSelfSigned: v.boolean(),
  begins: count,
  ends: count,
  /** Absent where certbot has no renewal file. */
  renewal: v.exactOptional(
    v.object({
      server: v.exactOptional(v.string()),
      account: v.exactOptional(v.string()),
      authenticator: v.exactOptional(v.string()),
      webroots: v.record(v.string(), v.string()),
      autorenew: v.boolean(),
    }),
  ),
});

/** An account of certbot's; `authority` is its directory URL without `https://`. */
const account = v.object({authority: v.string(), id: v.string()});

/** The plugin (`docker compose`) or the standalone program (`docker-compose`). */
const compose = v.object({argv: v.tupleWithRest([v.string()], v.string()), version: v.string()});

/** All facts in reading order: title on screen, schema, and the value in words. Each has a probe in host/facts. */
export const factTable = {
  release: define(
    'System',
    v.object({id: v.string(), version: v.string(), codename: v.string(), name: v.string()}),
    ({name}) => name,
  ),
  /** As Debian and Docker name it: `amd64`, `arm64`. */
  architecture: define('Architecture', v.string(), String),
  kernel: define('Kernel', v.string(), String),
  /** Bytes. */
  memory: define('Memory', count, formatBytes),
  cores: define('Processors', count, cores => countOf(cores, 'core')),
  /** Free bytes in Docker's data directory, or where it will be. */
  disk: define('Free disk space', count, formatBytes),
  /** Free bytes where packages are downloaded and installed to, and images. */
  spaces: define('File systems', v.array(v.object({path: v.string(), mount: v.string(), free: count})), spaces => {
    const mounts = new Map(spaces.map(({mount, free}) => [mount, free]));
    return [...mounts].map(([mount, free]) => `${mount} ${formatBytes(free)} free`).join(', ');
  }),
  interfaces: define('Interfaces', v.array(v.object({name: v.string(), addresses: texts})), interfaces =>
    interfaces.map(({name, addresses}) => `${name} ${addresses.join(' ') || '(no address)'}`).join(', '),
  ),
  gateway: define(
    'Gateway',
    v.object({interface: v.string(), address: v.pipe(v.string(), v.ip())}),
    ({address, interface: name}) => `${address} on ${name}`,
  ),
  /** The address that the router forwards to. */
  localAddress: define('Local address', v.pipe(v.string(), v.ipv4()), String),
  publicAddress: define('Public address', v.pipe(v.string(), v.ipv4()), String),
  ...networkFacts,
  /** Whether the kernel speaks IPv6. */
  ipv6: define('IPv6', v.boolean(), ipv6 => (ipv6 ? 'on' : 'off in the kernel')),
  /** CIDR of every IPv4 route except the default one: a new subnet must not overlap them. */
  routes: define('Routes', texts, routes => routes.join(', ')),
  /** The rules of policy routing, of both families. */
  routingRules: define('Routing rules', v.array(routingRule), rules => countOf(rules.length, 'rule')),
  listeners: define('Listening', v.array(listener), listPorts),
  nginxSites: define(
    'nginx sites',
    v.array(nginxSite),
    sites => sites.map(({names, file}) => names.join(' ') || file).join(', ') || 'none',
  ),
  nginxListens: define('nginx listens', v.array(nginxListen), listSockets),
  /** The files that nginx reads its sites from, the size of its table of names, and its group; null where it has no configuration. */
  nginxLayout: define('nginx files', v.nullable(nginxLayout), layout =>
    layout === null ? 'not installed' : layout.includes.join(', ') || 'one file',
  ),
  lineages: define('Certificates', v.array(lineage), listLineages),
  accounts: define(
    'ACME accounts',
    v.array(account),
    accounts => accounts.map(({authority, id}) => `${id} at ${authority}`).join(', ') || 'none',
  ),
  /** The programs of certbots that are not Debian's. */
  otherCertbots: define('Other certbots', texts, paths => paths.join(', ') || 'none'),
  /** The Engine's version; null if none is installed. */
  docker: define('Docker', v.nullable(v.string()), version => version ?? 'not installed'),
  compose: define('Compose', v.nullable(compose), found => found?.version ?? 'not installed'),
  engine: define('Container engine', engineSchema, describeEngine),
  timezone: define('Time zone', timeZone, String),
  firewall: define('Firewall', v.picklist(['none', 'ufw', 'firewalld', 'nftables']), firewall =>
    firewall === 'none' ? 'none active' : firewall,
  ),
  /** The rules that packets from outside can meet. */
  packetFilter: define('Packet filter', packetFilter, ({chains}) => {
    const rules = chains.reduce((sum, chain) => sum + chain.rules.length, 0);
    return rules === 0 ? 'no rules' : `${countOf(rules, 'rule')} for packets that come in`;
  }),
  /** The version of each package that apt has installed or would install. */
  candidates: define('Packages', v.record(v.string(), v.string()), candidates => {
    const versions = Object.entries(candidates).map(pair => pair.join(' '));
    return versions.join(', ') || 'no list of them here yet';
  }),
};

/** The values of all facts. Addresses are text, sizes are bytes. */
export type FactValues = {readonly [Name in keyof typeof factTable]: Output<(typeof factTable)[Name]['schema']>};

export type Listener = FactValues['listeners'][number];
export type NginxSite = FactValues['nginxSites'][number];
export type NginxListen = FactValues['nginxListens'][number];
export type Compose = NonNullable<FactValues['compose']>;
export type Engine = FactValues['engine'];

/** Everything detected, each with its source. */
export type Facts = {readonly [Name in keyof FactValues]: Fact<FactValues[Name]>};

/** One fact under its name, as detection reports it. */
export type NamedFact = {
  [Name in keyof FactValues]: {readonly name: Name; readonly fact: Facts[Name]};
}[keyof FactValues];

/** The names of all facts in reading order. */
export const factNames = Object.keys(factTable) as readonly (keyof FactValues)[];

// The same table in the type that relates a fact's name to its value.
const descriptions: {
  readonly [Name in keyof FactValues]: {readonly title: string; describe(value: FactValues[Name]): string};
} = factTable;

/** Describes a fact for the user; an unknown one shows its reason. */
export function describeFact<Name extends keyof FactValues>(name: Name, fact: Fact<FactValues[Name]>): DetectedFact {
  const {title, describe} = descriptions[name];
  return {fact: title, text: 'reason' in fact ? `unknown: ${fact.reason}` : describe(fact.value), source: fact.source};
}

/** Describes all facts for the user. */
export function describeFacts(facts: Facts): readonly DetectedFact[] {
  return factNames.map(name => describeFact(name, facts[name]));
}

/** Sorts described facts into reading order. */
export function sortFacts(detected: readonly DetectedFact[]): readonly DetectedFact[] {
  const titles = factNames.map(name => factTable[name].title);
  return detected.toSorted((one, other) => titles.indexOf(one.fact) - titles.indexOf(other.fact));
}

function listPorts(listeners: readonly Output<typeof listener>[]): string {
  const ports = listeners.map(({protocol, port, process}) => `${port}/${protocol}${process ? ` ${process}` : ''}`);
  return [...new Set(ports)].join(', ') || 'nothing';
}

function listSockets(listens: readonly Output<typeof nginxListen>[]): string {
  const sockets = listens.map(({address, port, module, options}) => {
    const host = address.includes(':') ? `[${address}]` : address;
    const details = [...(module === 'http' ? [] : [module]), ...options.filter(option => option === 'proxy_protocol')];
    return `${host}:${port}${details.length > 0 ? ` (${details.join(', ')})` : ''}`;
  });
  return [...new Set(sockets)].join(', ') || 'nowhere';
}

function listLineages(lineages: readonly Output<typeof lineage>[]): string {
  const words = lineages.map(({name, renewal}) => {
    const how = renewal?.autorenew ? `renewed by ${renewal.authenticator ?? 'webroot'}` : 'not renewed by certbot';
    return `${name} (${how})`;
  });
  return words.join(', ') || 'none';
}
