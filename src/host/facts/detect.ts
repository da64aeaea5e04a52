import {setTimeout as pause} from 'node:timers/promises';
import {type Fact, type Facts, type FactValues, type NamedFact, unknown} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {decideNat, readInterfaces, readIpv6} from './addressing.ts';
import {Unreadable} from './ask.ts';
import {readCandidates} from './candidates.ts';
import {readCompose, readDocker} from './docker.ts';
import {readFirewall} from './firewall.ts';
import {type Hardware, readCores, readDisk, readMemory, thisHardware} from './hardware.ts';
import {readListeners} from './listeners.ts';
import {readNginxSites} from './nginx-sites.ts';
import {readArchitecture, readKernel, readRelease} from './release.ts';
import {findGateway, listNetworks, listRoutes, readLocalAddress} from './routing.ts';
import {readTimezone} from './timezone.ts';

/** What only the network can tell, asked by its own layer. */
export type Probes = {
  publicAddress(signal: AbortSignal): Promise<Fact<string>>;
  /** What a router takes for its own address on the side of the internet; undefined when it does not tell. */
  routerAddress(gateway: string, signal: AbortSignal): Promise<string | undefined>;
};

/** What detection looks at. */
export type Detection = {
  readonly host: Host;
  readonly probes: Probes;
  readonly signal: AbortSignal;
  readonly hardware?: Hardware;
};

// A dead network mount or a hung daemon costs one fact, not the program.
const patience = 10_000;

/** Finds out everything about the machine and its network at the same time, and tells each fact the moment it is known. */
export async function* detectFacts(detection: Detection): AsyncGenerator<NamedFact> {
  const {signal} = detection;
  const pending = new Map(
    Object.entries(startAll(detection)).map(([name, fact]) => [name, settle({name, fact, signal})]),
  );
  while (pending.size > 0) {
    const found = await Promise.race(pending.values());
    signal.throwIfAborted();
    pending.delete(found.name);
    yield found as NamedFact;
  }
}

/** Finds out everything and gives it as one. */
export async function collectFacts(detection: Detection): Promise<Facts> {
  const facts: Partial<Record<keyof FactValues, Fact<unknown>>> = {};
  for await (const {name, fact} of detectFacts(detection)) facts[name] = fact;
  return facts as Facts;
}

function startAll({host, probes, signal, hardware = thisHardware}: Detection): {
  readonly [Name in keyof FactValues]: Promise<Fact<FactValues[Name]>>;
} {
  const interfaces = readInterfaces(host);
  const routes = listRoutes(host);
  const publicAddress = probes.publicAddress(signal);
  const gateway = routes.then(findGateway);
  const localAddress = routes.then(found => readLocalAddress(host, found));
  const routerAddress = gateway.then(({value}) => value && probes.routerAddress(value.address, signal));
  return {
    release: readRelease(host),
    architecture: readArchitecture(host),
    kernel: readKernel(host),
    memory: readMemory(hardware),
    cores: readCores(hardware),
    disk: readDisk(host),
    interfaces,
    gateway,
    localAddress,
    publicAddress,
    nat: Promise.all([interfaces, publicAddress, localAddress, routerAddress]).then(([own, seen, local, router]) =>
      decideNat({interfaces: own, publicAddress: seen, localAddress: local, routerAddress: router}),
    ),
    ipv6: readIpv6(host),
    routes: routes.then(listNetworks),
    listeners: readListeners(host),
    nginxSites: readNginxSites(host),
    docker: readDocker(host),
    compose: readCompose(host),
    timezone: readTimezone(host),
    firewall: readFirewall(host),
    candidates: readCandidates(host),
  };
}

type Pending = {readonly name: string; readonly fact: Promise<Fact<unknown>>; readonly signal: AbortSignal};

/** Whatever goes wrong while one thing is found out is told as the reason why it is not known. */
async function settle({name, fact, signal}: Pending): Promise<{name: string; fact: Fact<unknown>}> {
  const stop = new AbortController();
  try {
    return {name, fact: await Promise.race([fact, giveUp(AbortSignal.any([signal, stop.signal]))])};
  } catch (error) {
    const source = error instanceof Unreadable ? error.source : name;
    return {name, fact: unknown(source, error instanceof Error ? error.message : String(error))};
  } finally {
    stop.abort();
  }
}

async function giveUp(signal: AbortSignal): Promise<never> {
  await pause(patience, undefined, {signal});
  throw new Error(`no answer within ${patience / 1000} seconds`);
}
