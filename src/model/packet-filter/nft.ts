import * as v from 'valibot';
import {flatten, type NamedSet, readAlternatives, readCondition, type Sets} from './nft-conditions.ts';
import {type NftText, readText} from './nft-text.ts';
import {readMap, readVerdict, type Verdict, verdictMap} from './nft-verdicts.ts';
import {type Chain, type Condition, type Rule, shorten} from './rules.ts';

const record = v.record(v.string(), v.unknown());
const place = {family: v.string(), table: v.string()};
const set = v.object({...place, name: v.string(), elem: v.optional(v.array(v.unknown()), [])});
/** A named limit or quota. */
const allowance = v.object({...place, name: v.string(), inv: v.optional(v.boolean(), false)});
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
      v.object({
        chain: v.optional(chain),
        rule: v.optional(rule),
        set: v.optional(set),
        map: v.optional(set),
        limit: v.optional(allowance),
        quota: v.optional(allowance),
      }),
    ),
  }),
);

type Entry = v.InferOutput<typeof ruleset>['nftables'][number];
type RawSet = v.InferOutput<typeof set>;
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
  const sets = readSets(all);
  const rules = new Map<string, Rule[]>();
  let budget = mostRules;
  for (const {rule: one} of all) {
    if (!one) continue;
    const key = keyOf(one.family, one.table, one.chain);
    const line = shown.rule(key, one.handle) ?? JSON.stringify(one.expr).slice(0, 200);
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

function readSets(all: readonly Entry[]): ReadonlyMap<string, Sets> {
  const sets = new Map<string, Map<string, NamedSet>>();
  const add = ({family, table}: Pick<RawSet, 'family' | 'table'>, name: string, made: NamedSet) => {
    const known = sets.get(keyOf(family, table)) ?? new Map<string, NamedSet>();
    sets.set(keyOf(family, table), known.set(name, made));
  };
  for (const {set: one, map = one, ...entry} of all) {
    if (map) add(map, map.name, {elements: map.elem, ...shorten(flatten(map.elem))});
    for (const kind of ['limit', 'quota'] as const) {
      const made = entry[kind];
      if (made) add(made, `${kind} ${made.name}`, {elements: [], values: undefined, isCut: false, isOver: made.inv});
    }
  }
  return sets;
}

const keyOf = (...parts: readonly (string | number)[]) => parts.join(' ');

const families = ['ip', 'inet', 'netdev', 'bridge'] as const;
const hooks = ['ingress', 'prerouting', 'input', 'forward'] as const;

function readChain(raw: RawChain, rules: readonly Rule[], shown: NftText): readonly Chain[] {
  const {table, name, prio} = raw;
  const family = families.find(each => each === raw.family);
  const hook = hooks.find(each => each === raw.hook);
  const isDormant = shown.isDormant(keyOf(raw.family, table));
  if (!family || isDormant || (raw.hook !== undefined && !hook)) return [];
  const head = shown.head(keyOf(raw.family, table, name));
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

/** Translates a rule: into several where a map has the verdicts or several fields are compared, into none where it decides nothing. */
function readRule({expr, handle}: RawRule, text: string, sets: Sets): readonly Rule[] {
  let ways: readonly (readonly Condition[])[] = [[]];
  const rules: Rule[] = [];
  const addRule = (conditions: readonly Condition[], verdict: Verdict) =>
    rules.push(...ways.map(way => ({text, number: handle, if: [...way, ...conditions], ...verdict})));
  for (const part of expr) {
    const verdict = readVerdict(part);
    if (verdict) addRule([], verdict);
    else if (v.is(verdictMap, part.vmap)) for (const {key, ...each} of readMap(part.vmap, sets)) addRule(key, each);
    else ways = combine(ways, readAlternatives(part, sets) ?? [readCondition(part, sets)]);
  }
  // A target of iptables, which nft cannot show: its own program was not there to ask.
  if (rules.length === 0 && expr.some(part => 'xt' in part && !v.is(logs, part))) addRule([], {verdict: 'unknown'});
  return rules;
}

const mostWays = 1000;

function combine(
  ways: readonly (readonly Condition[])[],
  more: readonly (readonly Condition[])[],
): readonly (readonly Condition[])[] {
  if (ways.length * more.length > mostWays) return [[{unknown: 'a comparison of many fields'}]];
  return ways.flatMap(way => more.map(each => [...way, ...each]));
}

const logs = v.object({xt: v.object({name: v.picklist(['LOG', 'NFLOG', 'comment'])})});
