import type {AddressSets} from './ipset.ts';
import {compareFlags} from './nft-conditions.ts';
import type {Condition} from './rules.ts';

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
  if (option === '--mark')
    return [
      {
        field: matches === 'connmark' ? 'ctmark' : 'mark',
        in: [String(Number(values[0]?.split('/')[0]))],
        ...(isNot && {not: true as const}),
      },
    ];
  if (option === '--ports') return [{unknown: `${option} ${values.join(' ')}`}];
  return quiet.includes(option) ? [] : [{unknown: `${option} ${values.join(' ')}`.trim()}];
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
];

/** Judges options for the first packet of a participant: a limit passes it, and no list has its address yet. */
function judge(option: string, values: readonly string[], matches: string): boolean | undefined {
  if (option === '--syn') return true;
  if (option === '--tcp-flags') return compareFlags(...(values.map(each => readFlags(each)) as [string[], string[]]));
  if (option === '--hashlimit-upto' || option === '--connlimit-upto') return true;
  if (option === '--hashlimit-above' || option === '--connlimit-above') return false;
  if (matches === 'recent' && option === '--set') return true;
  if (matches === 'recent' && (option === '--update' || option === '--rcheck' || option === '--remove')) return false;
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
  return parts.map(part => part.replace(':', '-').replace(/\/32$/, ''));
}

const protocols: Readonly<Record<string, string[]>> = {
  '6': ['tcp'],
  '17': ['udp'],
  all: ['tcp', 'udp'],
  '0': ['tcp', 'udp'],
};
