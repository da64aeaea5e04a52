import {posix} from 'node:path';
import type {Facts} from '../model/facts.ts';
import {Problem} from '../model/problem.ts';
import {domainOfFile, siteFileName} from './sites/site.ts';

/** Where our sites are: in a directory that nginx includes, or linked there from sites-available, as Debian does. */
export type SiteLayout = {readonly enabled: string; readonly available?: string};

export const debianLayout: Required<SiteLayout> = {
  enabled: '/etc/nginx/sites-enabled',
  available: '/etc/nginx/sites-available',
};
const confDirectory = '/etc/nginx/conf.d';
/** The names of our sites, and one of the user's, which the pattern has to match. */
const own = ['jitsi.conf', 'jitsi-turn.conf', 'jitsi-metrics.conf'];
const names = [...own, siteFileName('www.example.org')];

/** Returns whether a path is one of our sites, in whichever directory. */
export const isOwnSite = (path: string) =>
  own.some(name => path.endsWith(`/${name}`)) || domainOfFile(path) !== undefined;

/** Returns whether the package of nginx is one of nginx.org: they have the name of the release of Debian in their version, and conf.d only. */
const isOfNginxOrg = (candidates: Facts['candidates']) => /~[a-z]+$/.test(candidates.value?.nginx ?? '');

/** Chooses the group of nginx's workers: as its configuration says, or as that of its package will. */
export const chooseGroup = ({nginxLayout, candidates}: Facts): string =>
  nginxLayout.value?.group ?? (isOfNginxOrg(candidates) ? 'nginx' : 'www-data');

/** Chooses where our sites are: where nginx reads sites from. Without nginx, it is where the package to be installed does. */
export function chooseLayout(
  {nginxLayout, candidates}: Facts,
  {lacksAvailable}: {readonly lacksAvailable?: boolean},
): SiteLayout | undefined {
  const patterns = nginxLayout.value?.includes;
  if (!patterns) return isOfNginxOrg(candidates) ? {enabled: confDirectory} : debianLayout;
  const directories = patterns
    .filter(pattern => names.every(name => posix.matchesGlob(`${posix.dirname(pattern)}/${name}`, pattern)))
    .map(pattern => posix.dirname(pattern))
    .filter(directory => !/[*?[]/.test(directory));
  if (!directories.includes(debianLayout.enabled)) {
    const enabled = directories.includes(confDirectory) ? confDirectory : directories[0];
    return enabled === undefined ? undefined : {enabled};
  }
  return lacksAvailable ? {enabled: debianLayout.enabled} : debianLayout;
}

/** Finds what in the layout of nginx keeps our sites from being served. */
export function findLayoutProblems(domains: readonly string[], facts: Facts): readonly Problem[] {
  const isServed = chooseLayout(facts, {}) !== undefined;
  return [...(isServed ? [] : [noDirectory(facts)]), ...findSmallBucket(domains, facts)];
}

function noDirectory({nginxLayout: {source}}: Facts): Problem {
  return new Problem({
    code: 'nginx-layout',
    summary: `nginx reads sites from no directory: the http block of ${source} includes none that takes any name.`,
    why: 'Our site would be written and not served.',
    remedy: `Add the line \`include ${debianLayout.enabled}/*;\` to the http block of ${source}, then try again.`,
  });
}

/** Returns the size that the table of names needs for ours; undefined if the smallest will do. */
export function neededBucket(domains: readonly string[]): number | undefined {
  const length = Math.max(...domains.map(domain => domain.length));
  // ngx_hash.c: a name has its length in two bytes, is rounded up to whole words, and has a word before and after it.
  const fits = (size: number) => Math.ceil((length + 2) / 8) * 8 + 16 <= size;
  return fits(64) ? undefined : [128, 256, 512].find(fits);
}

/** Finds a size of the user's that is too small for our names: nginx takes the directive only once. */
function findSmallBucket(domains: readonly string[], {nginxLayout}: Facts): readonly Problem[] {
  const needed = neededBucket(domains);
  const set = nginxLayout.value?.bucketSize;
  if (needed === undefined || !set || isOwnSite(set.file) || set.value >= needed) return [];
  return [
    new Problem({
      code: 'names-too-long',
      summary: `nginx keeps too little space for the name of a site as long as yours (${set.file}:${set.line}: server_names_hash_bucket_size ${set.value}).`,
      why: `It would refuse its whole configuration; ${needed} are needed.`,
      remedy: `Set server_names_hash_bucket_size ${needed} there, or remove the line: then our own site sets it.`,
    }),
  ];
}
