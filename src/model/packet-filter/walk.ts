import {contains} from './contains.ts';
import type {Chain, Condition, Rule} from './rules.ts';

/** What is known of a packet: the values of its fields. What is not listed is not known. */
export type Packet = Readonly<Record<string, readonly string[]>>;

/** The rule that decides, or the policy of a chain. `through` is the rule of the base chain that led to another chain. */
export type Cause = {
  readonly chain: Chain;
  readonly rule: Rule | undefined;
  readonly base?: Chain;
  readonly through?: Rule;
};

export type End = 'accept' | 'drop' | 'divert' | 'unknown';

/** How a chain ends for a packet. The doubts are ends that are possible because a rule is not understood: one of each sort. */
type Passage = {
  readonly end: End | 'return';
  readonly cause?: Cause;
  readonly doubts: Doubts;
  readonly marks: boolean;
};

type Doubts = ReadonlyMap<End, Cause>;

/** How a base chain ends. */
export type Verdict = {readonly end: End; readonly cause: Cause; readonly doubts: Doubts; readonly marks: boolean};

/** The chains of one table, and what is already known about each for this packet: every chain is walked once or twice. */
export type Table = {
  readonly chains: ReadonlyMap<string, Chain>;
  readonly walked: Map<string, Passage>;
  /** Chains that Docker fills in when the containers start; a jump to them counts as accepted. */
  isAccepted?(name: string): boolean;
};

/** The kernel refuses deeper jumps. */
const deepest = 16;

/** Walks a packet through a base chain. `isMarked`: whether an earlier rule gave it a mark. */
export function walkBase(table: Table, chain: Chain, packet: Packet, isMarked: boolean): Verdict {
  const passage = walk({table, packet, depth: 0}, chain, isMarked);
  const policy: Cause = {chain, rule: undefined};
  const end = passage.end === 'return' ? (chain.policy ?? 'accept') : passage.end;
  return {...passage, end, cause: passage.cause ?? policy};
}

type Walk = {readonly table: Table; readonly packet: Packet; readonly depth: number};

function walk(way: Walk, chain: Chain, isMarked: boolean): Passage {
  const key = `${isMarked} ${chain.name}`;
  const known = way.table.walked.get(key);
  if (known) return known;
  const unclear: Cause = {chain, rule: undefined};
  // A loop finds this, and so does a chain that is too deep.
  way.table.walked.set(key, {end: 'unknown', cause: unclear, doubts: new Map(), marks: isMarked});
  const passage = way.depth > deepest ? undefined : walkRules(way, chain, isMarked);
  if (passage) way.table.walked.set(key, passage);
  return passage ?? {end: 'unknown', cause: unclear, doubts: new Map(), marks: isMarked};
}

function walkRules(way: Walk, chain: Chain, marked: boolean): Passage {
  const doubts = new Map<End, Cause>();
  const doubt = (end: End, cause: Cause) => void (doubts.has(end) || doubts.set(end, cause));
  let marks = marked;
  for (const rule of chain.rules) {
    const answer = judge(rule.if, way.packet, marks);
    if (answer === false) continue;
    marks ||= rule.verdict === 'mark';
    if (rule.verdict === 'mark') continue;
    const passage = follow(way, chain, rule, marks);
    for (const [end, cause] of passage.doubts) doubt(end, at(cause, rule, chain));
    marks = passage.marks;
    const left = leave(way, chain, rule, passage);
    if (left === undefined) continue;
    if (answer) return {...left.certain, doubts, marks};
    doubt(left.doubt.end, left.doubt.cause);
  }
  return {end: 'return', doubts, marks};
}

type Left = {
  readonly certain: Pick<Passage, 'end' | 'cause'>;
  /** The verdict if the rule perhaps does not match. */
  readonly doubt: {readonly end: End; readonly cause: Cause};
};

/** Returns how a rule ends its chain; undefined if the next rule follows. */
function leave({depth}: Walk, chain: Chain, rule: Rule, {end, cause}: Passage): Left | undefined {
  if (end !== 'return') {
    const known = at(cause ?? {chain, rule}, rule, chain);
    return {certain: {end, cause: known}, doubt: {end, cause: known}};
  }
  if (rule.verdict !== 'goto' && rule.verdict !== 'return') return undefined;
  // In a base chain the policy decides; elsewhere what the caller does next cannot be told.
  const isBase = depth === 0;
  const perhaps = {
    end: isBase ? (chain.policy ?? 'accept') : ('unknown' as const),
    cause: {chain, rule: isBase ? undefined : rule},
  };
  return {certain: {end}, doubt: perhaps};
}

/** Names the rule of the base chain that a packet took on its way to the cause. */
function at(cause: Cause, rule: Rule, chain: Chain): Cause {
  return chain.hook === undefined || cause.chain === chain ? cause : {...cause, base: chain, through: rule};
}

function follow(way: Walk, chain: Chain, rule: Rule, marks: boolean): Passage {
  const none: Doubts = new Map();
  const {verdict, to} = rule;
  if (verdict === 'return') return {end: 'return', doubts: none, marks};
  if (verdict !== 'jump' && verdict !== 'goto')
    return {end: verdict === 'mark' ? 'unknown' : verdict, cause: {chain, rule}, doubts: none, marks};
  if (to !== undefined && way.table.isAccepted?.(to)) return {end: 'accept', cause: {chain, rule}, doubts: none, marks};
  const next = to === undefined ? undefined : way.table.chains.get(to);
  if (!next) return {end: 'unknown', cause: {chain, rule}, doubts: none, marks};
  return walk({...way, depth: way.depth + 1}, next, marks);
}

/** Returns whether all conditions hold; undefined if that cannot be told. */
function judge(conditions: readonly Condition[], packet: Packet, isMarked: boolean): boolean | undefined {
  let answer: boolean | undefined = true;
  for (const condition of conditions) {
    const holds = judgeOne(condition, packet, isMarked);
    if (holds === false) return false;
    if (holds === undefined) answer = undefined;
  }
  return answer;
}

function judgeOne(condition: Condition, packet: Packet, isMarked: boolean): boolean | undefined {
  if ('unknown' in condition) return undefined;
  const {field, in: ranges, not = false} = condition;
  const values = (field === 'mark' || field === 'ctmark') && isMarked ? undefined : packet[field];
  if (values === undefined) return undefined;
  const isFound = ranges.some(range => values.some(value => contains(range, value)));
  return isFound !== not;
}
