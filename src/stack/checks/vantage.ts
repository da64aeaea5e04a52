import type {Check, CheckContext, Finding, Opening} from '../../model/check.ts';
import type {Passage} from '../../model/router.ts';
import {resolveAddress} from '../../network/dns.ts';
import {fetchCertificate} from '../../network/tls.ts';
import type {Blueprint} from '../blueprint.ts';
import {describeBarrier, type Group, namePorts} from '../reach.ts';
import {check, describeReason, ok} from './check.ts';

/** Where the checks are made: the host itself, which knows its settings, or another machine, which knows a domain only. */
export type Vantage = {
  readonly domain: string;
  readonly blueprint: Blueprint | undefined;
  /** Finds the route that participants take to a name, or the one closest to it that works from here. */
  findRoute(context: CheckContext, name: string): Promise<Route>;
};

export type Route = {
  readonly address: string;
  readonly description: string;
  /** Whether the router supports hairpin; undefined if it does not matter. */
  readonly hasHairpin?: boolean;
};

/** The time limit for one question, in milliseconds. */
export const patience = 3000;
const hairpinPatience = 1000;
const https = 443;

/** Says that something was seen from this host only: packets of its own do not take the way of a participant. */
export const onlyInside = (what: string): string => `${what} on this host. The way from outside was not tried.`;

/** Looks from the host: at the public address if hairpin works, otherwise at the local one. */
export function fromHost(blueprint: Blueprint): Vantage {
  const find: Opening<Route> = context => findOwnRoute(blueprint, context);
  return {domain: blueprint.domain, blueprint, findRoute: context => context.share(find)};
}

/** Looks from any other machine: at the address in the DNS. */
export function fromElsewhere(domain: string): Vantage {
  return {
    domain,
    blueprint: undefined,
    async findRoute({within}, name) {
      const address = await within(patience, until => resolveAddress(name, until));
      return {address, description: `${address}, from the DNS`};
    },
  };
}

async function findOwnRoute(blueprint: Blueprint, {within}: CheckContext): Promise<Route> {
  const {domain, publicAddress, localAddress} = blueprint;
  if (publicAddress === localAddress)
    return {address: localAddress, description: `${localAddress}, an address of this host`};
  const readFingerprint = async (address: string) => {
    const target = {name: domain, address, port: https};
    const shown = await within(hairpinPatience, until => fetchCertificate(target, until)).catch(() => undefined);
    return shown?.certificate.fingerprint256;
  };
  const [own, looped] = await Promise.all([localAddress, publicAddress].map(readFingerprint));
  // Many routers answer there with pages of their own; only our certificate shows that it is this host.
  return own !== undefined && own === looped
    ? {address: publicAddress, description: `${publicAddress}, through the router`, hasHairpin: true}
    : {address: localAddress, description: `${localAddress}, without the router (no hairpin)`, hasHairpin: false};
}

/** Finds the HTTPS port of a name, and describes the route to it. */
export async function findHttps(
  vantage: Vantage,
  context: CheckContext,
  name = vantage.domain,
): Promise<{readonly target: {name: string; address: string; port: number}; readonly route: string}> {
  const {address, description} = await vantage.findRoute(context, name);
  return {target: {name, address, port: https}, route: `asked at ${description}`};
}

/** What takes the place of a forward where the host is in a cloud: its provider drops what no rule there lets in. */
export const openAtProvider = 'open the port in the firewall of your provider (security group)';

/** Checks that the local network can use the public address. Many routers do not support that. */
export function publicLoopback(
  vantage: Vantage,
  {domain, publicAddress, localAddress}: Blueprint,
  {findBarriers, findPassages}: {findBarriers: Opening<readonly Group[]>; findPassages: Opening<readonly Passage[]>},
): Check {
  const prove = async (context: CheckContext): Promise<Finding> => {
    const {hasHairpin, description} = await vantage.findRoute(context, domain);
    if (hasHairpin === undefined) return ok('This host has the public address itself.', description);
    if (hasHairpin) return ok('The public address works from the local network, too.', description);
    // One port that is not forwarded says nothing about the others.
    const through = (await context.share(findPassages).catch(() => [])).filter(each => each.answersOutside);
    if (through.length > 0)
      return ok('The router supports hairpin NAT for some ports.', `seen on ${namePorts(through)}`);
    // A rule of this host drops what the router sends back in, too.
    const own = await context.share(findBarriers).catch(() => []);
    const barrier = own.find(({ports, result}) => result === 'blocked' && ports.some(({port}) => port === https));
    if (barrier)
      return {
        state: 'warning',
        summary: `The router could not be tested: the packet filter of this host stops what comes back to ${publicAddress}.`,
        evidence: `${describeBarrier(barrier)} (simulated)`,
        remedy: 'Follow the advice for packet-filter first.',
      };
    return {
      state: 'warning',
      summary: `The router does not support hairpin: from its own network, ${domain} cannot be reached at ${publicAddress}.`,
      evidence: description,
      remedy: `Enable "NAT loopback" (hairpin) in the router, or let your local DNS resolve ${domain} to ${localAddress}. In a cloud, first ${openAtProvider}.`,
    };
  };
  // A router without forwards sends nothing back in, either.
  return check('public-loopback', prove, {after: ['port-mapping', 'packet-forwarding']});
}

/** Turns a failure into a warning if the relay works: seen from elsewhere, many networks block UDP. */
export async function warnIfUdpBlocked(error: unknown, relayed: Promise<string>): Promise<Finding> {
  await relayed.catch(() => {
    throw error;
  });
  return {
    state: 'warning',
    summary: 'The direct path is blocked from here: audio and video use the relay.',
    evidence: describeReason(error),
    remedy: `If this network does not block UDP, run \`jitsi-onebox status\` on the host: it looks at the host first. Then forward 10000/udp in the router, or ${openAtProvider}.`,
  };
}
