import {findEntry, type ProblemCode, titleOf} from '../model/catalogue.ts';
import {type Facts, factTable} from '../model/facts.ts';
import {registryOf} from '../model/host.ts';
import type {Change, Look} from '../model/plan.ts';
import type {Problem, ProblemReport} from '../model/problem.ts';
import type {ChangeKind} from '../model/resource.ts';
import {formatBytes} from '../model/words.ts';
import type {Blueprint} from './blueprint.ts';
import {services} from './compose-file.ts';
import {claims} from './ports.ts';

/** A thing to look at: the code of what can be found there, and what was seen. Without `saw` nobody could look. */
export type Subject = {
  readonly code: ProblemCode;
  /** Names the thing, where the title of the code names its fault. */
  readonly subject: string;
  /** Tells it from others with the same code. */
  readonly about?: string;
  readonly saw?: string | undefined;
};

type Seen = {
  readonly blueprint: Blueprint;
  readonly facts: Facts;
  /** What the plan changes: the authority, the DNS and the registry are asked only if it needs them. */
  readonly changes: readonly Change[];
};

/** Lists everything that is looked at before the first change of a host, in the order of the map. */
export function listSubjects({blueprint, facts, changes}: Seen): readonly Subject[] {
  const {turnDomain, domain} = blueprint;
  const names = turnDomain === undefined ? [domain] : [domain, turnDomain];
  const isPlanned = (id: string, wanted: ChangeKind) =>
    changes.some(each => each.id.startsWith(id) && each.differences.some(({change}) => change === wanted));
  const isOrdered = (name: string) => isPlanned(`certificate:${name}`, 'order');
  const [orders, pulls] = [names.some(isOrdered), isPlanned('image:', 'pull')];
  const asked = (name: string) => (isOrdered(name) ? 'looked up' : 'not looked up, since its certificate exists');
  return [
    ...listAddresses(blueprint, facts),
    ...names.flatMap(name => [
      {code: 'name-elsewhere' as const, subject: `DNS entry of ${name}`, about: name, saw: asked(name)},
      {code: 'caa-forbids' as const, subject: `CAA records of ${name}`, about: name, saw: asked(name)},
      {
        code: 'certificate-owned' as const,
        subject: `Certificates for ${name}`,
        about: name,
        saw: describe('lineages', facts),
      },
    ]),
    ...listServices(blueprint, facts, {orders, pulls}),
    ...listMachine(facts),
    ...claims(blueprint).map(({port, protocol}) => ({
      code: 'port-taken' as const,
      subject: `Port ${port}/${protocol}`,
      about: `${port}/${protocol}`,
      saw: describePort(facts, port, protocol),
    })),
    ...listSoftware(blueprint, facts),
    ...listServer(blueprint, facts),
  ];
}

/** What seems unreachable where large packets are lost. */
const answersInLargePackets: readonly ProblemCode[] = [
  'authority-unreachable',
  'registry-unreachable',
  'resolvers-silent',
];

/** Leaves out what only follows from lost packets, which have a finding of their own. */
export function withoutConsequences(problems: readonly Problem[]): readonly Problem[] {
  const areLost = problems.some(({code}) => code === 'mtu-black-hole');
  return areLost ? problems.filter(({code}) => !answersInLargePackets.includes(code)) : problems;
}

function listServices(
  blueprint: Blueprint,
  {mtu}: Facts,
  {orders, pulls}: {readonly orders: boolean; readonly pulls: boolean},
): readonly Subject[] {
  const authority = orders ? new URL(blueprint.authority).host : 'not asked, since nothing is ordered';
  const registries = pulls ? registriesOf(blueprint).join(', ') : 'not asked, since the images are already here';
  // Their silence says nothing where large packets are lost.
  const isUnclear = mtu.value?.isBlackHole === true;
  return [
    {code: 'authority-unreachable', subject: 'Certificate authority', saw: orders && isUnclear ? undefined : authority},
    {code: 'registry-unreachable', subject: 'Registry', saw: pulls && isUnclear ? undefined : registries},
  ];
}

/** Returns the hosts of the registries of all images, each once. */
export function registriesOf(blueprint: Blueprint): readonly string[] {
  return [...new Set(services(blueprint).map(({image}) => registryOf(image)))];
}

function listAddresses({publicAddress, network, uplink}: Blueprint, facts: Facts): readonly Subject[] {
  // Without the answer that comes first: it fits one question only.
  const nat = describe('nat', facts)?.replace(/^\w+: /, '');
  return [
    {code: 'address-unknown', subject: 'Public address', saw: publicAddress},
    {code: 'address-kept', subject: 'Detected address', saw: describe('publicAddress', facts)},
    {code: 'double-nat', subject: 'Routers on the way', saw: nat},
    {code: 'cgnat', subject: 'Address translation', saw: nat},
    {code: 'symmetric-nat', subject: 'NAT', saw: describe('translation', facts)},
    {code: 'vpn-default-route', subject: 'Way to the internet', saw: describe('uplink', facts)},
    {code: 'mtu-black-hole', subject: 'Large packets', saw: describe('mtu', facts)},
    {code: 'address-may-change', subject: 'Name of the public address', saw: describe('addressName', facts)},
    {code: 'firewall-rules', subject: 'Firewall', saw: uplink && describe('packetFilter', facts)},
    {code: 'subnet-taken', subject: 'Subnet of the containers', saw: network.subnet},
    {code: 'no-free-subnet', subject: 'Networks of this host', saw: describe('routes', facts)},
    {code: 'rule-taken', subject: 'Routing rules', saw: describe('routingRules', facts)},
  ];
}

function listMachine(facts: Facts): readonly Subject[] {
  const mounts = new Map((facts.spaces.value ?? []).map(({mount, free}) => [mount, free]));
  return [
    {code: 'debian-unknown', subject: 'System', saw: describe('release', facts)},
    {code: 'architecture-unknown', subject: 'Architecture', saw: describe('architecture', facts)},
    {code: 'virtualisation-limits', subject: 'Virtualisation', saw: describe('virtualisation', facts)},
    {code: 'clock-wrong', subject: 'Clock', saw: describe('clock', facts)},
    {code: 'small-memory', subject: 'Memory', saw: describe('memory', facts)},
    {code: 'few-processors', subject: 'Processors', saw: describe('cores', facts)},
    ...[...mounts].map(([mount, free]) => ({
      code: 'small-disk' as const,
      subject: `Disk ${mount}`,
      about: mount,
      saw: `${formatBytes(free)} free`,
    })),
    {code: 'packages-conflict', subject: 'Packages to install', saw: describe('candidates', facts)},
    {code: 'packages-removed', subject: 'Packages of yours', saw: describe('candidates', facts)},
  ];
}

function listSoftware({project}: Blueprint, facts: Facts): readonly Subject[] {
  const sockets = describe('nginxListens', facts);
  const engine = describe('engine', facts);
  return [
    {code: 'site-on-443', subject: 'Where nginx listens', saw: sockets},
    {code: 'stream-on-443', subject: 'Where streams of nginx listen', saw: sockets},
    {code: 'site-on-address', subject: 'Addresses where nginx listens', saw: sockets},
    {code: 'listen-ipv6', subject: 'IPv6', saw: describe('ipv6', facts)},
    {code: 'listen-options', subject: 'Options where nginx listens', saw: sockets},
    {code: 'nginx-layout', subject: 'Directories of nginx', saw: describe('nginxLayout', facts)},
    {code: 'names-too-long', subject: 'Names that nginx serves', saw: describe('nginxSites', facts)},
    {code: 'no-such-account', subject: 'Accounts at the authority', saw: describe('accounts', facts)},
    {code: 'foreign-haproxy', subject: 'HAProxy', saw: '/etc/haproxy/haproxy.cfg'},
    {code: 'unit-masked', subject: 'Services that are needed', saw: 'all looked at'},
    {code: 'engine-unsupported', subject: 'Docker', saw: engine},
    {code: 'engine-configuration', subject: 'Settings of Docker', saw: engine},
    {code: 'engine-without-rules', subject: 'Packet rules of Docker', saw: engine},
    {code: 'engine-elsewhere', subject: 'Context of Docker', saw: engine},
    {code: 'compose-too-old', subject: 'docker-compose', saw: describe('compose', facts)},
    {code: 'foreign-compose', subject: 'Compose project', saw: project.directory},
    {code: 'compose-mixed', subject: 'Compose files', saw: project.directory},
    {code: 'unsafe-directory', subject: 'Directory of the containers', saw: project.directory},
    {code: 'former-variables', subject: 'Variables of a former server', saw: `${project.directory}/.env_global`},
  ];
}

function listServer({images, project, people, users}: Blueprint, facts: Facts): readonly Subject[] {
  return [
    {code: 'release-too-old', subject: 'Age of the release of Jitsi', saw: images.tag},
    {code: 'release-unknown', subject: 'Release of Jitsi', saw: images.tag},
    {code: 'image-moved', subject: 'Tags of the images', saw: `${images.repository} and ${images.coturn}`},
    {code: 'shared-user', subject: 'Users of the containers', saw: `${users.jitsi.uid} and ${users.turn.uid}`},
    {code: 'weak-password', subject: 'Passwords', saw: `${project.directory}/.env`},
    {code: 'token-secret', subject: 'Secret for tokens', saw: people.tokens ? 'looked at' : 'no tokens are used'},
    {code: 'rooms-change', subject: 'Who opens rooms', saw: people.rooms},
    {code: 'meetings-interrupted', subject: 'Meetings that run', saw: describeMeetings(facts)},
    {code: 'branding-file', subject: 'Files for the branding', saw: `${project.directory}/branding`},
    {code: 'path-taken', subject: 'Paths to write', saw: 'all looked at'},
  ];
}

/** Returns the value of a fact in words; undefined if it is not known. */
function describe<Name extends keyof Facts>(name: Name, facts: Facts): string | undefined {
  const {value} = facts[name];
  const {describe: say} = factTable[name] as {describe(value: unknown): string};
  const text = value === undefined ? undefined : say(value);
  return text !== undefined && text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

function describePort({listeners}: Facts, port: number, protocol: 'tcp' | 'udp'): string | undefined {
  if (listeners.value === undefined) return undefined;
  const found = listeners.value.find(each => each.port === port && each.protocol === protocol);
  return found === undefined ? 'free' : `used by ${found.process ?? 'a program that only root may see'}`;
}

/** Says where meetings were looked for: they run in Docker. */
function describeMeetings({docker}: Facts): string | undefined {
  if (docker.value === undefined) return undefined;
  return docker.value === null ? 'Docker is not installed' : 'looked for';
}

export type Found = {
  readonly problems: readonly ProblemReport[];
  readonly warnings: readonly ProblemReport[];
  /** The codes of the warnings that the user accepted. */
  readonly accepted: readonly string[];
};

/** Judges what was looked at by what was found. A finding that no subject expects has a look of its own. */
export function judgeLooks(subjects: readonly Subject[], found: Found): readonly Look[] {
  const findings = [...found.problems, ...found.warnings];
  const isAbout = ({code, about}: Subject, finding: ProblemReport) =>
    finding.code === code && (about === undefined || finding.about === undefined || finding.about === about);
  const others = findings.filter(finding => !subjects.some(subject => isAbout(subject, finding)));
  const looks = subjects.map(subject =>
    judge(
      subject,
      findings.filter(finding => isAbout(subject, finding)),
      found,
    ),
  );
  return [
    ...looks,
    ...others.map(finding =>
      judge({code: finding.code, subject: titleOf(finding.code), saw: 'the plan'}, [finding], found),
    ),
  ];
}

function judge(
  {code, subject, about, saw}: Subject,
  findings: readonly ProblemReport[],
  {problems, accepted}: Found,
): Look {
  const {title = code, place = 'host'} = findEntry(code) ?? {};
  const state = () => {
    if (findings.some(finding => problems.includes(finding))) return 'problem';
    if (findings.length > 0) return accepted.includes(code) ? 'accepted' : 'warning';
    return saw === undefined ? 'unknown' : 'ok';
  };
  return {
    code,
    subject,
    title: about === undefined ? title : `${title}: ${about}`,
    place,
    state: state(),
    saw: saw ?? 'it could not be looked at',
    findings,
  };
}
