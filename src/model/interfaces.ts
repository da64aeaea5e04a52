import ipaddr from 'ipaddr.js';
import type {Facts, FactValues} from './facts.ts';

type Interfaces = FactValues['interfaces'];

/** Finds the interface that has an address. */
export function findHolder(interfaces: Interfaces | undefined, address: string) {
  return interfaces?.find(({addresses}) => addresses.includes(address));
}

/**
 * Finds the interface on which packets to a local address arrive: the one that has it. With two ways to the internet, the default
 * route may use the other one. Packets to an address of the loopback interface arrive on the router's.
 */
export function findUplink({gateway, interfaces}: Facts, localAddress: string): string | undefined {
  const holder = findHolder(interfaces.value, localAddress)?.name;
  return holder === 'lo' ? gateway.value?.interface : (holder ?? gateway.value?.interface);
}

/** Lists the addresses of this host that the IPv6 internet could reach. */
export function listGlobalIpv6(interfaces: Interfaces): readonly string[] {
  const all = interfaces.flatMap(({addresses}) => addresses);
  return all.filter(address => ipaddr.IPv6.isValid(address) && ipaddr.parse(address).range() === 'unicast');
}

/** Returns whether this host reaches the internet over IPv6 only: nothing leads there over IPv4. */
export function hasIpv6Only({interfaces, localAddress}: Partial<Facts>): boolean {
  const hasIpv4Route = localAddress === undefined || localAddress.value !== undefined;
  return !hasIpv4Route && listGlobalIpv6(interfaces?.value ?? []).length > 0;
}

/** The remedy for a host with IPv6 only. */
export const ipv4Needed = 'Participants need a public IPv4 address: add one at your provider.';

/** Lists the IPv6 addresses that names of this host may have: none where nothing answers over IPv6. */
export function listUsableIpv6({interfaces, publicIpv6}: Facts): readonly string[] {
  if (publicIpv6.value?.state === 'configured') return [];
  const seen = publicIpv6.value?.address ?? [];
  return [...new Set(listGlobalIpv6(interfaces.value ?? []).concat(seen))];
}
