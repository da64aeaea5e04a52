import {domainToASCII} from 'node:url';
import ipaddr from 'ipaddr.js';
import * as v from 'valibot';
import {filePath} from './branding.ts';
import {domainName} from './names.ts';

/** The settings of one site, as they are written in a file. */
export type SiteSetting = {
  /** Where the site is served: an address and a port. */
  readonly to?: string;
  /** The directory of a site of files. */
  readonly root?: string;
  /** Whether the service at `to` gets the TLS connections as they are, and has its own certificate. */
  readonly passthrough?: boolean;
  /** Whether that service expects a PROXY header with the visitor's address. */
  readonly 'proxy-protocol'?: boolean;
  /** The largest upload. */
  readonly 'body-size'?: string;
};

const portOf = (text: string) => Number(/:([1-9]\d{0,4})$/.exec(text)?.[1]);

/** A service as `host:port`. The host may be a name only where the program that connects to it can wait for the DNS. */
const destination = v.pipe(
  v.string(),
  v.check(text => portOf(text) <= 65_535, 'is no host and port with a colon between, such as 127.0.0.1:8080'),
  v.transform(text => text.replace(/^localhost:/i, '127.0.0.1:')),
  v.rawTransform<string, string>(({dataset: {value}, addIssue, NEVER}) => {
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(value) ?? [];
    const [, bare = ''] = /^\[(.*)\]$/.exec(host) ?? [];
    if (ipaddr.IPv6.isValid(bare) && !bare.includes('%')) return `[${bare}]:${port}`;
    if (ipaddr.IPv4.isValidFourPartDecimal(host)) return value;
    const result = v.safeParse(domainName, host, {abortPipeEarly: true});
    if (result.success) return `${result.output}:${port}`;
    addIssue({message: `has a host that ${result.issues[0].message}`});
    return NEVER;
  }),
);

const toggle = v.pipe(
  v.string(),
  v.check(text => /^(?:true|yes|on|false|no|off)$/i.test(text), 'is neither true nor false'),
  v.transform(text => /^(?:true|yes|on)$/i.test(text)),
);

const fields = {
  to: destination,
  root: v.pipe(
    filePath,
    v.check(text => !/\$/.test(text), 'contains a $, which nginx takes for a variable'),
    v.check(text => !/\/\.{1,2}(?:\/|$)/.test(text), 'has a part that is . or ..'),
    v.transform(text => text.replace(/(.)\/+$/, '$1')),
  ),
  passthrough: toggle,
  'proxy-protocol': toggle,
  'body-size': v.pipe(
    v.string(),
    v.regex(/^[1-9]\d{0,5}[kmg]$/, 'is not a whole number followed by k, m or g, such as 64m'),
  ),
} as const;

/** A host and port without a name: nginx would not start with one that the DNS does not know at that moment. */
const hasAddress = (to: string) => to.startsWith('[') || ipaddr.IPv4.isValidFourPartDecimal(to.replace(/:\d+$/, ''));

/** The sites by their domains. */
export const siteMap = v.pipe(
  v.record(
    v.string(),
    v.record(v.string(), v.string()),
    'is not a map: write {www.example.org: {to: "127.0.0.1:8080"}}',
  ),
  v.rawTransform<Record<string, Record<string, string>>, Readonly<Record<string, SiteSetting>>>(
    ({dataset: {value}, addIssue, NEVER}) => {
      const sites = new Map<string, SiteSetting>();
      for (const [text, site] of Object.entries(value)) {
        const read = readSite(text, site);
        const fault = 'fault' in read ? read.fault : sites.has(read.domain) ? `has the site ${read.domain} twice` : '';
        if ('fault' in read || fault !== '') {
          addIssue({message: fault});
          return NEVER;
        }
        sites.set(read.domain, read.site);
      }
      return Object.fromEntries(sites);
    },
  ),
);

type Fault = {readonly fault: string};

function readSite(
  text: string,
  site: Readonly<Record<string, string>>,
): Fault | {readonly domain: string; readonly site: SiteSetting} {
  const domain = v.safeParse(domainName, text, {abortPipeEarly: true});
  if (!domain.success) return {fault: `has the domain ${JSON.stringify(text)}, which ${domain.issues[0].message}`};
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(site)) {
    const read = readField(name, value);
    if ('fault' in read) return {fault: `has the site ${domain.output}, which ${read.fault}`};
    values[name] = read.value;
  }
  const fault = findContradiction(values);
  return fault === undefined
    ? {domain: domain.output, site: values}
    : {fault: `has the site ${domain.output}, which ${fault}`};
}

function readField(name: string, value: string): Fault | {readonly value: unknown} {
  if (!Object.hasOwn(fields, name)) return {fault: `has ${name}; it may have ${Object.keys(fields).join(', ')}`};
  const {success, output, issues} = v.safeParse(fields[name as keyof typeof fields], value, {abortPipeEarly: true});
  return success ? {value: output} : {fault: `has a ${name} of ${JSON.stringify(value)}, which ${issues[0].message}`};
}

function findContradiction(site: SiteSetting): string | undefined {
  const {to, root, passthrough = false} = site;
  if ((to === undefined) === (root === undefined)) return 'needs either to: HOST:PORT or root: DIRECTORY';
  if (root !== undefined && passthrough) return 'has passthrough, which needs to: HOST:PORT';
  if (!passthrough && site['proxy-protocol']) return 'has proxy-protocol, which needs passthrough';
  if (passthrough && site['body-size'] !== undefined) return 'has body-size, but passthrough does not look at requests';
  if (to !== undefined && !passthrough && !hasAddress(to))
    return `has a to of ${JSON.stringify(to)}; without passthrough it needs an address, such as 127.0.0.1:8080`;
  return undefined;
}

/** Returns whether two texts name the same domain. */
export const isSameDomain = (one: string, other: string) =>
  domainToASCII(one) === domainToASCII(other) && domainToASCII(one) !== '';
