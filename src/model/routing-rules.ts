import * as v from 'valibot';
import type {Host} from './host.ts';

/** A rule of policy routing, as `ip -j rule` prints it. */
export const routingRule = v.object({
  family: v.picklist([4, 6]),
  priority: v.number(),
  selector: v.record(v.string(), v.union([v.string(), v.number(), v.null()])),
});

export type RoutingRule = {
  readonly family: 4 | 6;
  readonly priority: number;
  readonly selector: Readonly<Record<string, string | number | null>>;
};

const printed = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(v.objectWithRest({priority: v.number()}, v.union([v.string(), v.number(), v.null()]))),
);

/** Reads the routing rules of a family in the order of the kernel; undefined if they are not understood. */
export async function readRoutingRules(host: Pick<Host, 'query'>, family: 4 | 6): Promise<RoutingRule[] | undefined> {
  const {exitCode, stdout} = await host.query({argv: ['ip', '-j', `-${family}`, 'rule', 'show']});
  const read = v.safeParse(printed, exitCode === 0 ? stdout.trim() || '[]' : undefined);
  return read.success ? read.output.map(({priority, ...selector}) => ({family, priority, selector})) : undefined;
}

/** Describes a rule as `ip rule` shows it, shortened: `5270: from all lookup 52`. */
export function describeRule({priority, selector}: RoutingRule): string {
  const {src = 'all', srclen, table, protocol: _protocol, ...more} = selector;
  const isNot = 'not' in more;
  const details = Object.entries(more).flatMap(([key, value]) =>
    key === 'not' ? [] : [`${key} ${value ?? ''}`.trim()],
  );
  const from = `from ${src}${srclen === undefined ? '' : `/${srclen}`}`;
  return [
    `${priority}:`,
    ...(isNot ? ['not'] : []),
    from,
    ...details,
    ...(table === undefined ? [] : [`lookup ${table}`]),
  ].join(' ');
}
