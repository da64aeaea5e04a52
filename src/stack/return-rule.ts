import ipaddr from 'ipaddr.js';
import type {Facts} from '../model/facts.ts';
import type {RoutingRule} from '../model/routing-rules.ts';

/** The table of our route. */
export const returnTable = 123;
const usual = 12_300;

/** Returns whether a rule is ours, at whatever number and for whatever port. */
export function isOurRule({selector}: RoutingRule): boolean {
  // The guide's rule for the same table names neither protocol nor port.
  return leadsToOurs(selector) && selector.ipproto === 'tcp' && selector.sport !== undefined;
}

const leadsToOurs = ({table}: RoutingRule['selector']) => String(table) === String(returnTable);

/** Returns whether a rule of somebody else may route the answers of nginx: packets without a mark from loopback and its port. */
export function catchesAnswers(rule: RoutingRule, port: number): boolean {
  const {selector} = rule;
  // The table of this host's own addresses, which is first: no participant has one of them.
  if (leadsToOurs(selector) || selector.table === 'local') return false;
  const holds =
    isFromLoopback(selector) &&
    (selector.iif === undefined || selector.iif === 'lo') &&
    selector.oif === undefined &&
    (selector.ipproto === undefined || selector.ipproto === 'tcp') &&
    isPort(selector, port) &&
    (selector.fwmark === undefined || Number(selector.fwmark) === 0);
  // A rule with `not` spares only what all of its selector fits; the participant's address is not known.
  return 'not' in selector ? !holds || selector.dst !== undefined : holds;
}

/** Returns whether a rule is for the address that nginx answers from. */
function isFromLoopback({src = 'all', srclen}: RoutingRule['selector']): boolean {
  if (src === 'all' || src === null || !ipaddr.isValid(String(src))) return true;
  const network = ipaddr.parse(String(src));
  const own = ipaddr.parse(network.kind() === 'ipv4' ? '127.0.0.1' : '::1');
  return own.match(network, Number(srclen ?? (network.kind() === 'ipv4' ? 32 : 128)));
}

function isPort({sport, sport_start: first, sport_end: last}: RoutingRule['selector'], port: number): boolean {
  if (sport !== undefined) return Number(sport) === port;
  return first === undefined || (Number(first) <= port && port <= Number(last));
}

/** Finds the rules of others that come before ours, or would at the number that it is to have. */
export function findEarlier(
  rules: readonly RoutingRule[],
  {port, preference}: {readonly port: number; readonly preference: number},
): readonly RoutingRule[] {
  const own = rules.filter(isOurRule).map(({priority}) => priority);
  const ours = own.length > 0 ? Math.max(...own) : preference;
  return rules.filter(rule => rule.priority <= ours && catchesAnswers(rule, port));
}

/**
 * Chooses the number of our rule: before every rule that may catch the answers. A number in use stays while it is good, so that a VPN
 * that comes and goes changes nothing.
 */
export function choosePreference(
  {routingRules: {value: rules = []}}: Pick<Facts, 'routingRules'>,
  port: number,
): number {
  const limit = Math.min(...rules.filter(rule => catchesAnswers(rule, port)).map(({priority}) => priority));
  const own = new Set(rules.filter(isOurRule).map(({priority}) => priority));
  const [inUse] = own;
  if (own.size === 1 && inUse !== undefined && inUse < limit) return inUse;
  const taken = new Set(rules.filter(rule => !isOurRule(rule)).map(({priority}) => priority));
  for (let number = Math.min(usual, limit - 1); number > 0; number -= 1) if (!taken.has(number)) return number;
  return usual;
}
