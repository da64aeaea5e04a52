import type {Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import {Problem} from '../model/problem.ts';
import type {Resource} from '../model/resource.ts';
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
  readonly hasRoute: boolean;
  readonly otherRoutes: readonly string[];
};

/** One routing rule with the table it leads to; units set them at boot, and this notices when somebody else took them away. */
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
    diff({rules, hasRoute, otherRoutes}, outlook) {
      // One that leads to our table is ours, if perhaps of another port.
      const strangers = rules.filter(each => !`${each} `.includes(` lookup ${table} `));
      if (strangers.length > 0) throw taken(`rule number ${preference}`, strangers);
      if (otherRoutes.length > 0) throw taken(`table ${table}`, otherRoutes);
      // The unit's start sets both, so a plan that starts it has nothing else to do.
      if (outlook.changes(unitId(options.unit)).length > 0) return [];
      return [
        ...(rules.length === 1 && rules[0] === shown
          ? []
          : [{change: 'create' as const, summary: `ip -${family} rule ${preference}: ${shown}`}]),
        ...(hasRoute ? [] : [{change: 'create' as const, summary: `ip -${family} route: ${route.join(' ')}`}]),
      ];
    },
    async apply({host}, {rules}) {
      // Added twice, a rule stands there twice: so every one goes before one comes.
      for (const _ of rules) await host.run(ip('rule', 'del', 'pref', String(preference)));
      await host.run(ip('rule', 'add', 'pref', String(preference), ...rule));
      await host.run(ip('route', 'replace', ...route, 'table', String(table)));
    },
  };
}

async function readRouting(host: Host, {family, preference, table}: PolicyRoutingOptions): Promise<RoutingState> {
  const ip = (...argv: readonly string[]) => host.query({argv: ['ip', `-${family}`, ...argv]});
  const [rules, routes] = await Promise.all([
    // Only with details it tells that the protocol is the kernel's.
    ip('-details', 'rule', 'show'),
    ip('route', 'show', 'table', String(table)),
  ]);
  return {
    rules: parseRules(rules.stdout)
      .filter(each => each.preference === preference)
      .map(each => each.rule),
    ...judgeRoutes(routes.stdout),
  };
}

/** The rules that `ip rule show` prints, `12300:⇥from … lookup 123`, with their spaces evened out. */
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

function taken(what: string, strangers: readonly string[]): Problem {
  return new Problem({
    code: 'rule-taken',
    summary: `The routing ${what} is taken by somebody else: ${strangers.join('; ')}.`,
    remedy: 'Let that use another number; go-mmproxy needs this one.',
  });
}
