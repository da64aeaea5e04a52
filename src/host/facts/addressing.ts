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

/**
 * Decides whether a router translates addresses between this machine and the internet: it does where no interface has a public
 * address, and where another one than the interfaces' is seen from outside.
 */
export function decideNat(interfaces: Fact<FactValues['interfaces']>, publicAddress: Fact<string>): Fact<boolean> {
  if (interfaces.value === undefined) return unknown(interfaces.source, "this machine's own addresses are unknown");
  const own = interfaces.value.flatMap(one => one.addresses);
  if (!own.some(address => 'value' in readPublicAddress(address)))
    return known(true, 'no interface has a public address');
  if (publicAddress.value === undefined) return unknown(publicAddress.source, 'the public address is unknown');
  const holder = interfaces.value.find(one => one.addresses.includes(publicAddress.value));
  return holder
    ? known(false, `${holder.name} has the public address`)
    : known(true, `no interface has ${publicAddress.value}`);
}

const switchPath = '/proc/sys/net/ipv6/conf/all/disable_ipv6';

/** Finds out whether the kernel speaks IPv6: without the module the switch is not there at all. */
export async function readIpv6(host: Host): Promise<Fact<boolean>> {
  const text = await readIfAllowed(host, switchPath);
  return known(text?.trim() === '0', text === undefined ? `${switchPath} is absent` : switchPath);
}
