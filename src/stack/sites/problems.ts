import {dirname} from 'node:path/posix';
import type {Facts} from '../../model/facts.ts';
import type {FileState, Host} from '../../model/host.ts';
import {limit} from '../../model/limit.ts';
import type {Machine} from '../../model/machine.ts';
import {Problem} from '../../model/problem.ts';
import type {Settings} from '../../model/settings/schema.ts';
import type {Blueprint} from '../blueprint.ts';
import {isOwnSite} from '../nginx-layout.ts';
import {readSites, type Site, splitDestination} from './site.ts';

/** Finds sites that a foreign site of nginx has already, and those whose destination is a port of ours. */
export function findSiteConflicts(blueprint: Blueprint, {nginxSites}: Facts): readonly Problem[] {
  const foreign = (nginxSites.value ?? []).filter(({file}) => !isOwnSite(file));
  const taken = blueprint.sites.flatMap(({domain}) => {
    const site = foreign.find(({names}) => names.includes(domain));
    return site ? [siteTaken(domain, site.file)] : [];
  });
  return [...taken, ...blueprint.sites.flatMap(site => findLoop(site, blueprint))];
}

function siteTaken(domain: string, file: string): Problem {
  return new Problem({
    code: 'site-taken',
    summary: `nginx serves ${domain} already: ${file} is a site of your own.`,
    why: 'One of the two would be ignored.',
    remedy:
      'Leave it as it is: HAProxy forwards its visitors, so it needs no entry in the sites. Or remove that file to replace it.',
  });
}

function findLoop(site: Site, {ports, localAddress, publicAddress}: Blueprint): readonly Problem[] {
  if (site.kind === 'files') return [];
  const {address, port} = splitDestination(site.to);
  const isHere = /^127\.|^::1$|^0\.0\.0\.0$|^::$/.test(address) || [localAddress, publicAddress].includes(address);
  const {https, mmproxy, web, turns} = ports;
  if (!isHere || ![80, 443, https, mmproxy, web, turns].includes(port)) return [];
  return [
    new Problem({
      code: 'site-loop',
      summary: `The destination of ${site.domain}, ${site.to}, is a port of jitsi-onebox itself.`,
      why: 'Its visitors would be sent in a circle, or to the meeting.',
      remedy: 'Let the service listen on another port, and name that one.',
    }),
  ];
}

/** The user and group that nginx serves files as: Debian gives www-data this number on every host. */
const server = 33;

/** Finds directories of sites that are missing, or that nginx cannot read. */
export async function findUnreadableRoots(host: Host, settings: Settings): Promise<readonly Problem[]> {
  const roots = readSites(settings).flatMap(site => (site.kind === 'files' ? [site] : []));
  const found = await Promise.all(
    roots.map(async ({domain, root}) => {
      const reason = await explainUnreadable(host, root).catch(() => undefined);
      return reason === undefined ? undefined : unreadable(domain, root, reason);
    }),
  );
  return found.filter(each => each !== undefined);
}

function unreadable(domain: string, root: string, reason: string): Problem {
  return new Problem({
    code: 'site-unreadable',
    summary: `nginx cannot serve ${domain} from ${root}: ${reason}.`,
    remedy: 'Name a directory that the user www-data can read, such as one below /srv or /var/www.',
  });
}

async function explainUnreadable({files}: Host, root: string): Promise<string | undefined> {
  const resolved = await files.resolve(root);
  if (resolved === undefined) return 'there is no such directory';
  if ((await files.stat(resolved))?.type !== 'directory') return 'it is no directory';
  for (const path of listAncestors(resolved)) {
    const stat = await files.stat(path);
    if (stat && !mayEnter(stat)) return `the user www-data may not enter ${path}`;
  }
  return undefined;
}

function listAncestors(path: string): readonly string[] {
  return path === '/' ? [path] : [...listAncestors(dirname(path)), path];
}

function mayEnter({mode, uid, gid}: FileState): boolean {
  if (uid === server) return (mode & 0o100) !== 0;
  return (mode & (gid === server ? 0o010 : 0o001)) !== 0;
}

/** Milliseconds for a destination to answer. */
const patience = 2000;

/** Warns of destinations that do not answer now. */
export async function warnOfSilence(
  {sites}: Blueprint,
  {isListening}: Pick<Machine, 'isListening'>,
): Promise<readonly Problem[]> {
  const warnings = await Promise.all(
    sites.map(async site => {
      if (site.kind === 'files') return undefined;
      const ask = limit(patience, new AbortController().signal, until => isListening(splitDestination(site.to), until));
      return (await ask.catch(() => false)) ? undefined : silent(site);
    }),
  );
  return warnings.filter(each => each !== undefined);
}

function silent({domain, kind, to}: Exclude<Site, {readonly kind: 'files'}>): Problem {
  return new Problem({
    code: 'site-silent',
    summary: `Nothing answers at ${to}, the destination of ${domain}.`,
    why: `Until something does, visitors get ${kind === 'proxy' ? 'the page 502 (Bad Gateway)' : 'no connection'}.`,
    remedy: 'Start the service, or correct the address and the port.',
  });
}
