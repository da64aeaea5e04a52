import ipaddr from 'ipaddr.js';
import * as v from 'valibot';
import {type Fact, type FactValues, known, unknown} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {readPublicAddress} from '../../model/settings/grammar/address.ts';
import {askJson, readIfAllowed} from './ask.ts';

// Some releases of ip print empty objects for what a filter left out.
const addresses = v.array(
  v.object({ifname: v.optional(v.string()), addr_info: v.optional(v.array(v.object({local: v.optional(v.string())})))}),
);

/** Finds out the interfaces that have addresses, v4 or v6. */
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

/** What tells of translation: the machine's addresses, what the internet sees, and what the router takes for its own. */
export type Addresses = {
  readonly interfaces: Fact<FactValues['interfaces']>;
  readonly publicAddress: Fact<string>;
  readonly localAddress: Fact<string>;
  /** Undefined where the router does not tell, as most clouds' do not. */
  readonly routerAddress: string | undefined;
};

/**
 * Decides how often addresses are translated between this machine and the internet: it happens where no interface has a public
 * address, and where another one than the interfaces' is seen from outside.
 */
export function decideNat({interfaces, publicAddress, ...router}: Addresses): Fact<FactValues['nat']> {
  if (interfaces.value === undefined) return unknown(interfaces.source, "this machine's own addresses are unknown");
  const own = interfaces.value.flatMap(one => one.addresses);
  if (!own.some(isPublic)) return countRouters(router) ?? known('single', 'no interface has a public address');
  if (publicAddress.value === undefined) return unknown(publicAddress.source, 'the public address is unknown');
  const holder = interfaces.value.find(one => one.addresses.includes(publicAddress.value));
  if (holder) return known('none', `${holder.name} has the public address`);
  return countRouters(router) ?? known('single', `no interface has ${publicAddress.value}`);
}

/** Providers that share a public address among customers number these from 100.64.0.0/10; a router at home never does. */
function countRouters({localAddress, routerAddress}: Pick<Addresses, 'localAddress' | 'routerAddress'>) {
  if (localAddress.value !== undefined && isShared(localAddress.value))
    return known('double' as const, `${localAddress.value} is an address that providers share out`);
  if (routerAddress === undefined || isPublic(routerAddress)) return undefined;
  return known('double' as const, `the router's own address is ${routerAddress} (NAT-PMP)`);
}

function isPublic(address: string): boolean {
  return 'value' in readPublicAddress(address);
}

function isShared(address: string): boolean {
  return ipaddr.process(address).range() === 'carrierGradeNat';
}

const switchPath = '/proc/sys/net/ipv6/conf/all/disable_ipv6';

/** Finds out whether the kernel speaks IPv6: without the module the switch is not there at all. */
export async function readIpv6(host: Host): Promise<Fact<boolean>> {
  const text = await readIfAllowed(host, switchPath);
  return known(text?.trim() === '0', text === undefined ? `${switchPath} is absent` : switchPath);
}
