import * as v from 'valibot';

const chain = v.object({
  family: v.string(),
  table: v.string(),
  name: v.string(),
  hook: v.optional(v.string()),
  policy: v.optional(v.string()),
});

const rule = v.object({
  family: v.string(),
  table: v.string(),
  chain: v.string(),
  expr: v.optional(v.array(v.record(v.string(), v.unknown())), []),
});

const ruleset = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({nftables: v.array(v.object({chain: v.optional(chain), rule: v.optional(rule)}))}),
);

type Chain = v.InferOutput<typeof chain>;
type Rule = v.InferOutput<typeof rule>;
export type Ruleset = {readonly chains: readonly Chain[]; readonly rules: readonly Rule[]};

/** Reads `nft -j list ruleset`; undefined when it is something else. */
export function readRuleset(text: string): Ruleset | undefined {
  const {success, output} = v.safeParse(ruleset, text);
  if (!success) return undefined;
  const chains = output.nftables.flatMap(entry => entry.chain ?? []);
  return {chains, rules: output.nftables.flatMap(entry => entry.rule ?? [])};
}

/** Names the chains that keep out whatever no rule lets in, by policy or by a last rule. Docker's own are none of them. */
export function findBarriers({chains, rules}: Ruleset): readonly string[] {
  const barriers = chains.filter(one => {
    if (one.hook !== 'input' && one.hook !== 'forward') return false;
    const last = rules.filter(rule => isIn(one, rule)).at(-1);
    return (one.policy === 'drop' || (last && refusesAll(last))) && !isDockers(one, chains);
  });
  return barriers.map(({family, table, name}) => `${family} ${table} ${name}`);
}

function isIn({family, table, name}: Chain, rule: Rule): boolean {
  return rule.family === family && rule.table === table && rule.chain === name;
}

// As nft shows the REJECT of iptables.
const rejectTarget = v.object({xt: v.object({name: v.literal('REJECT')})});

function refusesAll({expr}: Rule): boolean {
  const [verdict, ...rest] = expr.filter(part => !('counter' in part || 'log' in part));
  if (verdict === undefined || rest.length > 0) return false;
  return 'drop' in verdict || 'reject' in verdict || v.is(rejectTarget, verdict);
}

// Docker sets the policy of the forward chain to drop and then lets through what belongs to its containers.
function isDockers({family, table, hook}: Chain, chains: readonly Chain[]): boolean {
  if (hook !== 'forward') return false;
  const neighbours = chains.filter(one => one.family === family && one.table === table);
  return table.startsWith('docker-') || neighbours.some(({name}) => name.startsWith('DOCKER'));
}
