import type {Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import {Problem} from '../model/problem.ts';
import type {Resource} from '../model/resource.ts';
import type {Snapshot} from '../model/snapshot.ts';
import {unitId} from './systemd-unit.ts';

export type PolicyRoutingOptions = {
  readonly family: 4 | 6;
  readonly preference: number;
  readonly table: number;
  /** The rule after `ip rule add pref N`, one word each, as `ip rule` takes it. */
  readonly rule: readonly string[];
  /** The same rule as `ip -details rule show` prints it. */
  readonly shown: string;
  /** The route after `ip route replace`. */
  readonly route: readonly string[];
  /** The unit that sets rule and route at its start. */
  readonly unit: string;
  readonly title: string;
  readonly place: Place;
};

type RoutingState = {
  readonly rules: readonly string[];
  /** Our rule at other numbers, where it was before. */
  readonly former: readonly {readonly preference: number; readonly rule: string}[];
  readonly hasRoute: boolean;
  readonly otherRoutes: readonly string[];
};

/** A routing rule and the table it selects. A unit sets both at boot; this notices when another program removed them. */
export function policyRouting(options: PolicyRoutingOptions): Resource<RoutingState> {
  const {family, preference, table, rule, shown, route} = options;
  const ip = (...argv: readonly string[]) => ({argv: ['ip', `-${family}`, ...argv] as [string, ...string[]]});
  return {
    id: `policy-routing:v${family}`,
    title: options.title,
    place: options.place,
    kind: 'policy-routing',
    needs: [unitId(options.unit)],
    locks: [],
    read: host => readRouting(host, options),
    diff({rules, former, hasRoute, otherRoutes}, outlook) {
      // A rule for our table is ours, perhaps of another port.
      const foreign = rules.filter(each => !`${each} `.includes(` lookup ${table} `));
      if (foreign.length > 0) throw taken(`rule number ${preference}`, foreign);
      if (otherRoutes.length > 0) throw taken(`table ${table}`, otherRoutes);
      // The unit's start sets both, so a plan that starts it has nothing else to do.
      const removed = former.map(each => ({
        change: 'remove' as const,
        summary: `ip -${family} rule ${each.preference}, which was ours: ${each.rule}`,
      }));
      if (outlook.changes(unitId(options.unit)).length > 0) return removed;
      return [
        ...removed,
        ...(rules.length === 1 && rules[0] === shown
          ? []
          : [{change: 'create' as const, summary: `ip -${family} rule ${preference}: ${shown}`}]),
        ...(hasRoute ? [] : [{change: 'create' as const, summary: `ip -${family} route: ${route.join(' ')}`}]),
      ];
    },
    record: (_host, {rules, former}) =>
      [{preference, value: rules.join('\n')}, ...former.map(each => ({...each, value: each.rule}))].map(each => ({
        thing: 'rule' as const,
        name: `-${family} ${each.preference}`,
        place: options.place,
        was: {type: 'value' as const, value: each.value},
      })),
    async apply({host}, {rules, former}, differences) {
      for (const each of former)
        await host.run(ip('rule', 'del', 'pref', String(each.preference), 'table', String(table)));
      if (differences.every(each => each.change === 'remove')) return;
      // `ip rule add` is not idempotent: delete every copy, then add one.
      for (const _ of rules) await host.run(ip('rule', 'del', 'pref', String(preference)));
      await host.run(ip('rule', 'add', 'pref', String(preference), ...rule));
      await host.run(ip('route', 'replace', ...route, 'table', String(table)));
    },
  };
}

async function readRouting(
  host: Host,
  {family, preference, table, shown}: PolicyRoutingOptions,
): Promise<RoutingState> {
  const ip = (...argv: readonly string[]) => host.query({argv: ['ip', `-${family}`, ...argv]});
  const [rules, routes] = await Promise.all([
    // The protocol is shown with details only.
    ip('-details', 'rule', 'show'),
    ip('route', 'show', 'table', String(table)),
  ]);
  const all = parseRules(rules.stdout);
  return {
    rules: all.filter(each => each.preference === preference).map(each => each.rule),
    former: all.filter(each => each.preference !== preference && isSameRule(each.rule, shown)),
    ...judgeRoutes(routes.stdout),
  };
}

/** Returns whether two rules are the same but for the port. */
function isSameRule(one: string, other: string): boolean {
  const [first, second] = [one, other].map(each => each.replace(/ sport \d+/, '').replace(/ proto \S+$/, ''));
  return first === second;
}

/** Parses what `ip rule show` prints, `12300:⇥from … lookup 123`; spaces are normalized. */
export function parseRules(text: string): readonly {readonly preference: number; readonly rule: string}[] {
  return text.split('\n').flatMap(line => {
    const [, preference, rule] = /^(\d+):\s+(.*)$/.exec(line) ?? [];
    return preference && rule !== undefined
      ? [{preference: Number(preference), rule: rule.trim().replace(/\s+/g, ' ')}]
      : [];
  });
}

function judgeRoutes(text: string): Pick<RoutingState, 'hasRoute' | 'otherRoutes'> {
  const routes = text.split('\n').filter(line => line.trim() !== '');
  const isOurs = (line: string) => /^local (default|0\.0\.0\.0\/0|::\/0) dev lo\b/.test(line);
  return {hasRoute: routes.some(isOurs), otherRoutes: routes.filter(line => !isOurs(line))};
}

function taken(what: string, foreign: readonly string[]): Problem {
  return new Problem({
    code: 'rule-taken',
    summary: `Another program uses the routing ${what}: ${foreign.join('; ')}.`,
    remedy:
      'Change that number in the configuration of the other program, or delete a rule that nothing needs (`ip rule del pref NUMBER`), then run jitsi-onebox again.',
  });
}

/** The routing rules of one number as a snapshot has them: its name is `-4 12300`, its value one rule per line. */
export function restoreRule({name, was, place = 'mmproxy'}: Snapshot): Resource<readonly string[]> {
  const [family = '', preference = ''] = name.split(' ');
  const wanted = was.type === 'value' ? readRules(was.value) : [];
  return {
    id: `rule:${name}`,
    title: `Routing rule ${preference}, restored`,
    place,
    kind: 'policy-routing',
    needs: [],
    locks: [],
    async read(host) {
      const argv = ['ip', '-details', family, 'rule', 'show', 'pref', preference] as const;
      return readRules((await host.query({argv})).stdout);
    },
    diff: now =>
      now.join('\n') === wanted.join('\n')
        ? []
        : [{change: 'update', summary: `ip ${family} rule ${preference}: ${wanted.join('; ') || 'none'}`}],
    record: (_host, now) => [{thing: 'rule', name, place, was: {type: 'value', value: now.join('\n')}}],
    async apply({host}, now) {
      for (const _ of now) await host.run({argv: ['ip', family, 'rule', 'del', 'pref', preference]});
      for (const each of wanted)
        await host.run({argv: ['ip', family, 'rule', 'add', 'pref', preference, ...each.split(' ')]});
    },
  };
}

/** One rule per line, with or without the number that `ip rule show` prints first. */
function readRules(text: string): readonly string[] {
  const rules = text.split('\n').map(line => line.replace(/^\d+:/, '').trim().replace(/\s+/g, ' '));
  return rules.filter(Boolean);
}
