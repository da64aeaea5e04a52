import ipaddr from 'ipaddr.js';
import * as v from 'valibot';
import {type Fact, type FactValues, known, unknown} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {readRoutingRules} from '../../model/routing-rules.ts';
import {askJson, Unreadable} from './ask.ts';

const routeList = v.array(
  v.object({
    dst: v.optional(v.string()),
    type: v.optional(v.string()),
    table: v.optional(v.string()),
    gateway: v.optional(v.string()),
    dev: v.optional(v.string()),
    metric: v.optional(v.number(), 0),
    prefsrc: v.optional(v.string()),
    nexthops: v.optional(v.array(v.object({gateway: v.optional(v.string()), dev: v.optional(v.string())}))),
  }),
);

type Route = v.InferOutput<typeof routeList>[number];

/** Lists the IPv4 routes of all tables. */
export function listRoutes(host: Host): Promise<readonly Route[]> {
  return askJson(host, routeList, 'ip', '-j', '-4', 'route', 'show', 'table', 'all');
}

/** Detects the router: the gateway of the preferred default route in the main table. */
export function findGateway(routes: readonly Route[]): Fact<FactValues['gateway']> {
  const route = findDefaultRoute(routes);
  const {gateway, dev} = route.gateway === undefined ? (route.nexthops?.[0] ?? route) : route;
  if (dev === undefined || gateway === undefined)
    return unknown('ip route', `the default route uses ${dev ?? 'no interface'} and has no router`);
  return known({interface: dev, address: gateway}, 'ip route');
}

/** Detects the address that this machine uses towards its router, which is the one the router forwards to. */
export async function readLocalAddress(host: Host, routes: readonly Route[]): Promise<Fact<string>> {
  const {prefsrc, gateway, nexthops} = findDefaultRoute(routes);
  if (prefsrc !== undefined) return known(prefsrc, 'the source address of the default route');
  // Without a router (point to point), any address beyond the default route serves: nothing is sent.
  const target = gateway ?? nexthops?.[0]?.gateway ?? '198.51.100.1';
  const [route] = await askJson(host, routeList, 'ip', '-j', '-4', 'route', 'get', target);
  if (route?.prefsrc === undefined) throw new Unreadable('ip route', `no address of this machine leads to ${target}`);
  return known(route.prefsrc, `ip route get ${target}`);
}

function findDefaultRoute(routes: readonly Route[]): Route {
  const candidates = routes.filter(route => route.dst === 'default' && (route.table ?? 'main') === 'main');
  const [best] = candidates.filter(isForwarding).sort((a, b) => a.metric - b.metric);
  if (!best) throw new Unreadable('ip route', 'there is no default route');
  return best;
}

function isForwarding({type = 'unicast'}: Route): boolean {
  return type === 'unicast';
}

/**
 * Lists the networks in use. VPNs write the default route as 0.0.0.0/1 and 128.0.0.0/1; both are skipped. A throw route is none:
 * it leaves its destinations to the next table.
 */
export function listNetworks(routes: readonly Route[]): Fact<readonly string[]> {
  const networks = routes
    .filter(({type, table}) => type !== 'throw' && table !== 'local')
    .flatMap(({dst = 'default'}) => toCidr(dst));
  return known([...new Set(networks)], 'ip route, all tables');
}

/** Lists the rules of policy routing. A kernel without IPv6 has none of that family. */
export async function listRules(host: Host): Promise<Fact<FactValues['routingRules']>> {
  const [rules, more] = await Promise.all([readRoutingRules(host, 4), readRoutingRules(host, 6)]);
  return rules ? known([...rules, ...(more ?? [])], 'ip rule') : unknown('ip rule', 'its answer is not understood');
}

function toCidr(destination: string): string[] {
  const cidr = destination.includes('/') ? destination : `${destination}/32`;
  return ipaddr.IPv4.isValidCIDR(cidr) && ipaddr.IPv4.parseCIDR(cidr)[1] > 1 ? [cidr] : [];
}
