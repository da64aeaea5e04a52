import {type Fact, known, type NginxSite} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {Unreadable} from './ask.ts';
import {findMatches} from './glob.ts';
import {type Directive, parseNginx} from './nginx-config.ts';

const root = '/etc/nginx';

/**
 * Finds out which sites nginx has, from its files: `nginx -T` would tell the same, but creates a pid file and logs where there
 * are none, and tells nothing at all while one of the sites is broken.
 */
export async function readNginxSites(host: Host): Promise<Fact<readonly NginxSite[]>> {
  const main = `${root}/nginx.conf`;
  if (!(await host.files.stat(main))) return known([], 'nginx is not installed');
  return known(await readSites(host, {file: main, trail: []}), main);
}

/** A file on the way through the includes; `trail` is the files that lead to it, so that a circle ends. */
type Step = {readonly file: string; readonly trail: readonly string[]};

async function readSites(host: Host, step: Step): Promise<readonly NginxSite[]> {
  return findSites(host, step, await readDirectives(host, step.file));
}

async function findSites(host: Host, step: Step, directives: readonly Directive[]): Promise<readonly NginxSite[]> {
  const found = directives.map(async ({words, block}) => {
    if (isInclude(words)) {
      const steps = await findIncluded(host, step, words[1]);
      return (await Promise.all(steps.map(next => readSites(host, next)))).flat();
    }
    if (!block) return [];
    if (words.length > 1 || words[0] !== 'server') return findSites(host, step, block);
    return [describeSite(step.file, await expandIncludes(host, step, block))];
  });
  return (await Promise.all(found)).flat();
}

async function expandIncludes(host: Host, step: Step, directives: readonly Directive[]): Promise<readonly Directive[]> {
  const expanded = directives.map(async directive => {
    if (!isInclude(directive.words)) return [directive];
    const steps = await findIncluded(host, step, directive.words[1]);
    const parts = steps.map(async next => expandIncludes(host, next, await readDirectives(host, next.file)));
    return (await Promise.all(parts)).flat();
  });
  return (await Promise.all(expanded)).flat();
}

function isInclude(words: readonly string[]): words is readonly ['include', string] {
  return words[0] === 'include' && words.length === 2;
}

async function findIncluded(host: Host, {file, trail}: Step, pattern: string): Promise<readonly Step[]> {
  const files = await findMatches(host, pattern.startsWith('/') ? pattern : `${root}/${pattern}`);
  const before = [...trail, file];
  return files.filter(path => !before.includes(path)).map(path => ({file: path, trail: before}));
}

async function readDirectives(host: Host, file: string): Promise<readonly Directive[]> {
  try {
    return parseNginx((await host.files.read(file)) ?? '');
  } catch {
    throw new Unreadable(file, 'it cannot be read by this user');
  }
}

function describeSite(file: string, directives: readonly Directive[]): NginxSite {
  const valuesOf = (name: string) => directives.filter(({words}) => words[0] === name).map(({words}) => words.slice(1));
  return {file, names: valuesOf('server_name').flat(), listens: valuesOf('listen').map(words => words.join(' '))};
}
