import {matchesGlob} from 'node:path/posix';
import type {Host} from '../../model/host.ts';
import {Unreadable} from './ask.ts';

/** The directory that relative paths in nginx's configuration begin in. */
export const nginxRoot = '/etc/nginx';

/** A file to read; `trail` lists the files that include it, so that a circle ends. */
export type Source = {readonly file: string; readonly trail: readonly string[]};

/** A directive of nginx's configuration: its words with the line of each, and the content of its braces. */
export type Directive = {
  readonly words: readonly string[];
  readonly lines: readonly number[];
  readonly block?: readonly Directive[];
};

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

// Quotes and # only count at the start of a word, and ${…} is part of one.
const tokens =
  /#[^\n]*|"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'|[;{}]|(?:\\.|\$\{|[^\s;{}"'#\\])(?:\\.|\$\{|[^\s;{\\])*/gs;

/** Parses nginx's configuration as far as it can be understood; broken parts are left out and are no error. */
export function parseNginx(text: string): readonly Directive[] {
  const top: Directive[] = [];
  const open = [top];
  let [words, lines]: [string[], number[]] = [[], []];
  for (const {token, line} of readTokens(text)) {
    if (token === '}') {
      if (open.length > 1) open.pop();
    } else if (token === '{') {
      const block: Directive[] = [];
      open.at(-1)?.push({words, lines, block});
      open.push(block);
    } else if (token === ';') open.at(-1)?.push({words, lines});
    else {
      words.push(unquote(token));
      lines.push(line);
      continue;
    }
    [words, lines] = [[], []];
  }
  return top;
}

/** Finds the words and signs of a text with their lines, without the comments. */
function* readTokens(text: string): Generator<{token: string; line: number}> {
  let [line, seen] = [1, 0];
  for (const {0: token, index} of text.matchAll(tokens)) {
    line += text.slice(seen, index).split('\n').length - 1;
    seen = index;
    if (!token.startsWith('#')) yield {token, line};
  }
}

function unquote(token: string): string {
  return /^["']/.test(token) ? token.slice(1, -1).replaceAll(/\\(["'\\])/g, '$1') : token;
}
