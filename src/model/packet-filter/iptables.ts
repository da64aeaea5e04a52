import {compareFlags} from './nft-conditions.ts';
import type {Chain, Condition, Hook, Rule} from './rules.ts';

/** The fixed priorities of the tables, by hook. */
const priorities: Readonly<Record<string, number>> = {raw: -300, mangle: -150, nat: -100, filter: 0, security: 50};
const hooks: Readonly<Record<string, Hook>> = {PREROUTING: 'prerouting', INPUT: 'input', FORWARD: 'forward'};

/** Parses what `iptables-save` prints. */
export function parseIptables(text: string, program: 'iptables-nft' | 'iptables-legacy'): readonly Chain[] {
  const chains = new Map<string, Chain & {rules: Rule[]; count: number}>();
  let table = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim();
    const [, name, policy] = /^:(\S+) (\S+)/.exec(line) ?? [];
    if (name !== undefined)
      chains.set(`${table} ${name}`, {...readHead(table, name, policy), program, rules: [], count: 0});
    const [, in_ = '', words = ''] = /^-A (\S+) (.*)$/.exec(line) ?? [];
    const chain = chains.get(`${table} ${in_}`);
    if (!chain) continue;
    chain.count += 1;
    const rule = readRule(splitWords(words));
    if (rule) chain.rules.push({text: `-A ${in_} ${words}`, number: chain.count, ...rule});
  }
  return [...chains.values()].map(({count: _count, ...chain}) => chain);
}

function readHead(table: string, name: string, policy: string | undefined): Omit<Chain, 'program' | 'rules'> {
  const hook = Object.hasOwn(hooks, name) && policy !== '-' ? hooks[name] : undefined;
  // The nat table is last in the hook for input.
  const priority = table === 'nat' && hook === 'input' ? 100 : (priorities[table] ?? 0);
  return {family: 'ip', table, name, ...(hook && {hook, priority, policy: policy === 'DROP' ? 'drop' : 'accept'})};
}

/** Splits a rule into words; those in quotes may contain spaces, and are no options. */
function splitWords(text: string): readonly string[] {
  return text.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
}

type Words = {readonly if: Condition[]};

function readRule(words: readonly string[]): Pick<Rule, 'if' | 'verdict' | 'to'> | undefined {
  const read: Words = {if: []};
  let matches = '';
  for (const each of splitOptions(words)) {
    const [value = ''] = each.values;
    // What follows a target are its own options.
    if (each.option === '-j' || each.option === '-g') {
      const target = readTarget(each.option, value);
      return target && {if: read.if, ...target};
    }
    if (each.option === '-m') matches = value;
    if (each.option !== '-m') read.if.push(...readOption({...each, matches}));
    else if (!modules.includes(value)) read.if.push({unknown: `-m ${value}`});
  }
  return undefined;
}

/** Splits words into options, each with its values. */
function splitOptions(words: readonly string[]): readonly Omit<Option, 'matches'>[] {
  const options: Omit<Option, 'matches'>[] = [];
  for (let index = 0; index < words.length; ) {
    const isNot = words[index] === '!';
    const start = index + (isNot ? 1 : 0);
    const end = findEnd(words, start + 1);
    options.push({option: words[start] ?? '', values: words.slice(start + 1, end), isNot});
    index = end;
  }
  return options;
}

/** Modules whose options are known; one that is not may match whatever it likes. */
const modules = [
  'addrtype comment conntrack connlimit connmark hashlimit icmp icmp6 iprange limit mark multiport pkttype recent rpfilter set state',
  'tcp udp',
].flatMap(line => line.split(' '));

function findEnd(words: readonly string[], start: number): number {
  let end = start;
  while (end < words.length && words[end] !== '!' && !/^-{1,2}[a-z]/i.test(words[end] ?? '')) end += 1;
  return end;
}

const targets: Readonly<Record<string, Rule['verdict'] | ''>> = {
  ACCEPT: 'accept',
  DROP: 'drop',
  REJECT: 'drop',
  TARPIT: 'drop',
  RETURN: 'return',
  DNAT: 'divert',
  REDIRECT: 'divert',
  TPROXY: 'divert',
  MARK: 'mark',
  CONNMARK: 'mark',
  NFQUEUE: 'unknown',
  QUEUE: 'unknown',
  NETMAP: 'unknown',
  SYNPROXY: 'unknown',
  LOG: '',
  NFLOG: '',
  ULOG: '',
  AUDIT: '',
  TRACE: '',
  CT: '',
  NOTRACK: '',
  TCPMSS: '',
  SET: '',
  CHECKSUM: '',
  DSCP: '',
  TOS: '',
  TTL: '',
  CLASSIFY: '',
  MASQUERADE: '',
  SNAT: '',
  SECMARK: '',
  CONNSECMARK: '',
  TCPOPTSTRIP: '',
  TEE: '',
  ECN: '',
  HL: '',
  RATEEST: '',
  IDLETIMER: '',
  LED: '',
};

function readTarget(option: string, name: string): Pick<Rule, 'verdict' | 'to'> | undefined {
  const known = Object.hasOwn(targets, name) ? targets[name] : undefined;
  if (known === '') return undefined;
  if (known !== undefined) return {verdict: known};
  return {verdict: option === '-g' ? 'goto' : 'jump', to: name};
}

type Option = {
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

function readOption({option, values, isNot, matches}: Option): readonly Condition[] {
  const field = Object.hasOwn(simple, option) ? simple[option] : undefined;
  if (field) return [{field, in: readValues(field, values[0] ?? ''), ...(isNot && {not: true as const})}];
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
