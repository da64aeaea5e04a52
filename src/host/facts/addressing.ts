import ipaddr from 'ipaddr.js';
import * as v from 'valibot';
import {type Fact, type Facts, type FactValues, known, unknown} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {publicAddress as publicAddressSchema} from '../../model/settings/grammar/addresses.ts';
import {askJson, readIfAllowed} from './ask.ts';

// Some releases of ip print an empty object for everything a filter left out.
const addresses = v.array(
  v.object({ifname: v.optional(v.string()), addr_info: v.optional(v.array(v.object({local: v.optional(v.string())})))}),
);

/** Detects the interfaces that have IPv4 or IPv6 addresses. */
export async function readInterfaces(host: Host): Promise<Fact<FactValues['interfaces']>> {
  const found = await askJson(host, addresses, 'ip', '-j', 'address');
  const interfaces = found.map(({ifname = '', addr_info: own = []}) => ({
    name: ifname,
    addresses: own.flatMap(({local}) => local ?? []),
  }));
  return known(
    interfaces.filter(({addresses: own}) => own.length > 0),
    'ip address',
  );
}

/** The facts that show NAT, and the address the router reports as its own (most clouds report none). */
export type Addresses = Pick<Facts, 'interfaces' | 'publicAddress' | 'localAddress'> & {
  readonly routerAddress: string | undefined;
  /** Whether a packet to the public address has to pass the router. */
  readonly isBeyond?: boolean | undefined;
  /** The router after ours. */
  readonly nextRouter?: string | undefined;
};

/**
 * Decides how often addresses are translated between this machine and the internet: at least once if no interface has a public
 * address, or if the internet sees an address that no interface has.
 */
export function decideNat({interfaces, publicAddress, ...router}: Addresses): Fact<FactValues['nat']> {
  if (interfaces.value === undefined) return unknown(interfaces.source, "this machine's own addresses are unknown");
  const own = interfaces.value.flatMap(one => one.addresses);
  if (!own.some(isPublic)) return detectDoubleNat(router) ?? known('single', 'no interface has a public address');
  if (publicAddress.value === undefined) return unknown(publicAddress.source, 'the public address is unknown');
  const holder = interfaces.value.find(one => one.addresses.includes(publicAddress.value));
  if (holder) return known('none', `${holder.name} has the public address`);
  return detectDoubleNat(router) ?? known('single', `no interface has ${publicAddress.value}`);
}

// Providers with carrier-grade NAT assign addresses from 100.64.0.0/10, and those with DS-Lite translate at one of 192.0.0.0/24
// (RFC 6333); home routers never do.
function detectDoubleNat({
  localAddress,
  routerAddress,
  isBeyond,
  nextRouter,
}: Omit<Addresses, 'interfaces' | 'publicAddress'>) {
  if (localAddress.value !== undefined && isShared(localAddress.value))
    return known('carrier' as const, `${localAddress.value} is an address that providers share out`);
  if (routerAddress !== undefined && isPublic(routerAddress)) return undefined;
  if (routerAddress !== undefined) {
    const nat = isShared(routerAddress) ? ('carrier' as const) : ('double' as const);
    return known(nat, `the router's own address is ${routerAddress}`);
  }
  if (!isBeyond) return undefined;
  return nextRouter !== undefined && isShared(nextRouter)
    ? known('carrier' as const, `the next router is ${nextRouter}, an address that providers share out`)
    : known('double' as const, 'a packet to the public address has to pass the router');
}

function isPublic(address: string): boolean {
  return v.is(publicAddressSchema, address);
}

const ofDsLite = ipaddr.IPv4.parseCIDR('192.0.0.0/24');

function isShared(address: string): boolean {
  const one = ipaddr.process(address);
  return one.range() === 'carrierGradeNat' || (one instanceof ipaddr.IPv4 && one.match(ofDsLite));
}

const ipv6Switch = '/proc/sys/net/ipv6/conf/all/disable_ipv6';

/** Detects whether the kernel speaks IPv6. Without the kernel module the switch is absent. */
export async function readIpv6(host: Host): Promise<Fact<boolean>> {
  const text = await readIfAllowed(host, ipv6Switch);
  return known(text?.trim() === '0', text === undefined ? `${ipv6Switch} is absent` : ipv6Switch);
}
