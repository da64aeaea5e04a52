import type {Compose, Fact, Facts, FactValues, Listener, NginxSite} from './facts.ts';
import type {DetectedFact} from './ui.ts';
import {countOf, formatBytes} from './words.ts';

type Words = {readonly [Name in keyof FactValues]: readonly [name: string, tell: (value: FactValues[Name]) => string]};

const words: Words = {
  release: ['System', ({name}) => name],
  architecture: ['Architecture', String],
  kernel: ['Kernel', String],
  memory: ['Memory', formatBytes],
  cores: ['Processors', cores => countOf(cores, 'core')],
  disk: ['Free disk space', formatBytes],
  interfaces: ['Interfaces', interfaces => interfaces.map(tellInterface).join(', ')],
  gateway: ['Gateway', ({address, interface: name}) => `${address} on ${name}`],
  localAddress: ['Local address', String],
  publicAddress: ['Public address', String],
  nat: ['NAT', nat => natWords[nat]],
  ipv6: ['IPv6', ipv6 => (ipv6 ? 'on' : 'off in the kernel')],
  routes: ['Routes', routes => routes.join(', ')],
  listeners: ['Listening', tellListeners],
  nginxSites: ['nginx sites', tellSites],
  docker: ['Docker', version => version ?? 'not installed'],
  compose: ['Compose', (compose: Compose | null) => compose?.version ?? 'not installed'],
  timezone: ['Time zone', String],
  firewall: ['Firewall', firewall => (firewall === 'none' ? 'none active' : firewall)],
  candidates: [
    'Packages',
    candidates =>
      Object.entries(candidates)
        .map(pair => pair.join(' '))
        .join(', ') || 'no list of them here yet',
  ],
};

const natWords: Readonly<Record<FactValues['nat'], string>> = {
  none: 'no: the address is its own',
  single: 'yes: behind a router',
  double: 'twice: the router is itself behind another one',
};

/** A fact as it is told to the owner; one that could not be found out says why. */
export function describeFact<Name extends keyof FactValues>(name: Name, fact: Fact<FactValues[Name]>): DetectedFact {
  const [title, tell] = words[name];
  const text = fact.value === undefined ? `unknown: ${'reason' in fact ? fact.reason : 'not found'}` : tell(fact.value);
  return {fact: title, text, source: fact.source};
}

/** Detected facts in the order in which people read them, whatever came first. */
export function sortFacts(detected: readonly DetectedFact[]): readonly DetectedFact[] {
  const titles = Object.values(words).map(([title]) => title);
  return detected.toSorted((one, other) => titles.indexOf(one.fact) - titles.indexOf(other.fact));
}

/** All facts as they are told to the owner. */
export function describeFacts(facts: Facts): readonly DetectedFact[] {
  return (Object.keys(words) as (keyof FactValues)[]).map(name => describeFact(name, facts[name]));
}

function tellInterface({name, addresses}: FactValues['interfaces'][number]): string {
  return `${name} ${addresses.join(' ') || '(no address)'}`;
}

function tellListeners(listeners: readonly Listener[]): string {
  const ports = listeners.map(({protocol, port, process}) => `${port}/${protocol}${process ? ` ${process}` : ''}`);
  return [...new Set(ports)].join(', ') || 'nothing';
}

function tellSites(sites: readonly NginxSite[]): string {
  return sites.map(({names, file}) => names.join(' ') || file).join(', ') || 'none';
}
