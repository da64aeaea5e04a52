import ipaddr from 'ipaddr.js';
import type {Reading} from './reading.ts';

/** Reads a private IPv4 network with room for the containers, neither half the intranet nor too small. */
export function readSubnet(text: string): Reading {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) return {fault: 'is not an IPv4 network with its prefix length'};
  const [address, prefix] = ipaddr.IPv4.parseCIDR(text);
  const network = ipaddr.IPv4.networkAddressFromCIDR(text).toString();
  if (address.range() !== 'private') return {fault: 'is not within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16'};
  if (prefix < 16 || prefix > 28) return {fault: `has the prefix length ${prefix}; 16 to 28 is right`};
  if (network !== address.toString())
    return {fault: `is an address within a network; the network is ${network}/${prefix}`};
  return {value: `${network}/${prefix}`};
}
