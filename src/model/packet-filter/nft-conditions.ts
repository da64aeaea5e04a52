import {isObject, readField} from './nft-fields.ts';
import type {Condition} from './rules.ts';

type Json = Readonly<Record<string, unknown>>;

/** A named set or map: its elements, and those of a set as ranges, undefined if they are not understood. `isCut`: only some of them. */
export type NamedSet = {
  readonly elements: readonly unknown[];
  readonly values: string[] | undefined;
  readonly isCut: boolean;
  /** Of a named limit or quota: whether it is about what exceeds it. */
  readonly isOver?: boolean;
};

/** By name; those of limits and quotas begin with their kind. */
export type Sets = ReadonlyMap<string, NamedSet>;

const never: Condition = {field: 'protocol', in: []};
const always: Condition = {field: 'protocol', in: [], not: true};
const unknownOf = (part: unknown): Condition => ({unknown: JSON.stringify(part).slice(0, 120)});

/** Statements that decide nothing about a packet. */
const harmless = ['counter', 'log', 'comment', 'flow', 'ct helper', 'ct timeout', 'masquerade', 'snat', 'last'];

/** Translates a statement of a rule that is no verdict: all of the conditions have to hold. */
export function readCondition(part: Json, sets: Sets): readonly Condition[] {
  const [name = ''] = Object.keys(part);
  if (name === 'match' && isObject(part.match)) return readMatch(part.match, sets);
  if (harmless.includes(name)) return [];
  // An element is added only if the statements in it hold, such as a limit for each source.
  if (['set', 'map', 'meter'].includes(name)) return listNested(part[name]).flatMap(each => readCondition(each, sets));
  // A limit passes the first packets: `over` is about those after them.
  if (name === 'limit' || name === 'ct count' || name === 'quota')
    return isOver(name, part[name], sets) ? [never] : [always];
  return [unknownOf(part)];
}

function isOver(kind: string, made: unknown, sets: Sets): boolean {
  if (typeof made === 'string') return sets.get(`${kind} ${made}`)?.isOver === true;
  return isObject(made) && made.inv === true;
}

function listNested(part: unknown): readonly Json[] {
  const nested = isObject(part) ? (part.stmt ?? []) : [];
  return (Array.isArray(nested) ? nested : [nested]).filter(isObject);
}

function readMatch(match: Json, sets: Sets): readonly Condition[] {
  const {left} = match;
  const op = String(match.op);
  const right = typeof match.right === 'number' ? readBound(op, match.right) : match.right;
  const isOrder = right !== match.right;
  // `!` is for bits: none of these.
  if (!isOrder && !['==', '!=', 'in', '!'].includes(op)) return [unknownOf(match)];
  return compareTo({left, right, isNot: op === '!=' || op === '!', isExact: op === '==' || op === '!=', sets});
}

/** Writes what is less or more than a number as a range. */
function readBound(op: string, bound: number): unknown {
  const most = 2 ** 32 - 1;
  if (op === '<') return bound === 0 ? [] : {range: [0, bound - 1]};
  if (op === '<=') return {range: [0, bound]};
  if (op === '>') return {range: [bound + 1, most]};
  return op === '>=' ? {range: [bound, most]} : bound;
}

/** The most elements of a set of several fields that are looked at one by one. */
const mostElements = 1000;

/** Translates a comparison of several fields at once: one of the results has to hold. Undefined if it is none, or not understood. */
export function readAlternatives(part: Json, sets: Sets): readonly (readonly Condition[])[] | undefined {
  const match = isObject(part.match) ? part.match : {};
  const {op, left, right} = match;
  if (!isObject(left) || !Array.isArray(left.concat) || (op !== '==' && op !== 'in')) return undefined;
  const named = typeof right === 'string' && right.startsWith('@') ? sets.get(right.slice(1))?.elements : undefined;
  const elements = named ?? (isObject(right) && Array.isArray(right.set) ? right.set : undefined);
  if (!elements || elements.length > mostElements) return undefined;
  return elements.map(element => compareTo({left, right: element, sets}));
}

type Comparison = {
  readonly left: unknown;
  readonly right: unknown;
  readonly isNot?: boolean;
  /** Whether all of several flags are meant, not one of them. */
  readonly isExact?: boolean;
  readonly sets: Sets;
};

/** Translates a comparison: what is on the left has to be one of what is on the right. */
export function compareTo({left, right, isNot = false, isExact = false, sets}: Comparison): readonly Condition[] {
  const pairs = pairFields(left, right);
  if (pairs && !isNot) return pairs.flatMap(each => compareTo({...each, sets}));
  const flags = readFlags(left, right, isExact);
  if (flags !== undefined) return [{field: 'protocol', in: ['tcp']}, flags === isNot ? never : always];
  const field = readField(left);
  if (field === undefined) return [unknownOf({left, right})];
  const protocol: readonly Condition[] =
    field.protocol === undefined ? [] : [{field: 'protocol', in: [...field.protocol]}];
  if (field.isOther) return [...protocol, never];
  const {values, isCut} = findSet(right, sets) ?? {values: readValues(right), isCut: false};
  if (field.name === undefined || values === undefined || (isCut && field.name !== 'saddr'))
    return [...protocol, unknownOf({left, right})];
  return [
    ...protocol,
    {
      field: field.name,
      in: values,
      ...(isNot && {not: true as const}),
      ...(field.mask !== undefined && {mask: field.mask}),
    },
  ];
}

/** Pairs each of several fields with its part of an element. */
function pairFields(left: unknown, right: unknown): readonly Pick<Comparison, 'left' | 'right'>[] | undefined {
  const fields = isObject(left) ? left.concat : undefined;
  const element = isObject(right) && isObject(right.elem) ? right.elem.val : right;
  const values = isObject(element) ? element.concat : undefined;
  if (!Array.isArray(fields) || !Array.isArray(values) || fields.length !== values.length) return undefined;
  return fields.map((field, index) => ({left: field, right: values[index]}));
}

/** Evaluates a comparison of TCP's flags for the packet that opens a connection; undefined if it is none. */
function readFlags(left: unknown, right: unknown, isExact: boolean): boolean | undefined {
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
  if (!kept && !isExact) return wanted.includes('syn');
  if (!kept) return wanted.length === 1 && wanted[0] === 'syn';
  return compareFlags(kept, wanted);
}

/** Returns whether a packet with SYN alone has exactly the wanted ones of these flags. */
export function compareFlags(kept: readonly string[], wanted: readonly string[]): boolean {
  return kept.every(flag => (flag === 'syn') === wanted.includes(flag)) && wanted.every(flag => kept.includes(flag));
}

const bits = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ecn', 'cwr'];

function listFlags(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return bits.filter((_, bit) => (value >> bit) % 2 === 1);
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
