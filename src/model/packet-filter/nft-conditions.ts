import type {Condition} from './rules.ts';

type Json = Readonly<Record<string, unknown>>;

/** A named set or map: its elements, and those of a set as ranges, undefined if they are not understood. `isCut`: only some of them. */
export type NamedSet = {
  readonly elements: readonly unknown[];
  readonly values: string[] | undefined;
  readonly isCut: boolean;
};

export type Sets = ReadonlyMap<string, NamedSet>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const never: Condition = {field: 'protocol', in: []};
const always: Condition = {field: 'protocol', in: [], not: true};
const unknownOf = (part: unknown): Condition => ({unknown: JSON.stringify(part).slice(0, 120)});

/** Statements that decide nothing about a packet. */
const harmless = [
  'counter',
  'log',
  'comment',
  'flow',
  'notrack',
  'ct helper',
  'ct timeout',
  'masquerade',
  'snat',
  'last',
];

/** Translates a statement of a rule that is no verdict: all of the conditions have to hold. */
export function readCondition(part: Json, sets: Sets): readonly Condition[] {
  const [name = ''] = Object.keys(part);
  if (name === 'match' && isObject(part.match)) return readMatch(part.match, sets);
  if (harmless.includes(name)) return [];
  // An element is added only if the statements in it hold, such as a limit for each source.
  if (['set', 'map', 'meter'].includes(name)) return listNested(part[name]).flatMap(each => readCondition(each, sets));
  // A limit passes the first packets: `over` is about those after them.
  if (name === 'limit' || name === 'ct count' || name === 'quota')
    return isObject(part[name]) && part[name].inv === true ? [never] : [always];
  return [unknownOf(part)];
}

function listNested(part: unknown): readonly Json[] {
  const nested = isObject(part) ? (part.stmt ?? []) : [];
  return (Array.isArray(nested) ? nested : [nested]).filter(isObject);
}

function readMatch(match: Json, sets: Sets): readonly Condition[] {
  const {op, left, right} = match;
  if (op !== '==' && op !== '!=' && op !== 'in') return [unknownOf(match)];
  return compareTo({left, right, isNot: op === '!=', sets});
}

type Comparison = {readonly left: unknown; readonly right: unknown; readonly isNot?: boolean; readonly sets: Sets};

/** Translates a comparison: what is on the left has to be one of what is on the right. */
export function compareTo({left, right, isNot = false, sets}: Comparison): readonly Condition[] {
  const flags = readFlags(left, right);
  if (flags !== undefined) return [{field: 'protocol', in: ['tcp']}, flags === isNot ? never : always];
  const field = readField(left);
  if (field === undefined) return [unknownOf({left, right})];
  const protocol: readonly Condition[] =
    field.protocol === undefined ? [] : [{field: 'protocol', in: [...field.protocol]}];
  if (field.name === undefined) return [...protocol, ...(field.isOther ? [never] : [unknownOf({left, right})])];
  const {values, isCut} = findSet(right, sets) ?? {values: readValues(right), isCut: false};
  if (values === undefined || (isCut && field.name !== 'saddr')) return [...protocol, unknownOf({left, right})];
  return [...protocol, {field: field.name, in: values, ...(isNot && {not: true as const})}];
}

type Field = {readonly name: string | undefined; readonly protocol?: readonly string[]; readonly isOther?: boolean};

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
};
const ctFields: Readonly<Record<string, string>> = {
  state: 'state',
  status: 'status',
  mark: 'ctmark',
  l3proto: 'family',
  protocol: 'protocol',
  direction: 'direction',
};
const ipFields: Readonly<Record<string, string>> = {saddr: 'saddr', daddr: 'daddr', protocol: 'protocol'};

function readField(left: unknown): Field | undefined {
  if (!isObject(left)) return undefined;
  // The mark of a new packet is 0, whatever the mask.
  if (Array.isArray(left['&'])) {
    const name = readField(left['&'][0])?.name;
    return name === 'mark' || name === 'ctmark' ? {name} : undefined;
  }
  if (isObject(left.meta)) return named(metaFields[String(left.meta.key)]);
  if (isObject(left.ct)) return readCt(left.ct);
  if (isObject(left.payload)) return readPayload(left.payload);
  if (isObject(left.fib)) return readFib(left.fib);
  return undefined;
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

/** Evaluates a comparison of TCP's flags for the packet that opens a connection; undefined if it is none. */
function readFlags(left: unknown, right: unknown): boolean | undefined {
  const masked = isObject(left) && Array.isArray(left['&']) ? left['&'] : undefined;
  const [field, mask] = masked ?? [left];
  if (
    !isObject(field) ||
    !isObject(field.payload) ||
    field.payload.protocol !== 'tcp' ||
    field.payload.field !== 'flags'
  )
    return undefined;
  const wanted = listFlags(right);
  const kept = masked ? listFlags(mask) : undefined;
  if (wanted === undefined || (masked && kept === undefined)) return undefined;
  // Without a mask, one flag in common is enough.
  if (!kept) return wanted.includes('syn');
  return compareFlags(kept, wanted);
}

/** Returns whether a packet with SYN alone has exactly the wanted ones of these flags. */
export function compareFlags(kept: readonly string[], wanted: readonly string[]): boolean {
  return kept.every(flag => (flag === 'syn') === wanted.includes(flag)) && wanted.every(flag => kept.includes(flag));
}

function listFlags(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  if (value === 0) return [];
  if (Array.isArray(value)) return value.every(each => typeof each === 'string') ? value : undefined;
  return isObject(value) && Array.isArray(value['|']) ? value['|'].flatMap(each => listFlags(each) ?? []) : undefined;
}

const findSet = (right: unknown, sets: Sets) =>
  typeof right === 'string' && right.startsWith('@')
    ? (sets.get(right.slice(1)) ?? {values: undefined, isCut: false})
    : undefined;

/** Lists the values on the right side; undefined if one is not understood. */
function readValues(right: unknown): string[] | undefined {
  if (typeof right === 'string') return right.startsWith('@') ? undefined : [right];
  if (typeof right === 'number') return [String(right)];
  if (typeof right === 'boolean') return [right ? 'found' : 'missing'];
  if (Array.isArray(right)) return flatten(right);
  if (!isObject(right)) return undefined;
  if (Array.isArray(right.set)) return flatten(right.set);
  if (Array.isArray(right['|'])) return flatten(right['|']);
  if (isObject(right.elem)) return readValues(right.elem.val);
  if (isObject(right.prefix)) return [`${right.prefix.addr}/${right.prefix.len}`];
  if (Array.isArray(right.range)) return [right.range.join('-')];
  return undefined;
}

/** Lists the values of all elements; undefined if one is not understood. */
export function flatten(parts: readonly unknown[]): string[] | undefined {
  const all = parts.map(readValues);
  return all.every(each => each !== undefined) ? all.flat() : undefined;
}
