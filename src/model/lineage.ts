/** How certbot renews a lineage: what it notes in the lineage's renewal file. */
export type Renewal = {
  /** The authority's ACME directory URL. */
  readonly server?: string;
  readonly account?: string;
  /** How it proves that the names are here: `webroot`, `standalone`, `manual`, `dns-…`. */
  readonly authenticator?: string;
  /** The webroot of each name; `*` for the names that have none of their own. */
  readonly webroots: Readonly<Record<string, string>>;
  /** False if `certbot renew` leaves it out. */
  readonly autorenew: boolean;
};

/** A certbot lineage; times are milliseconds since 1970. */
export type Lineage = {
  readonly names: readonly string[];
  /** True if no authority issued it. */
  readonly isSelfSigned: boolean;
  readonly begins: number;
  readonly ends: number;
  /** Absent where the certificate was put there without certbot. */
  readonly renewal?: Renewal;
};

/** The fields of a certificate that matter here, as node:crypto names them. */
type Leaf = {
  readonly subjectAltName: string | undefined;
  readonly issuer: string;
  readonly subject: string;
  readonly validFrom: string;
  readonly validTo: string;
};

/** The files of a lineage. */
type LineageFiles = {
  /** Undefined if there is none that can be read. */
  readonly leaf: Leaf | undefined;
  readonly renewal: string | undefined;
  /** True if its files are links, as certbot makes them. */
  readonly isLinked: boolean;
};

/** Parses a lineage. Half a lineage that a killed certbot left counts as none. */
export function parseLineage({leaf, renewal, isLinked}: LineageFiles): Lineage | undefined {
  const parsed = renewal === undefined ? undefined : parseRenewal(renewal);
  if (!leaf || (renewal !== undefined && !parsed && isLinked)) return undefined;
  return {
    names: (leaf.subjectAltName ?? '').split(', ').map(entry => entry.replace(/^DNS:/, '')),
    isSelfSigned: leaf.issuer === leaf.subject,
    begins: Date.parse(leaf.validFrom),
    ends: Date.parse(leaf.validTo),
    ...(parsed && {renewal: parsed}),
  };
}

/** Parses a renewal file; undefined if it holds none, like the empty one of an order that failed. */
export function parseRenewal(text: string): Renewal | undefined {
  const sections = readSections(text);
  const params = sections.get('[renewalparams]');
  if (!params) return undefined;
  const find = (name: string) => readValue(params.get(name) ?? '') || undefined;
  const [server, account, authenticator] = ['server', 'account', 'authenticator'].map(find);
  const paths = (params.get('webroot_path') ?? '').split(',').map(readValue);
  // Without a map, the last path is the one of all names.
  const common = paths.map(trimSlash).findLast(each => each !== '');
  return {
    ...(server !== undefined && {server}),
    ...(account !== undefined && {account}),
    ...(authenticator !== undefined && {authenticator}),
    webroots: {
      ...(common !== undefined && {'*': common}),
      ...Object.fromEntries(
        [...(sections.get('[[webroot_map]]') ?? [])].map(([name, path]) => [name, trimSlash(readValue(path))]),
      ),
    },
    autorenew: !/^(false|no|off|0)$/i.test(find('autorenew') ?? ''),
  };
}

/** Reads the values of a file of ConfigObj, by section. */
function readSections(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let values = new Map<string, string>();
  for (const line of text.split('\n').map(each => each.trim())) {
    const at = line.indexOf('=');
    const [, open = '', name, close = ''] = /^(\[+)([^[\]]*)(\]+)\s*(?:#.*)?$/.exec(line) ?? [];
    if (name !== undefined) {
      values = new Map();
      sections.set(`${open}${name.trim()}${close}`, values);
    } else if (at > 0 && !line.startsWith('#')) values.set(line.slice(0, at).trim(), line.slice(at + 1).trim());
  }
  return sections;
}

/** Reads a value of ConfigObj: it may be in quotes, and a comment may be behind it. */
function readValue(written: string): string {
  const text = written.trim();
  const [, , quoted] = /^(["'])(.*?)\1\s*,?\s*(?:#.*)?$/.exec(text) ?? [];
  return quoted ?? text.replace(/\s*(?:^|\s)#.*$/, '');
}

const trimSlash = (path: string) => (path === '/' ? path : path.replace(/\/+$/, ''));

const day = 86_400_000;

/** Returns how long before the end certbot renews: the last third of a certificate's life, the last half of one under ten days. */
export function renewalMargin({begins, ends}: Pick<Lineage, 'begins' | 'ends'>): number {
  const lifetime = ends - begins;
  return lifetime < 10 * day ? lifetime / 2 : lifetime / 3;
}

/** Returns how long before the end a certificate that was not renewed is a fault: 20 days, less if it lives shorter. */
export function alarmMargin(lineage: Pick<Lineage, 'begins' | 'ends'>): number {
  return Math.min(20 * day, (renewalMargin(lineage) * 2) / 3);
}

/** Returns the webroot in which certbot proves a name. */
export const webrootOf = ({webroots}: Renewal, name: string): string | undefined => webroots[name] ?? webroots['*'];

/** Whose a lineage is: ours, ours once it renews in another way, or the user's, who renews it. */
export type Ownership =
  | {readonly owner: 'us'}
  | {readonly owner: 'us'; readonly convert: string}
  | {readonly owner: 'user'; readonly why: string};

/** Decides whose a lineage is by the way in which it renews. */
export function judgeOwnership(
  {names, renewal}: Pick<Lineage, 'names' | 'renewal'>,
  {name, webroot, ours}: {readonly name: string; readonly webroot: string; readonly ours: readonly string[]},
): Ownership {
  if (!renewal) return {owner: 'user', why: 'certbot does not know it: it has no renewal file'};
  if (!renewal.autorenew) return {owner: 'user', why: 'certbot is told not to renew it (autorenew = False)'};
  const {authenticator = 'webroot'} = renewal;
  if (!['webroot', 'standalone', 'nginx', 'apache'].includes(authenticator))
    return {owner: 'user', why: `it renews by ${authenticator}`};
  const path = webrootOf(renewal, name);
  if (authenticator === 'webroot' && path === webroot) return {owner: 'us'};
  const others = names.filter(each => !ours.includes(each));
  const unproven = others.filter(each => authenticator !== 'webroot' || webrootOf(renewal, each) === undefined);
  const how = authenticator === 'webroot' ? `the webroot ${path ?? '(none)'}` : authenticator;
  if (unproven.length > 0)
    return {owner: 'user', why: `it renews by ${how}, also for ${unproven.join(', ')}, which is not ours`};
  return {owner: 'us', convert: how};
}
