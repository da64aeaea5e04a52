import ipaddr from 'ipaddr.js';
import * as v from 'valibot';

type Range = ReturnType<ipaddr.IPv4['range']>;

const faults: Partial<Record<Range, string>> = {
  unspecified: 'is the unspecified address',
  broadcast: 'is a broadcast address',
  multicast: 'is a multicast address',
  linkLocal: 'is a link-local address',
  loopback: 'is a loopback address',
  carrierGradeNat: "is an address of a provider's own NAT (100.64.0.0/10), which nobody outside can reach",
  private: 'is a private address, which nobody outside can reach',
  reserved: 'is a reserved address',
};

// The library also calls the blocks for documentation reserved, but networks of tests are built from them.
const reserved = ['192.0.0.0/24', '192.88.99.0/24', '198.18.0.0/15', '240.0.0.0/4'].map(cidr =>
  ipaddr.IPv4.parseCIDR(cidr),
);

/** An IPv4 address that participants can reach from anywhere. */
export const publicAddress = addressIn('unicast');

/** An IPv4 address that this machine can have on the router's network. */
export const localAddress = addressIn('unicast', 'private', 'carrierGradeNat');

function addressIn(...ranges: readonly Range[]) {
  return v.pipe(
    v.string(),
    v.check(text => !ipaddr.IPv6.isValid(text), 'is an IPv6 address; an IPv4 address is needed here'),
    v.check(text => ipaddr.IPv4.isValidFourPartDecimal(text), 'is not an IPv4 address'),
    v.check(
      text => ranges.includes(findRange(text)),
      ({input}) => faults[findRange(input)] ?? 'is an address for a special purpose',
    ),
  );
}

function findRange(text: string): Range {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text)) return 'unspecified';
  const address = ipaddr.IPv4.parse(text);
  const range = address.range();
  return range === 'reserved' && !reserved.some(block => address.match(block)) ? 'unicast' : range;
}

/** A private IPv4 network with room for the containers that leaves room for the intranet. */
export const subnet = v.pipe(
  v.string(),
  v.check(text => ipaddr.IPv4.isValidCIDRFourPartDecimal(text), 'is not an IPv4 network with its prefix length'),
  v.transform(text => ipaddr.IPv4.parseCIDR(text)),
  v.check(([address]) => address.range() === 'private', 'is not within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16'),
  v.check(
    ([, prefix]) => prefix >= 16 && prefix <= 28,
    ({input: [, prefix]}) => `has the prefix length ${prefix}; 16 to 28 is allowed`,
  ),
  v.check(
    cidr => formatNetwork(cidr) === cidr.join('/'),
    ({input}) => `is an address within a network; the network is ${formatNetwork(input)}`,
  ),
  v.transform(formatNetwork),
);

function formatNetwork([address, prefix]: [ipaddr.IPv4, number]): string {
  return `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/${prefix}`)}/${prefix}`;
}

/** An address or a network of either family. One that holds most of the internet is a mistake. */
export const network = v.pipe(
  v.string(),
  v.check(
    text => ipaddr.isValidCIDR(text) || ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text),
    'is neither an address nor a network such as 192.168.1.0/24',
  ),
  v.check(text => !/\/[0-7]$/.test(text), 'is far too large a network'),
  v.check(
    text => !text.includes('/') || networkOf(text) === text.toLowerCase(),
    ({input}) => `is an address within a network; the network is ${networkOf(input)}`,
  ),
);

function networkOf(cidr: string): string {
  const [address, prefix] = ipaddr.parseCIDR(cidr);
  const base =
    address.kind() === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(cidr) : ipaddr.IPv6.networkAddressFromCIDR(cidr);
  return `${base}/${prefix}`;
}
