import ipaddr from 'ipaddr.js';
import type {Reading} from './reading.ts';

type Range = ReturnType<ipaddr.IPv4['range']>;

const names: Partial<Record<Range, string>> = {
  unspecified: 'stands for no address',
  broadcast: 'is a broadcast address',
  multicast: 'is a multicast address',
  linkLocal: 'is a link-local address',
  loopback: 'is a loopback address',
  carrierGradeNat: "is an address of a provider's own NAT (100.64.0.0/10), which nobody outside can reach",
  private: 'is a private address, which nobody outside can reach',
  reserved: 'is a reserved address',
};

// Of what the library calls reserved, the blocks for documentation are left: networks of tests are built from them.
const reserved = ['192.0.0.0/24', '192.88.99.0/24', '198.18.0.0/15', '240.0.0.0/4'].map(cidr =>
  ipaddr.IPv4.parseCIDR(cidr),
);

/** Reads an IPv4 address that participants can reach from anywhere. */
export function readPublicAddress(text: string): Reading {
  return readAddress(text, range => range === 'unicast');
}

/** Reads an IPv4 address that an interface of this machine can have towards its router. */
export function readLocalAddress(text: string): Reading {
  return readAddress(text, range => ['unicast', 'private', 'carrierGradeNat'].includes(range));
}

function readAddress(text: string, allows: (range: Range) => boolean): Reading {
  if (ipaddr.IPv6.isValid(text)) return {fault: 'is an IPv6 address; an IPv4 address is needed here'};
  if (!ipaddr.IPv4.isValidFourPartDecimal(text)) return {fault: 'is not an IPv4 address'};
  const address = ipaddr.IPv4.parse(text);
  const range = findRange(address);
  return allows(range) ? {value: address.toString()} : {fault: names[range] ?? 'is an address for a special purpose'};
}

function findRange(address: ipaddr.IPv4): Range {
  const range = address.range();
  return range === 'reserved' && !reserved.some(block => address.match(block)) ? 'unicast' : range;
}
