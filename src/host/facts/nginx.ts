import {matchesGlob} from 'node:path/posix';
import {type Fact, known, type NginxSite} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {Unreadable} from './ask.ts';

const root = '/etc/nginx';

/**
 * Detects the sites of nginx from its files. `nginx -T` is not used: it creates a pid file and logs if there are none, and
 * prints nothing at all while one site is broken.
 */
export async function readNginxSites(host: Host): Promise<Fact<readonly NginxSite[]>> {
  const main = `${root}/nginx.conf`;
  if (!(await host.files.stat(main))) return known([], 'nginx is not installed');
  const top = await readDirectives(host, {file: main, trail: []});
  return known(await findSites(host, top), main);
}

/** A file to read; `trail` lists the files that include it, so that a circle ends. */
type Source = {readonly file: string; readonly trail: readonly string[]};

/** A directive of nginx's configuration: its words, and the content of its braces. */
export type Directive = {readonly words: readonly string[]; readonly block?: readonly Directive[]};

type Located = {readonly source: Source; readonly directive: Directive};

/** Reads the directives of a file and, in place of each include, those of the included files. */
async function readDirectives(host: Host, source: Source): Promise<readonly Located[]> {
  const text = await host.files.read(source.file).catch(() => {
    throw new Unreadable(source.file, 'it cannot be read by this user');
  });
  return expandIncludes(host, source, parseNginx(text ?? ''));
}

async function expandIncludes(host: Host, source: Source, block: readonly Directive[]): Promise<readonly Located[]> {
  const expanded = block.map(async directive => {
    const [name, pattern, ...rest] = directive.words;
    if (name !== 'include' || pattern === undefined || rest.length > 0) return [{source, directive}];
    const included = await findIncluded(host, source, pattern);
    return (await Promise.all(included.map(next => readDirectives(host, next)))).flat();
  });
  return (await Promise.all(expanded)).flat();
}

async function findIncluded(host: Host, {file, trail}: Source, pattern: string): Promise<readonly Source[]> {
  const files = await findMatches(host, pattern.startsWith('/') ? pattern : `${root}/${pattern}`);
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

async function findSites(host: Host, directives: readonly Located[]): Promise<readonly NginxSite[]> {
  const found = directives.map(async ({source, directive: {words, block}}) => {
    if (!block) return [];
    const content = await expandIncludes(host, source, block);
    const isServer = words.length === 1 && words[0] === 'server';
    return isServer ? [describeSite(source.file, content)] : findSites(host, content);
  });
  return (await Promise.all(found)).flat();
}

function describeSite(file: string, content: readonly Located[]): NginxSite {
  const directives = content.map(({directive}) => directive);
  const valuesOf = (name: string) => directives.filter(({words}) => words[0] === name).map(({words}) => words.slice(1));
  return {file, names: valuesOf('server_name').flat(), listens: valuesOf('listen').map(words => words.join(' '))};
}

// Quotes and # only count at the start of a word, and ${…} is part of one.
const tokens =
  /#[^\n]*|"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'|[;{}]|(?:\\.|\$\{|[^\s;{}"'#\\])(?:\\.|\$\{|[^\s;{\\])*/gs;

/** Parses nginx's configuration as far as it can be understood; broken parts are left out and are no error. */
export function parseNginx(text: string): readonly Directive[] {
  const top: Directive[] = [];
  const open = [top];
  let words: string[] = [];
  for (const [token] of text.matchAll(tokens)) {
    if (token.startsWith('#')) continue;
    if (token === '}') {
      if (open.length > 1) open.pop();
    } else if (token === '{') {
      const block: Directive[] = [];
      open.at(-1)?.push({words, block});
      open.push(block);
    } else if (token === ';') open.at(-1)?.push({words});
    else {
      words.push(unquote(token));
      continue;
    }
    words = [];
  }
  return top;
}

function unquote(token: string): string {
  return /^["']/.test(token) ? token.slice(1, -1).replaceAll(/\\(["'\\])/g, '$1') : token;
}
