import type {AddressSets} from './ipset.ts';
import {compareFlags} from './nft-conditions.ts';
import {type Condition, type Note, usualTtl} from './rules.ts';

/** An option of a rule with its values; `matches` is the module before it. */
export type Option = {
  readonly option: string;
  readonly values: readonly string[];
  readonly isNot: boolean;
  readonly matches: string;
};

const simple: Readonly<Record<string, string>> = {
  '-s': 'saddr',
  '-d': 'daddr',
  '-i': 'iif',
  '-o': 'oif',
  '-p': 'protocol',
  '--dport': 'dport',
  '--dports': 'dport',
  '--sport': 'sport',
  '--sports': 'sport',
  '--ctstate': 'state',
  '--state': 'state',
  '--src-range': 'saddr',
  '--dst-range': 'daddr',
  '--dst-type': 'dtype',
  '--src-type': 'stype',
  '--ctorigdstport': 'ctdport',
  '--ctorigdst': 'ctdaddr',
  '--ctproto': 'protocol',
  '--ctstatus': 'status',
  '--ctdir': 'direction',
  '--pkt-type': 'pkttype',
  '--ports': 'port',
  '--ttl-eq': 'ttl',
  '--length': 'length',
  '--mss': 'mss',
  '--dscp': 'dscp',
  '--helper': 'helper',
};

const never: Condition = {field: 'protocol', in: []};
const always: Condition = {...never, not: true};

/** Translates an option: all of the conditions have to hold. */
export function readOption({option, values, isNot, matches}: Option, sets: AddressSets): readonly Condition[] {
  const field = Object.hasOwn(simple, option) ? simple[option] : undefined;
  if (field) return [{field, in: readValues(field, values[0] ?? ''), ...(isNot && {not: true as const})}];
  if (option === '--match-set') return [readSet(values, isNot, sets)];
  const holds = judge(option, values, matches);
  if (holds !== undefined) return [holds === isNot ? never : always];
  if (option === '--mark') return [readMark(values[0] ?? '', isNot, matches)];
  return quiet.includes(option) ? [] : [{unknown: `${option} ${values.join(' ')}`.trim()}];
}

/** Reads `0x10/0xf0`: a mark, and the bits that count. */
function readMark(text: string, isNot: boolean, matches: string): Condition {
  const [value, mask] = text.split('/').map(Number);
  return {
    field: matches === 'connmark' ? 'ctmark' : 'mark',
    in: [String(value)],
    ...(isNot && {not: true as const}),
    ...(mask !== undefined && {mask}),
  };
}

/** A list that was cut has all that decides about a participant's address, and nothing about others. */
function readSet([name = '', direction = '']: readonly string[], isNot: boolean, sets: AddressSets): Condition {
  const set = sets.get(name);
  const field = direction === 'src' ? 'saddr' : direction === 'dst' && !set?.isCut ? 'daddr' : undefined;
  if (set?.values === undefined || field === undefined) return {unknown: `--match-set ${name} ${direction}`.trim()};
  return {field, in: set.values, ...(isNot && {not: true as const})};
}

/** Options that qualify another one, or only name something. */
const quiet = [
  '--comment',
  '--limit',
  '--limit-burst',
  '--hashlimit-burst',
  '--hashlimit-mode',
  '--hashlimit-name',
  '--hashlimit-htable-size',
  '--hashlimit-htable-max',
  '--hashlimit-htable-expire',
  '--hashlimit-htable-gcinterval',
  '--hashlimit-srcmask',
  '--hashlimit-dstmask',
  '--name',
  '--rsource',
  '--mask',
  '--seconds',
  '--hitcount',
  '--reap',
  '--rttl',
  '--connlimit-mask',
  '--connlimit-saddr',
  '--connlimit-daddr',
  '--loose',
  '--validmark',
  '--limit-iface-in',
  '--dir',
  '--algo',
  '--from',
  '--to',
  '--icase',
];

/** Options that hold, or not, for the first packet of a participant: a limit passes it, and it has no content. */
const onFirst: Readonly<Record<string, boolean>> = {
  '--syn': true,
  '--hashlimit-upto': true,
  '--connlimit-upto': true,
  '--quota': true,
  '--hashlimit-above': false,
  '--connlimit-above': false,
  '--string': false,
  '--hex-string': false,
  '-f': false,
};
/** No list has its address yet. */
const onFirstRecent: Readonly<Record<string, boolean>> = {
  '--set': true,
  '--update': false,
  '--rcheck': false,
  '--remove': false,
};

/** Judges options that are no comparison of fields. */
function judge(option: string, [value = '', ...more]: readonly string[], matches: string): boolean | undefined {
  const table = matches === 'recent' ? onFirstRecent : onFirst;
  if (Object.hasOwn(table, option)) return table[option];
  if (option === '--tcp-flags') return compareFlags(readFlags(value), readFlags(more[0]));
  if (option === '--pol') return value === 'none';
  if (option === '--ttl-lt') return Number(value) > usualTtl;
  if (option === '--ttl-gt') return Number(value) < usualTtl;
  // A filter of reverse paths: a participant's packet passes it, and the bad ones are the inverted.
  if (matches === 'rpfilter' && option === '--invert') return false;
  return undefined;
}

const readFlags = (text = '') =>
  text
    .toLowerCase()
    .split(',')
    .filter(flag => flag !== 'none')
    .flatMap(flag => (flag === 'all' ? ['fin', 'syn', 'rst', 'psh', 'ack', 'urg'] : [flag]));

function readValues(field: string, text: string): string[] {
  const parts = text.split(',');
  if (field === 'iif' || field === 'oif') return parts.map(part => part.replace(/\+$/, '*'));
  if (field === 'state' || field === 'status') return parts.map(part => part.toLowerCase());
  if (['dtype', 'stype', 'direction', 'pkttype'].includes(field)) return parts.map(part => part.toLowerCase());
  if (field === 'protocol') return parts.flatMap(part => protocols[part.toLowerCase()] ?? part);
  if (field === 'dscp') return parts.map(part => String(Number(part)));
  return parts.map(part => part.replace(':', '-').replace(/\/32$/, ''));
}

const protocols: Readonly<Record<string, string[]>> = {
  '6': ['tcp'],
  '17': ['udp'],
  all: ['tcp', 'udp'],
  '0': ['tcp', 'udp'],
};

/** Reads what a target notes about a packet; a mark that is copied is not known. */
export function readNote(target: string, options: readonly Pick<Option, 'option' | 'values'>[]): Note | undefined {
  const find = (name: string) => options.find(({option}) => option === name)?.values[0];
  if (target === 'NOTRACK' || options.some(({option}) => option === '--notrack')) return {field: 'tracking'};
  if (target === 'CT') return undefined;
  const field = target === 'CONNMARK' ? 'ctmark' : 'mark';
  if (options.some(({option}) => option === '--restore-mark')) return {field: 'mark'};
  const [value, mask] = (find('--set-xmark') ?? '').split('/').map(Number);
  return value === undefined || Number.isNaN(value)
    ? {field}
    : {field, value, ...(mask !== undefined && mask < 2 ** 32 - 1 && {mask})};
}
