import {setTimeout as pause} from 'node:timers/promises';
import {type Fact, type FactValues, type NamedFact, unknown} from '../../model/facts.ts';
import {readInterfaces, readIpv6} from './addressing.ts';
import {Unreadable} from './ask.ts';
import {findOtherCertbots, readAccounts, readLineages} from './certbot.ts';
import {readEngine} from './engine.ts';
import {readFirewall, readRuleset} from './firewall.ts';
import {readCores, readDisk, readMemory, readSpaces, thisHardware} from './hardware.ts';
import {readListeners} from './listeners.ts';
import {detectNetwork} from './network-probes.ts';
import {readNginxLayout, readNginxListens, readNginxSites} from './nginx.ts';
import type {Detection} from './probes.ts';
import {findGateway, listNetworks, listRoutes, listRules, readLocalAddress} from './routing.ts';
import {readCandidates, readCompose, readDocker} from './software.ts';
import {readArchitecture, readKernel, readRelease, readTimezone} from './system.ts';

// A dead network mount or a hung daemon must cost one fact, not the program.
const patience = 10_000;

/** Detects all facts at the same time, and yields each as soon as it is known. */
export async function* detectFacts(detection: Detection): AsyncGenerator<NamedFact> {
  const {signal} = detection;
  const pending = new Map(
    Object.entries(startProbes(detection)).map(([name, fact]) => [name, explainFailure(name, fact, signal)]),
  );
  while (pending.size > 0) {
    const found = await Promise.race(pending.values());
    signal.throwIfAborted();
    pending.delete(found.name);
    yield found as NamedFact;
  }
}

/** Starts one probe per fact. */
function startProbes({host, probes, signal, hardware = thisHardware}: Detection): {
  readonly [Name in keyof FactValues]: Promise<Fact<FactValues[Name]>>;
} {
  const interfaces = readInterfaces(host);
  const routes = listRoutes(host);
  const [docker, compose] = [readDocker(host), readCompose(host)];
  const publicAddress = probes.publicAddress(signal);
  const gateway = routes.then(findGateway);
  const localAddress = routes.then(found => readLocalAddress(host, found));
  const listeners = readListeners(host);
  const network = {interfaces, gateway, localAddress, publicAddress, listeners};
  return {
    release: readRelease(host),
    architecture: readArchitecture(host),
    kernel: readKernel(host),
    memory: readMemory(hardware),
    cores: readCores(hardware),
    disk: readDisk(host),
    spaces: readSpaces(host),
    interfaces,
    gateway,
    localAddress,
    publicAddress,
    ...detectNetwork({host, probes, signal}, network),
    ipv6: readIpv6(host),
    routes: routes.then(listNetworks),
    routingRules: listRules(host),
    listeners,
    nginxSites: readNginxSites(host),
    nginxListens: readNginxListens(host),
    nginxLayout: readNginxLayout(host),
    lineages: readLineages(host),
    accounts: readAccounts(host),
    otherCertbots: findOtherCertbots(host),
    docker,
    compose,
    engine: readEngine(host, {docker, compose}),
    timezone: readTimezone(host),
    firewall: readFirewall(host),
    packetFilter: readRuleset(host),
    candidates: readCandidates(host),
  };
}

/** Turns a failed or silent probe into an unknown fact with the reason. */
async function explainFailure(
  name: string,
  fact: Promise<Fact<unknown>>,
  signal: AbortSignal,
): Promise<{name: string; fact: Fact<unknown>}> {
  const stop = new AbortController();
  try {
    return {name, fact: await Promise.race([fact, timeOut(AbortSignal.any([signal, stop.signal]))])};
  } catch (error) {
    const source = error instanceof Unreadable ? error.source : name;
    return {name, fact: unknown(source, error instanceof Error ? error.message : String(error))};
  } finally {
    stop.abort();
  }
}

async function timeOut(signal: AbortSignal): Promise<never> {
  await pause(patience, undefined, {signal});
  throw new Error(`no answer within ${patience / 1000} seconds`);
}
