import * as v from 'valibot';
import {compareTo, flatten, type NamedSet, readCondition, type Sets} from './nft-conditions.ts';
import {type Chain, type Condition, type Rule, shorten} from './rules.ts';

const record = v.record(v.string(), v.unknown());
const place = {family: v.string(), table: v.string()};
const set = v.object({...place, name: v.string(), elem: v.optional(v.array(v.unknown()), [])});
const chain = v.object({
  ...place,
  name: v.string(),
  hook: v.optional(v.string()),
  prio: v.optional(v.number()),
  policy: v.optional(v.string()),
  dev: v.optional(v.union([v.string(), v.array(v.string())])),
});
const rule = v.object({
  ...place,
  chain: v.string(),
  handle: v.optional(v.number(), 0),
  expr: v.optional(v.array(record), []),
});

/** The output of `nft -j list ruleset`. */
const ruleset = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    nftables: v.array(
      v.object({chain: v.optional(chain), rule: v.optional(rule), set: v.optional(set), map: v.optional(set)}),
    ),
  }),
);

type RawRule = v.InferOutput<typeof rule>;
type RawChain = v.InferOutput<typeof chain>;

/** A hostile set of verdicts times a hostile number of rules must not fill the memory. */
const mostRules = 100_000;

/** Parses nft's JSON; `text` is `nft -a list ruleset`, which has the rules as people write them. Undefined if it is not understood. */
export function parseNft(json: string, text: string): readonly Chain[] | undefined {
  const read = v.safeParse(ruleset, json);
  if (!read.success) return undefined;
  const all = read.output.nftables;
  const shown = readText(text);
  const sets = new Map<string, Map<string, NamedSet>>();
  for (const {set: one, map = one} of all) {
    if (!map) continue;
    const table = sets.get(keyOf(map.family, map.table)) ?? new Map<string, NamedSet>();
    sets.set(keyOf(map.family, map.table), table.set(map.name, {elements: map.elem, ...shorten(flatten(map.elem))}));
  }
  const rules = new Map<string, Rule[]>();
  let budget = mostRules;
  for (const {rule: one} of all) {
    if (!one) continue;
    const key = keyOf(one.family, one.table, one.chain);
    const line =
      shown.get(keyOf(one.family, one.table, one.chain, one.handle)) ?? JSON.stringify(one.expr).slice(0, 200);
    const read = readRule(one, line, sets.get(keyOf(one.family, one.table)) ?? new Map());
    budget -= read.length;
    if (budget < 0) return undefined;
    const list = rules.get(key) ?? [];
    list.push(...read);
    rules.set(key, list);
  }
  return all.flatMap(({chain: one}) =>
    one ? readChain(one, rules.get(keyOf(one.family, one.table, one.name)) ?? [], shown) : [],
  );
}

const keyOf = (...parts: readonly (string | number)[]) => parts.join(' ');

const families = ['ip', 'inet', 'netdev', 'bridge'] as const;
const hooks = ['ingress', 'prerouting', 'input', 'forward'] as const;

function readChain(raw: RawChain, rules: readonly Rule[], shown: ReadonlyMap<string, string>): readonly Chain[] {
  const {table, name, prio} = raw;
  const family = families.find(each => each === raw.family);
  const hook = hooks.find(each => each === raw.hook);
  if (!family || (raw.hook !== undefined && !hook)) return [];
  const head = shown.get(keyOf(raw.family, table, name)) ?? '';
  const named = raw.dev ?? /\bdevices? (?:= \{)?([^};]*?)\}? priority/.exec(head)?.[1]?.match(/[^\s",]+/g);
  const devices = hook === 'ingress' && named ? [named].flat() : undefined;
  return [
    {
      program: 'nft',
      family,
      table,
      name,
      ...(hook && {hook, priority: prio ?? 0, policy: raw.policy === 'drop' ? 'drop' : 'accept'}),
      ...(devices && {devices}),
      rules,
    },
  ];
}

/** Reads the text of rules by their handle, and the first line of base chains. */
function readText(text: string): ReadonlyMap<string, string> {
  const shown = new Map<string, string>();
  let [table, chain] = ['', ''];
  for (const line of text.split('\n')) {
    const words = line.trim();
    const [, head, name = ''] = /^(table|chain) (.*?) \{/.exec(words) ?? [];
    if (head === 'table') table = name;
    else if (head === 'chain') chain = keyOf(table, name);
    else if (words.startsWith('type ')) shown.set(chain, words);
    const [, rule, handle] = /^(.*) # handle (\d+)$/.exec(words) ?? [];
    if (rule !== undefined && head === undefined) shown.set(keyOf(chain, handle ?? ''), rule);
  }
  return shown;
}

type Verdict = Pick<Rule, 'verdict' | 'to'>;

/** Translates a rule: into several where a map has the verdicts, and into none where it decides nothing. */
function readRule({expr, handle}: RawRule, text: string, sets: Sets): readonly Rule[] {
  const conditions: Condition[] = [];
  const rules: Rule[] = [];
  for (const part of expr) {
    const verdict = readVerdict(part);
    if (verdict) rules.push({text, number: handle, if: [...conditions], ...verdict});
    else if (v.is(verdictMap, part.vmap))
      rules.push(
        ...readMap(part.vmap, sets).map(({key, ...each}) => ({
          text,
          number: handle,
          if: [...conditions, ...key],
          ...each,
        })),
      );
    else conditions.push(...readCondition(part, sets));
  }
  // A target of iptables, which nft cannot show: its own program was not there to ask.
  if (rules.length === 0 && expr.some(part => 'xt' in part && !v.is(logs, part)))
    rules.push({text, number: handle, if: conditions, verdict: 'unknown'});
  return rules;
}

const logs = v.object({xt: v.object({name: v.picklist(['LOG', 'NFLOG', 'comment'])})});

const verdictMap = v.object({key: v.unknown(), data: v.union([v.string(), v.object({set: v.array(v.unknown())})])});
const pair = v.tuple([v.unknown(), record]);

function readMap(
  {key, data}: v.InferOutput<typeof verdictMap>,
  sets: Sets,
): readonly (Verdict & {key: readonly Condition[]})[] {
  const elements = typeof data === 'string' ? sets.get(data.slice(1))?.elements : data.set;
  if (!elements) return [{verdict: 'unknown', key: []}];
  return elements.flatMap(element => {
    if (!v.is(pair, element)) return [{verdict: 'unknown' as const, key: []}];
    const verdict = readVerdict(element[1]);
    // `*` is the verdict for all others; what came before has decided.
    const conditions = element[0] === '*' ? [] : compareTo({left: key, right: element[0], sets});
    return verdict ? [{...verdict, key: conditions}] : [];
  });
}

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

function readVerdict(part: Readonly<Record<string, unknown>>): Verdict | undefined {
  const [name = ''] = Object.keys(part);
  const verdict = Object.hasOwn(plain, name) ? plain[name] : undefined;
  if (verdict) return {verdict};
  const target = v.safeParse(v.object({target: v.string()}), part[name]);
  if ((name === 'jump' || name === 'goto') && target.success) return {verdict: name, to: target.output.target};
  return name === 'mangle' ? {verdict: 'mark'} : undefined;
}
