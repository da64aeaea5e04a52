import type {AddressSets} from './ipset.ts';
import {type Option, readNote, readOption} from './iptables-options.ts';
import type {Chain, Condition, Hook, Rule} from './rules.ts';

/** The fixed priorities of the tables, by hook. */
const priorities: Readonly<Record<string, number>> = {raw: -300, mangle: -150, nat: -100, filter: 0, security: 50};
const hooks: Readonly<Record<string, Hook>> = {PREROUTING: 'prerouting', INPUT: 'input', FORWARD: 'forward'};

/** Parses what `iptables-save` prints; the sets are those of `ipset`. */
export function parseIptables(
  text: string,
  program: 'iptables-nft' | 'iptables-legacy',
  sets: AddressSets = new Map(),
): readonly Chain[] {
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
    const rule = readRule(splitWords(words), sets);
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
type Read = Pick<Rule, 'verdict' | 'to' | 'note'>;

function readRule(words: readonly string[], sets: AddressSets): (Read & Pick<Rule, 'if'>) | undefined {
  const read: Words = {if: []};
  let matches = '';
  const options = splitOptions(words);
  for (const [index, each] of options.entries()) {
    const [value = ''] = each.values;
    // What follows a target are its own options.
    if (each.option === '-j' || each.option === '-g') {
      const target = readTarget(each.option, value, options.slice(index + 1));
      return target && {if: read.if, ...target};
    }
    if (each.option === '-m') matches = value;
    if (each.option !== '-m') read.if.push(...readOption({...each, matches}, sets));
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
  'addrtype comment conntrack connlimit connmark dscp hashlimit helper icmp icmp6 iprange length limit mark multiport pkttype policy',
  'quota recent rpfilter set state string tcp tcpmss ttl udp',
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
  CT: 'mark',
  NOTRACK: 'mark',
  NFQUEUE: 'unknown',
  QUEUE: 'unknown',
  NETMAP: 'unknown',
  SYNPROXY: 'unknown',
  LOG: '',
  NFLOG: '',
  ULOG: '',
  AUDIT: '',
  TRACE: '',
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

function readTarget(option: string, name: string, options: Parameters<typeof readNote>[1]): Read | undefined {
  const known = Object.hasOwn(targets, name) ? targets[name] : undefined;
  if (known === '') return undefined;
  const note = known === 'mark' ? readNote(name, options) : undefined;
  // What CT does else, such as a helper, decides nothing.
  if (known === 'mark' && note === undefined) return undefined;
  if (known !== undefined) return {verdict: known, ...(note && {note})};
  return {verdict: option === '-g' ? 'goto' : 'jump', to: name};
}
