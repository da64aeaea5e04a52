import {contains} from './contains.ts';
import {keyOf, merge, type Notes, take} from './notes.ts';
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
  readonly notes: Notes;
};

type Doubts = ReadonlyMap<End, Cause>;

/** How a base chain ends. */
export type Verdict = {readonly end: End; readonly cause: Cause; readonly doubts: Doubts; readonly notes: Notes};

/** The chains of one table, and what is already known about each for this packet: every chain is walked once, or once for each note. */
export type Table = {
  readonly chains: ReadonlyMap<string, Chain>;
  readonly walked: Map<string, Passage>;
  /** The notes of this packet so far. */
  readonly seen: Set<string>;
  /** Chains that Docker fills in when the containers start; a jump to them counts as accepted. */
  isAccepted?(name: string): boolean;
};

/** The kernel refuses deeper jumps. */
const deepest = 16;

/** Walks a packet through a base chain, with the notes of the chains before it. */
export function walkBase(table: Table, chain: Chain, packet: Packet, notes: Notes): Verdict {
  const passage = walk({table, packet, depth: 0}, chain, notes);
  const policy: Cause = {chain, rule: undefined};
  const end = passage.end === 'return' ? (chain.policy ?? 'accept') : passage.end;
  // An earlier end that is possible has earlier notes.
  const after = passage.doubts.size > 0 ? merge(notes, passage.notes) : passage.notes;
  return {...passage, end, cause: passage.cause ?? policy, notes: after};
}

type Walk = {readonly table: Table; readonly packet: Packet; readonly depth: number};

function walk(way: Walk, chain: Chain, notes: Notes): Passage {
  const key = `${keyOf(notes)} ${chain.name}`;
  const known = way.table.walked.get(key);
  if (known) return known;
  const unclear: Cause = {chain, rule: undefined};
  // A loop finds this, and so does a chain that is too deep.
  way.table.walked.set(key, {end: 'unknown', cause: unclear, doubts: new Map(), notes});
  const passage = way.depth > deepest ? undefined : walkRules(way, chain, notes);
  if (passage) way.table.walked.set(key, passage);
  return passage ?? {end: 'unknown', cause: unclear, doubts: new Map(), notes};
}

function walkRules(way: Walk, chain: Chain, before: Notes): Passage {
  const doubts = new Map<End, Cause>();
  const doubt = (end: End, cause: Cause) => void (doubts.has(end) || doubts.set(end, cause));
  let notes = before;
  for (const rule of chain.rules) {
    const answer = judge(rule.if, way.packet, notes);
    if (answer === false) continue;
    const passage = follow(way, chain, rule, notes);
    for (const [end, cause] of passage.doubts) doubt(end, at(cause, rule, chain));
    const left = leave(way, chain, rule, passage);
    if (left && answer) return {...left.certain, doubts, notes: passage.notes};
    if (left) doubt(left.doubt.end, left.doubt.cause);
    else notes = answer ? passage.notes : merge(notes, passage.notes);
  }
  return {end: 'return', doubts, notes};
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

function follow(way: Walk, chain: Chain, rule: Rule, notes: Notes): Passage {
  const doubts: Doubts = new Map();
  const {verdict, to} = rule;
  if (verdict === 'return') return {end: 'return', doubts, notes};
  if (verdict === 'mark') return {end: 'return', doubts, notes: take(notes, rule.note, way.table.seen)};
  if (verdict !== 'jump' && verdict !== 'goto') return {end: verdict, cause: {chain, rule}, doubts, notes};
  if (to !== undefined && way.table.isAccepted?.(to)) return {end: 'accept', cause: {chain, rule}, doubts, notes};
  const next = to === undefined ? undefined : way.table.chains.get(to);
  if (!next) return {end: 'unknown', cause: {chain, rule}, doubts, notes};
  return walk({...way, depth: way.depth + 1}, next, notes);
}

/** Returns whether all conditions hold; undefined if that cannot be told. */
function judge(conditions: readonly Condition[], packet: Packet, notes: Notes): boolean | undefined {
  let answer: boolean | undefined = true;
  for (const condition of conditions) {
    const holds = judgeOne(condition, packet, notes);
    if (holds === false) return false;
    if (holds === undefined) answer = undefined;
  }
  return answer;
}

function judgeOne(condition: Condition, packet: Packet, notes: Notes): boolean | undefined {
  if ('unknown' in condition) return undefined;
  const {field, in: ranges, not = false, mask} = condition;
  const values =
    field === 'mark' || field === 'ctmark' ? readMark(notes[field], mask) : readField(field, packet, notes);
  if (values === undefined) return undefined;
  const isFound = ranges.some(range => values.some(value => contains(range, value)));
  return isFound !== not;
}

const readMark = (mark: number | undefined, mask = -1) =>
  mark === undefined ? undefined : [String((mark & mask) >>> 0)];

/** Fields that a packet has by its connection. */
const ofConnection = ['state', 'status', 'direction', 'ctdport', 'ctdaddr'];

function readField(field: string, packet: Packet, {isTracked}: Notes): readonly string[] | undefined {
  if (isTracked === true || !ofConnection.includes(field)) return packet[field];
  return isTracked === false && field === 'state' ? ['untracked'] : undefined;
}
