import {matchesGlob} from 'node:path/posix';
import type {Host} from '../../model/host.ts';
import {type Directive, parseNginx} from '../../model/nginx-syntax.ts';
import {Unreadable} from './ask.ts';

/** The directory that relative paths in nginx's configuration begin in. */
export const nginxRoot = '/etc/nginx';

/** A file to read; `trail` lists the files that include it, so that a circle ends. */
export type Source = {readonly file: string; readonly trail: readonly string[]};

export type Located = {readonly source: Source; readonly directive: Directive};

/** Reads the directives of a file and, in place of each include, those of the included files. */
export async function readDirectives(host: Host, source: Source): Promise<readonly Located[]> {
  const text = await host.files.read(source.file).catch(() => {
    throw new Unreadable(source.file, 'it cannot be read by this user');
  });
  return expandIncludes(host, source, parseNginx(text ?? ''));
}

/** Puts the directives of included files in place of each include. */
export async function expandIncludes(
  host: Host,
  source: Source,
  block: readonly Directive[],
): Promise<readonly Located[]> {
  const expanded = block.map(async directive => {
    const [name, pattern, ...rest] = directive.words;
    if (name !== 'include' || pattern === undefined || rest.length > 0) return [{source, directive}];
    const included = await findIncluded(host, source, pattern);
    return (await Promise.all(included.map(next => readDirectives(host, next)))).flat();
  });
  return (await Promise.all(expanded)).flat();
}

/** Returns the whole path of an included pattern. */
export const resolvePattern = (pattern: string) => (pattern.startsWith('/') ? pattern : `${nginxRoot}/${pattern}`);

/** Finds the files of a pattern, without those that include it. */
export async function findIncluded(host: Host, {file, trail}: Source, pattern: string): Promise<readonly Source[]> {
  const files = await findMatches(host, resolvePattern(pattern));
  const before = [...trail, file];
  return files.filter(path => !before.includes(path)).map(path => ({file: path, trail: before}));
}

/** Finds the files that match a pattern of glob(7), in order; a path without wildcards need not exist. */
async function findMatches(host: Host, pattern: string): Promise<readonly string[]> {
  const [, ...segments] = pattern.split('/');
  let paths = [''];
  for (const segment of segments) {
    const next = paths.map(path => descend(host, path, segment));
    paths = (await Promise.all(next)).flat();
  }
  return paths;
}

async function descend(host: Host, directory: string, segment: string): Promise<string[]> {
  if (!/[*?[]/.test(segment)) return [`${directory}/${segment}`];
  const names = (await host.files.list(directory || '/').catch(() => undefined)) ?? [];
  return names.filter(name => matchesGlob(name, segment)).map(name => `${directory}/${name}`);
}
