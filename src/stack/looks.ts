import {findEntry, type ProblemCode} from '../model/catalogue.ts';
import {type Facts, factTable} from '../model/facts.ts';
import type {Change, Look} from '../model/plan.ts';
import type {Problem, ProblemReport} from '../model/problem.ts';
import type {ChangeKind} from '../model/resource.ts';
import {formatBytes} from '../model/words.ts';
import type {Blueprint} from './blueprint.ts';
import {claims} from './ports.ts';

/** A thing to look at: the code of what can be found there, and what was seen. Without `saw` nobody could look. */
export type Subject = {
  readonly code: ProblemCode;
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
  const kept = 'not asked: its certificate is here';
  return [
    ...listAddresses(blueprint, facts),
    ...names.flatMap(name => [
      {code: 'name-elsewhere' as const, about: name, saw: isOrdered(name) ? 'its addresses in the DNS' : kept},
      {code: 'caa-forbids' as const, about: name, saw: isOrdered(name) ? 'its CAA records' : kept},
      {code: 'certificate-owned' as const, about: name, saw: describe('lineages', facts)},
    ]),
    ...listServices(blueprint, facts, {orders, pulls}),
    ...listMachine(facts),
    ...claims(blueprint).map(({port, protocol}) => ({
      code: 'port-taken' as const,
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
  const authority = orders ? new URL(blueprint.authority).host : 'not asked: nothing is ordered';
  const registries = pulls ? [...new Set(registriesOf(blueprint))].join(', ') : 'not asked: the images are here';
  // Their silence says nothing where large packets are lost.
  const isUnclear = mtu.value?.isBlackHole === true;
  return [
    {code: 'authority-unreachable', saw: orders && isUnclear ? undefined : authority},
    {code: 'registry-unreachable', saw: pulls && isUnclear ? undefined : registries},
  ];
}

/** Returns the hosts of the registries of all images. */
export function registriesOf({images}: Pick<Blueprint, 'images'>): readonly string[] {
  const hostOf = (image: string) => {
    const [first = '', ...rest] = image.split('/');
    return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : 'registry-1.docker.io';
  };
  return [`${images.repository}/web`, images.coturn].map(hostOf);
}

function listAddresses({publicAddress, localAddress, network, uplink}: Blueprint, facts: Facts): readonly Subject[] {
  return [
    {code: 'address-unknown', saw: `${publicAddress} outside, ${localAddress} inside`},
    {code: 'address-kept', saw: describe('publicAddress', facts)},
    {code: 'double-nat', saw: describe('nat', facts)},
    {code: 'cgnat', saw: describe('nat', facts)},
    {code: 'symmetric-nat', saw: describe('translation', facts)},
    {code: 'vpn-default-route', saw: describe('uplink', facts)},
    {code: 'mtu-black-hole', saw: describe('mtu', facts)},
    {code: 'address-may-change', saw: describe('addressName', facts)},
    {code: 'firewall-rules', saw: uplink && describe('packetFilter', facts)},
    {code: 'subnet-taken', saw: `${network.subnet} for the containers`},
    {code: 'no-free-subnet', saw: describe('routes', facts)},
    {code: 'rule-taken', saw: describe('routingRules', facts)},
  ];
}

function listMachine(facts: Facts): readonly Subject[] {
  const mounts = new Map((facts.spaces.value ?? []).map(({mount, free}) => [mount, free]));
  return [
    {code: 'debian-unknown', saw: describe('release', facts)},
    {code: 'architecture-unknown', saw: describe('architecture', facts)},
    {code: 'virtualisation-limits', saw: describe('virtualisation', facts)},
    {code: 'clock-wrong', saw: describe('clock', facts)},
    {code: 'small-memory', saw: describe('memory', facts)},
    {code: 'few-processors', saw: describe('cores', facts)},
    ...[...mounts].map(([mount, free]) => ({
      code: 'small-disk' as const,
      about: mount,
      saw: `${formatBytes(free)} free`,
    })),
    {code: 'packages-conflict', saw: describe('candidates', facts)},
    {code: 'packages-removed', saw: describe('candidates', facts)},
  ];
}

function listSoftware({project}: Blueprint, facts: Facts): readonly Subject[] {
  const sockets = describe('nginxListens', facts);
  const engine = describe('engine', facts);
  return [
    {code: 'site-on-443', saw: sockets},
    {code: 'stream-on-443', saw: sockets},
    {code: 'site-on-address', saw: sockets},
    {code: 'listen-ipv6', saw: describe('ipv6', facts)},
    {code: 'listen-options', saw: sockets},
    {code: 'nginx-layout', saw: describe('nginxLayout', facts)},
    {code: 'names-too-long', saw: describe('nginxSites', facts)},
    {code: 'no-such-account', saw: describe('accounts', facts)},
    {code: 'foreign-haproxy', saw: '/etc/haproxy/haproxy.cfg'},
    {code: 'unit-masked', saw: 'every service that is needed'},
    {code: 'engine-unsupported', saw: engine},
    {code: 'engine-configuration', saw: engine},
    {code: 'engine-without-rules', saw: engine},
    {code: 'engine-elsewhere', saw: engine},
    {code: 'compose-too-old', saw: describe('compose', facts)},
    {code: 'foreign-compose', saw: project.directory},
    {code: 'compose-mixed', saw: project.directory},
    {code: 'unsafe-directory', saw: project.directory},
    {code: 'former-variables', saw: `${project.directory}/.env_global`},
  ];
}

function listServer({images, project, people, users}: Blueprint, facts: Facts): readonly Subject[] {
  return [
    {code: 'release-too-old', saw: images.tag},
    {code: 'release-unknown', saw: images.tag},
    {code: 'image-moved', saw: `${images.repository} and ${images.coturn}`},
    {code: 'shared-user', saw: `the users ${users.jitsi.uid} and ${users.turn.uid}`},
    {code: 'weak-password', saw: `${project.directory}/.env`},
    {code: 'token-secret', saw: people.tokens ? 'the secret of the tokens' : 'no tokens are used'},
    {code: 'rooms-change', saw: `rooms: ${people.rooms}`},
    {code: 'meetings-interrupted', saw: describe('docker', facts)},
    {code: 'branding-file', saw: `${project.directory}/branding`},
    {code: 'path-taken', saw: 'every path that is written'},
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
  return [...looks, ...others.map(finding => judge({code: finding.code, saw: 'the plan'}, [finding], found))];
}

function judge({code, about, saw}: Subject, findings: readonly ProblemReport[], {problems, accepted}: Found): Look {
  const {title = code, place = 'host'} = findEntry(code) ?? {};
  const state = () => {
    if (findings.some(finding => problems.includes(finding))) return 'problem';
    if (findings.length > 0) return accepted.includes(code) ? 'accepted' : 'warning';
    return saw === undefined ? 'unknown' : 'ok';
  };
  return {
    code,
    title: about === undefined ? title : `${title}: ${about}`,
    place,
    state: state(),
    saw: saw ?? 'it could not be looked at',
    findings,
  };
}
