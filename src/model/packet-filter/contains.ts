import ipaddr from 'ipaddr.js';

/** Returns whether a range, as nft and iptables write it, contains a value: `80`, `1000-2000`, `10.0.0.0/8`, `eth*`. */
export function contains(range: string, value: string): boolean {
  if (range === value) return true;
  // No range is longer, and the patterns below are for short texts.
  if (range.length > 100) return false;
  if (range.endsWith('*')) return value.startsWith(range.slice(0, -1));
  if (range.includes('/')) return isInNetwork(range, value);
  const [first = '', last] = range.split('-');
  if (last === undefined) return false;
  const [low, high, number] = [toNumber(first), toNumber(last), toNumber(value)];
  return number >= low && number <= high;
}

function isInNetwork(range: string, value: string): boolean {
  if (!ipaddr.IPv4.isValidCIDR(range) || !ipaddr.IPv4.isValidFourPartDecimal(value)) return false;
  return ipaddr.IPv4.parse(value).match(ipaddr.IPv4.parseCIDR(range));
}

/** The number of a port or an IPv4 address; NaN, which is in no range, for all else. */
function toNumber(text: string): number {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text)) return /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return ipaddr.IPv4.parse(text)
    .toByteArray()
    .reduce((sum, byte) => sum * 256 + byte, 0);
}
