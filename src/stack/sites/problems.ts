import {dirname} from 'node:path/posix';
import type {Facts, NginxSite} from '../../model/facts.ts';
import type {FileState, Host} from '../../model/host.ts';
import {limit} from '../../model/limit.ts';
import type {Machine} from '../../model/machine.ts';
import {parseListen} from '../../model/nginx-listen.ts';
import {Problem} from '../../model/problem.ts';
import type {Settings} from '../../model/settings/schema.ts';
import type {Blueprint} from '../blueprint.ts';
import {isOwnSite} from '../nginx-layout.ts';
import {quoteShell} from '../quoting.ts';
import {isHere, listNames, readSites, type Site, splitDestination} from './site.ts';

/** Finds names of ours that a foreign site of nginx has already, and sites whose destination is a port of ours. */
export function findSiteConflicts(blueprint: Blueprint, {nginxSites}: Facts): readonly Problem[] {
  const {domain, turnDomain, sites, ports} = blueprint;
  const ours = [80, 443, ports.https];
  const foreign = (nginxSites.value ?? []).filter(({file}) => !isOwnSite(file));
  const rivals = foreign.filter(site => listPorts(site).some(port => ours.includes(port)));
  const taken = listNames(blueprint).flatMap(name => {
    const rival = rivals.find(({names}) => names.some(each => isSameName(each, name)));
    if (rival === undefined) return [];
    const isMeetings = name === domain || name === turnDomain;
    return [isMeetings ? nameTaken(name, rival, foreign) : siteTaken(name, rival)];
  });
  return [...taken, ...sites.flatMap(site => findLoop(site, blueprint))];
}

/** Lists the ports of a site; one that says nothing listens on port 80. */
const listPorts = ({listens}: NginxSite) =>
  (listens.length > 0 ? listens : ['80']).flatMap(each => parseListen(each.split(' ')[0] ?? '')).map(({port}) => port);

/** Returns whether nginx would see a conflict: it ignores case, and a leading dot means the name and all below it. */
const isSameName = (written: string, name: string) => written.toLowerCase().replace(/^\./, '') === name;

const placeOf = ({file, line}: NginxSite) => (line === undefined ? file : `${file}:${line}`);

function siteTaken(name: string, rival: NginxSite): Problem {
  return new Problem({
    code: 'site-taken',
    summary: `nginx serves ${name} already: ${placeOf(rival)} is a site of your own.`,
    why: 'One of the two would be ignored.',
    remedy:
      'Leave it as it is: HAProxy forwards its visitors, so it needs no entry in the sites. Or remove that file to replace it.',
  });
}

/** The name of the meetings or of the relay cannot stay with a foreign site. */
function nameTaken(name: string, rival: NginxSite, foreign: readonly NginxSite[]): Problem {
  const inFile = foreign.filter(({file}) => file === rival.file);
  const isOnly = ({names}: NginxSite) => names.length > 0 && names.every(each => isSameName(each, name));
  // nginx.conf may have sites too.
  const isMovable = /\/(sites-enabled|conf\.d)\//.test(rival.file) && inFile.every(isOnly);
  return new Problem({
    code: 'site-taken',
    summary: `nginx serves ${name} already: ${placeOf(rival)} is a site of your own, and the meeting server needs that name.`,
    why: 'nginx would ignore one of the two.',
    remedy: isMovable
      ? `Move ${rival.file} out of the directory that nginx reads, then try again.`
      : `Remove ${name} from server_name in ${rival.file}, run \`nginx -t && systemctl reload nginx\`, then try again.`,
    ...(isMovable && {command: `mv ${quoteShell(rival.file)} /root/ && nginx -t && systemctl reload nginx`}),
  });
}

function findLoop(site: Site, blueprint: Blueprint): readonly Problem[] {
  if (site.kind === 'files') return [];
  const {port} = splitDestination(site.to);
  const {https, mmproxy, web, turns} = blueprint.ports;
  if (!isHere(site.to, blueprint) || ![80, 443, https, mmproxy, web, turns].includes(port)) return [];
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
