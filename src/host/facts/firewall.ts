import * as v from 'valibot';
import {type Fact, type FactValues, known, unknown} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {readPacketFilter} from '../../model/packet-filter/read.ts';
import {missing, query, readIfAllowed} from './ask.ts';

type Firewall = Fact<FactValues['firewall']>;

/** Detects which firewall filters incoming traffic: ufw, firewalld, else bare rules. */
export async function readFirewall(host: Host): Promise<Firewall> {
  const [ufw, firewalld, rules] = await Promise.all([isUfwActive(host), isFirewalldActive(host), readRules(host)]);
  if (ufw) return known('ufw', ufw);
  if (firewalld) return known('firewalld', 'systemctl');
  return rules;
}

/** Reads the rules themselves: what they let in is simulated from them. */
export async function readRuleset(host: Host): Promise<Fact<FactValues['packetFilter']>> {
  const filter = await readPacketFilter(host);
  if (filter.unread !== undefined && filter.chains.length === 0) return unknown('nft list ruleset', filter.unread);
  const programs = new Set(['nft', ...filter.chains.map(({program}) => program)]);
  return known(filter, `the rules of ${[...programs].join(', ')}`);
}

/** Returns the source that says that ufw is active: its status if it shows one (only to root), else its configuration. */
async function isUfwActive(host: Host): Promise<string | undefined> {
  const configuration = await readIfAllowed(host, '/etc/ufw/ufw.conf');
  if (!configuration || !/^[ \t]*ENABLED=["']?yes/im.test(configuration)) return undefined;
  const {exitCode, stdout} = await query(host, 'ufw', 'status');
  if (exitCode === missing) return undefined;
  if (exitCode !== 0) return '/etc/ufw/ufw.conf';
  return stdout.startsWith('Status: active') ? 'ufw status' : undefined;
}

async function isFirewalldActive(host: Host): Promise<boolean> {
  return (await query(host, 'systemctl', 'is-active', 'firewalld')).stdout.trim() === 'active';
}

async function readRules(host: Host): Promise<Firewall> {
  const {exitCode, stdout} = await query(host, 'nft', '-j', 'list', 'ruleset');
  if (exitCode === missing) return readRulesOfIptables(host);
  const ruleset = v.safeParse(rulesetSchema, exitCode === 0 ? stdout : undefined);
  if (!ruleset.success) return unknown('nft list ruleset', 'only root may see the rules');
  const barriers = findBarriers(ruleset.output);
  return barriers.length > 0
    ? known('nftables', `nft list ruleset: ${barriers.join(', ')}`)
    : known('none', 'nft list ruleset: no chain refuses by default');
}

async function readRulesOfIptables(host: Host): Promise<Firewall> {
  const {exitCode, stdout} = await query(host, 'iptables', '-S');
  if (exitCode === missing) return known('none', 'no program is installed that could set rules');
  if (exitCode !== 0) return unknown('iptables -S', 'only root may see the rules');
  const drops = /^-P INPUT DROP$|^-A INPUT -j (?:DROP|REJECT\b.*)$/m.test(stdout);
  return drops ? known('nftables', 'iptables -S') : known('none', 'iptables -S');
}

const chainSchema = v.object({
  family: v.string(),
  table: v.string(),
  name: v.string(),
  hook: v.optional(v.string()),
  policy: v.optional(v.string()),
});

const ruleSchema = v.object({
  family: v.string(),
  table: v.string(),
  chain: v.string(),
  expr: v.optional(v.array(v.record(v.string(), v.unknown())), []),
});

/** The output of `nft -j list ruleset`. */
const rulesetSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({nftables: v.array(v.object({chain: v.optional(chainSchema), rule: v.optional(ruleSchema)}))}),
);

type Chain = v.InferOutput<typeof chainSchema>;
type Rule = v.InferOutput<typeof ruleSchema>;

/** Names the chains that refuse by default, by policy or with a last rule. Docker's own chains do not count. */
function findBarriers({nftables}: v.InferOutput<typeof rulesetSchema>): readonly string[] {
  const chains = nftables.flatMap(({chain}) => chain ?? []);
  const rules = nftables.flatMap(({rule}) => rule ?? []);
  const barriers = chains.filter(chain => {
    if (chain.hook !== 'input' && chain.hook !== 'forward') return false;
    const last = rules.filter(rule => isIn(chain, rule)).at(-1);
    return (chain.policy === 'drop' || (last && refusesAll(last))) && !isDockers(chain, chains);
  });
  return barriers.map(({family, table, name}) => `${family} ${table} ${name}`);
}

function isIn({family, table, name}: Chain, rule: Rule): boolean {
  return rule.family === family && rule.table === table && rule.chain === name;
}

// nft shows the REJECT of iptables like this.
const rejectTarget = v.object({xt: v.object({name: v.literal('REJECT')})});

function refusesAll({expr}: Rule): boolean {
  const [verdict, ...rest] = expr.filter(part => !('counter' in part || 'log' in part));
  if (verdict === undefined || rest.length > 0) return false;
  return 'drop' in verdict || 'reject' in verdict || v.is(rejectTarget, verdict);
}

// Docker drops by policy in the forward chain and then accepts the traffic of its containers.
function isDockers({family, table, hook}: Chain, chains: readonly Chain[]): boolean {
  if (hook !== 'forward') return false;
  const neighbours = chains.filter(one => one.family === family && one.table === table);
  return table.startsWith('docker-') || neighbours.some(({name}) => name.startsWith('DOCKER'));
}
