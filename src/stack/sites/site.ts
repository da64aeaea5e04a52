import type {Settings} from '../../model/settings/schema.ts';

/** Another site on this host. */
export type Site =
  /** nginx passes requests to a web service. */
  | {readonly kind: 'proxy'; readonly domain: string; readonly to: string; readonly bodySize: string}
  /** nginx serves files. */
  | {readonly kind: 'files'; readonly domain: string; readonly root: string}
  /** HAProxy passes TLS connections to a service, as they are. */
  | {readonly kind: 'passthrough'; readonly domain: string; readonly to: string; readonly sendsProxy: boolean};

/** A site whose TLS ends elsewhere. */
export type PassthroughSite = Extract<Site, {readonly kind: 'passthrough'}>;

/** A site whose certificate is ours. */
export type ServedSite = Exclude<Site, PassthroughSite>;

const usualBodySize = '64m';

/** Reads the sites of the settings. */
export function readSites({sites = {}}: Settings): readonly Site[] {
  return Object.entries(sites).map(([domain, {to = '', root, passthrough, ...more}]): Site => {
    if (root !== undefined) return {kind: 'files', domain, root};
    if (passthrough) return {kind: 'passthrough', domain, to, sendsProxy: more['proxy-protocol'] ?? false};
    return {kind: 'proxy', domain, to, bodySize: more['body-size'] ?? usualBodySize};
  });
}

/** Returns whether nginx serves a site, with a certificate of its own. */
export const isServed = (site: Site): site is ServedSite => site.kind !== 'passthrough';

/** Returns the destination of a site as a person writes it. */
export const destinationOf = (site: Site): string => (site.kind === 'files' ? site.root : site.to);

/** Returns whether a destination is on this host. */
export function isHere(
  to: string,
  {localAddress, publicAddress}: {localAddress: string; publicAddress: string},
): boolean {
  const {address} = splitDestination(to);
  return /^127\.|^::1$|^0\.0\.0\.0$|^::$/.test(address) || [localAddress, publicAddress].includes(address);
}

/** Returns whether a destination has an address, and not a name. */
export const hasAddress = (to: string) => /^(\[.*\]|[\d.]+):\d+$/.test(to);

/** Lists the names that our sites in nginx have. */
export const listNames = (of: {domain: string; turnDomain: string | undefined; sites: readonly Site[]}) => [
  of.domain,
  ...(of.turnDomain === undefined ? [] : [of.turnDomain]),
  ...of.sites.map(({domain}) => domain),
];

/** Splits `host:port`; an IPv6 address has no brackets afterwards. */
export function splitDestination(to: string): {readonly address: string; readonly port: number} {
  const at = to.lastIndexOf(':');
  return {address: to.slice(0, at).replaceAll(/[[\]]/g, ''), port: Number(to.slice(at + 1))};
}

// After jitsi.conf in alphabetical order: the first site on a port is the one for unknown names.
const prefix = 'jitsi_site_';

/** Returns the name of a site's file in nginx. */
export const siteFileName = (domain: string) => `${prefix}${domain}.conf`;

/** Returns the domain that a file in nginx is for; undefined if it is none of these sites. */
export const domainOfFile = (path: string): string | undefined =>
  new RegExp(`/${prefix}([^/]+)\\.conf$`).exec(path)?.[1];
