import * as v from 'valibot';
import {compareTo, type Sets} from './nft-conditions.ts';
import type {Condition, Note, Rule} from './rules.ts';

const record = v.record(v.string(), v.unknown());

/** What a rule decides or notes. */
export type Verdict = Pick<Rule, 'verdict' | 'to' | 'note'>;

/** A map of verdicts: `tcp dport vmap { 22 : accept }`. */
export const verdictMap = v.object({
  key: v.unknown(),
  data: v.union([v.string(), v.object({set: v.array(v.unknown())})]),
});
const pair = v.tuple([v.unknown(), record]);

/** Lists the verdicts of a map, each with the conditions under which it is one. */
export function readMap(
  {key, data}: v.InferOutput<typeof verdictMap>,
  sets: Sets,
): readonly (Verdict & {key: readonly Condition[]})[] {
  const elements = typeof data === 'string' ? sets.get(data.slice(1))?.elements : data.set;
  if (!elements) return [{verdict: 'unknown', key: []}];
  return elements
    .toSorted((one, other) => Number(isOther(one)) - Number(isOther(other)))
    .flatMap(element => {
      if (!v.is(pair, element)) return [{verdict: 'unknown' as const, key: []}];
      const verdict = readVerdict(element[1]);
      const conditions = isOther(element) ? [] : compareTo({left: key, right: element[0], sets});
      return verdict ? [{...verdict, key: conditions}] : [];
    });
}

/** Returns whether an element is the verdict for all others: it decides after them. */
const isOther = (element: unknown) => Array.isArray(element) && element[0] === '*';

const plain: Readonly<Record<string, Rule['verdict']>> = {
  accept: 'accept',
  drop: 'drop',
  reject: 'drop',
  return: 'return',
  dnat: 'divert',
  redirect: 'divert',
  tproxy: 'divert',
  fwd: 'divert',
  queue: 'unknown',
  synproxy: 'unknown',
};

/** Reads a statement that decides about a packet, or notes something about it. */
export function readVerdict(part: Readonly<Record<string, unknown>>): Verdict | undefined {
  const [name = ''] = Object.keys(part);
  const verdict = Object.hasOwn(plain, name) ? plain[name] : undefined;
  if (verdict) return {verdict};
  const target = v.safeParse(v.object({target: v.string()}), part[name]);
  if ((name === 'jump' || name === 'goto') && target.success) return {verdict: name, to: target.output.target};
  if (name === 'notrack') return {verdict: 'mark', note: {field: 'tracking'}};
  return name === 'mangle' ? readMangle(part.mangle) : undefined;
}

const mangled = v.object({
  key: v.union([
    v.object({meta: v.object({key: v.literal('mark')})}),
    v.object({ct: v.object({key: v.literal('mark')})}),
    v.object({payload: v.object({field: v.string()})}),
  ]),
  value: v.unknown(),
});

/** Reads what a rule writes: a mark, or another address or port; all else decides nothing. */
function readMangle(part: unknown): Verdict | undefined {
  const read = v.safeParse(mangled, part);
  if (!read.success) return undefined;
  const {key, value} = read.output;
  if ('payload' in key) return /addr$|port$/.test(key.payload.field) ? {verdict: 'unknown'} : undefined;
  const note: Note = {
    field: 'meta' in key ? 'mark' : 'ctmark',
    ...(typeof value === 'number' ? {value} : readBits(value)),
  };
  return {verdict: 'mark', note};
}

/** Reads `mark | 16`, which changes some bits only. */
function readBits(value: unknown): Pick<Note, 'value' | 'mask'> {
  const read = v.safeParse(v.object({'|': v.tuple([v.record(v.string(), v.unknown()), v.number()])}), value);
  if (!read.success || JSON.stringify(read.output['|'][0]) !== '{"meta":{"key":"mark"}}') return {};
  return {value: read.output['|'][1], mask: read.output['|'][1]};
}
