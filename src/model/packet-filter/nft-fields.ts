type Json = Readonly<Record<string, unknown>>;

/** Returns whether a value of nft's JSON is an object. */
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A field of a packet under our name for it; `isOther`: of another family, `mask`: the bits that count. */
type Field = {
  readonly name: string | undefined;
  readonly protocol?: readonly string[];
  readonly isOther?: boolean;
  readonly mask?: number;
};

const metaFields: Readonly<Record<string, string>> = {
  l4proto: 'protocol',
  iifname: 'iif',
  iif: 'iif',
  oifname: 'oif',
  oif: 'oif',
  mark: 'mark',
  nfproto: 'family',
  protocol: 'family',
  pkttype: 'pkttype',
  length: 'length',
  ipsec: 'ipsec',
  secpath: 'ipsec',
};
const ctFields: Readonly<Record<string, string>> = {
  state: 'state',
  status: 'status',
  mark: 'ctmark',
  l3proto: 'family',
  protocol: 'protocol',
  direction: 'direction',
  helper: 'helper',
  zone: 'zone',
};
const ipFields: Readonly<Record<string, string>> = {
  saddr: 'saddr',
  daddr: 'daddr',
  protocol: 'protocol',
  ttl: 'ttl',
  dscp: 'dscp',
  length: 'length',
  version: 'version',
  hdrlength: 'hdrlength',
  'frag-off': 'fragment',
};

/** Reads the left side of a comparison. */
export function readField(left: unknown): Field | undefined {
  if (!isObject(left)) return undefined;
  if (Array.isArray(left['&'])) return readMasked(left['&'][0], left['&'][1]);
  if (isObject(left.meta)) return named(metaFields[String(left.meta.key)]);
  if (isObject(left.ct)) return readCt(left.ct);
  if (isObject(left.payload)) return readPayload(left.payload);
  if (isObject(left.fib)) return readFib(left.fib);
  const option = left['tcp option'];
  return isObject(option) && option.name === 'maxseg' && option.field === 'size'
    ? {name: 'mss', protocol: ['tcp']}
    : undefined;
}

function readMasked(left: unknown, mask: unknown): Field | undefined {
  const name = readField(left)?.name;
  if (typeof mask !== 'number') return undefined;
  // Of a packet that is whole, every bit of it is 0.
  if (name === 'fragment') return {name};
  return name === 'mark' || name === 'ctmark' ? {name, mask} : undefined;
}

const named = (name: string | undefined): Field | undefined => (name ? {name} : undefined);

function readCt({key, dir}: Json): Field | undefined {
  if (dir === undefined) return named(ctFields[String(key)]);
  const originals: Readonly<Record<string, string>> = {
    'proto-dst': 'ctdport',
    'ip daddr': 'ctdaddr',
    'ip saddr': 'saddr',
    'proto-src': 'sport',
  };
  return dir === 'original' ? named(originals[String(key)]) : undefined;
}

function readPayload({protocol, field}: Json): Field | undefined {
  if (protocol === 'ip') return named(ipFields[String(field)]);
  // Packets of other families and protocols; those of ethernet are not known.
  if (protocol === 'ether' || protocol === 'vlan') return undefined;
  if (protocol === 'tcp' || protocol === 'udp' || protocol === 'th') {
    const isPort = field === 'dport' || field === 'sport';
    const own = protocol === 'th' ? ['tcp', 'udp'] : [protocol];
    return {name: isPort ? field : undefined, protocol: own};
  }
  return typeof protocol === 'string' ? {name: undefined, isOther: true} : undefined;
}

function readFib({result, flags}: Json): Field | undefined {
  const about = [flags].flat();
  if (result === 'type' && about.includes('daddr')) return {name: 'dtype'};
  if (result === 'type' && about.includes('saddr')) return {name: 'stype'};
  // A filter of reverse paths: the answer to a participant leaves where the packet came in.
  return result === 'oif' && about.includes('saddr') ? {name: 'reverse'} : undefined;
}
