import {type Fact, type FactValues, known, unknown} from '../../model/facts.ts';
import {listGlobalIpv6} from '../../model/interfaces.ts';
import type {networkFacts} from '../../model/network-facts.ts';
import {decideNat} from './addressing.ts';
import {findNextRouter, isBeyondRouter, readMtu, readUplink, readVirtualisation} from './network.ts';
import type {Detection} from './probes.ts';

type NetworkFacts = {readonly [Name in keyof typeof networkFacts]: Promise<Fact<FactValues[Name]>>};

/** Facts that others build on. */
type Known = {
  readonly [Name in 'interfaces' | 'gateway' | 'localAddress' | 'publicAddress' | 'listeners']: Promise<
    Fact<FactValues[Name]>
  >;
};

/** Starts the probes of the network, all at once; each waits only for what it needs. */
export function detectNetwork({host, probes, signal}: Detection, facts: Known): NetworkFacts {
  const {interfaces, gateway, localAddress, publicAddress, listeners} = facts;
  const uplink = readUplink(host);
  const router = withValue(gateway, ({address}) =>
    withValue(localAddress, local => probes.router({gateway: address, localAddress: local}, signal)),
  );
  const translation = localAddress.then(
    ({value}) => probes.translation(value, signal),
    () => probes.translation(undefined, signal),
  );
  const tried = withValue(publicAddress, async address => {
    const {value: used} = await listeners.catch(() => ({value: undefined}));
    if (used === undefined) return unknown('ss', 'it is not known which ports are free');
    const taken = used.filter(({protocol}) => protocol === 'udp').map(({port}) => port);
    return known(await probes.arrivals(address, taken, signal), 'packets to the ports that have to be forwarded');
  });
  const arrivals = Promise.all([tried, translation.catch(() => undefined)]).then(([found, kind]) => judge(found, kind));
  return {
    nat: findNat(host, facts, router),
    translation,
    router,
    arrivals,
    hairpin: tried.then(judgeHairpin),
    addressName: withValue(publicAddress, address => probes.addressName(address)),
    publicIpv6: withValue(interfaces, found => probes.publicIpv6(listGlobalIpv6(found))),
    uplink,
    mtu: withValue(uplink, way => readMtu(host, way, full => probes.pathSize(full, signal))),
    virtualisation: readVirtualisation(host),
    clock: probes.clock(signal),
  };
}

async function findNat(
  host: Detection['host'],
  {interfaces, gateway, localAddress, publicAddress}: Known,
  router: NetworkFacts['router'],
): Promise<Fact<FactValues['nat']>> {
  const beyond = Promise.all([publicAddress, gateway]).then(([seen, way]) =>
    seen.value !== undefined && way.value !== undefined
      ? isBeyondRouter(host, seen.value, way.value.address)
      : undefined,
  );
  const [own, seen, local, asked, isBeyond, nextRouter] = await Promise.all([
    interfaces,
    publicAddress,
    localAddress,
    router.catch(() => undefined),
    beyond.catch(() => undefined),
    findNextRouter(host).catch(() => undefined),
  ]);
  const routerAddress = asked?.value?.address ?? undefined;
  return decideNat({interfaces: own, publicAddress: seen, localAddress: local, routerAddress, isBeyond, nextRouter});
}

/** Where the NAT lets everybody in, a packet from outside shows no forward. */
function judge(
  tried: Fact<FactValues['arrivals']>,
  kind: Fact<FactValues['translation']> | undefined,
): Fact<FactValues['arrivals']> {
  if (tried.value === undefined || kind?.value?.filtering !== 'endpoint-independent') return tried;
  return known(
    tried.value.filter(({from}) => from === 'hairpin'),
    tried.source,
  );
}

/** A packet that arrived from outside and not from within shows that there is no hairpin; silence alone shows nothing. */
function judgeHairpin(tried: Fact<FactValues['arrivals']>): Fact<boolean> {
  if (tried.value === undefined) return unknown(tried.source, tried.reason);
  const from = new Set(tried.value.map(each => each.from));
  if (from.has('hairpin')) return known(true, tried.source);
  if (from.has('outside')) return known(false, tried.source);
  return unknown(tried.source, 'it shows once a port is forwarded, and by the check public-loopback');
}

/** Runs a probe that needs the value of a fact; without it the fact that depends on it is unknown for the same reason. */
async function withValue<T, U>(fact: Promise<Fact<T>>, probe: (value: T) => Promise<Fact<U>>): Promise<Fact<U>> {
  const found = await fact;
  return 'reason' in found ? unknown(found.source, found.reason) : probe(found.value);
}
