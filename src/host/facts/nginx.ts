import {type Fact, type FactValues, known, type NginxListen, type NginxSite} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {parseListen} from '../../model/nginx-listen.ts';
import {parseNginx} from '../../model/nginx-syntax.ts';
import {Unreadable} from './ask.ts';
import {expandIncludes, findIncluded, type Located, nginxRoot, readDirectives, resolvePattern} from './nginx-files.ts';

const main = `${nginxRoot}/nginx.conf`;

/** A server block; `module` is the block that it is in. */
type Server = {
  readonly module: NginxListen['module'];
  readonly file: string;
  readonly line: number;
  readonly content: readonly Located[];
};

/**
 * Detects the sites of nginx from its files. `nginx -T` is not used: it creates a pid file and logs if there are none, and
 * prints nothing at all while one site is broken.
 */
export async function readNginxSites(host: Host): Promise<Fact<readonly NginxSite[]>> {
  const servers = await readServers(host);
  if (!servers) return known([], 'nginx is not installed');
  return known(servers.filter(({module}) => module === 'http').map(describeSite), main);
}

/** Detects every socket that the configuration of nginx asks for, also for what is no web site. */
export async function readNginxListens(host: Host): Promise<Fact<readonly NginxListen[]>> {
  const servers = await readServers(host);
  return servers ? known(servers.flatMap(listListens), main) : known([], 'nginx is not installed');
}

/** Detects from where nginx reads its sites, how large its table of names is, and the group of its workers. */
export async function readNginxLayout(host: Host): Promise<Fact<FactValues['nginxLayout']>> {
  const text = await host.files.read(main).catch(() => {
    throw new Unreadable(main, 'it cannot be read by this user');
  });
  if (text === undefined) return known(null, 'nginx is not installed');
  const source = {file: main, trail: []};
  const top = await expandIncludes(host, source, parseNginx(text));
  const blocks = top.filter(({directive: {words, block}}) => words[0] === 'http' && block);
  const inside = await Promise.all(
    blocks.map(each =>
      Promise.all([listIncludes(host, each), expandIncludes(host, each.source, each.directive.block ?? [])]),
    ),
  );
  const includes = inside.flatMap(([patterns]) => patterns);
  const all = inside.flatMap(([, directives]) => directives);
  const size = all.find(({directive}) => directive.words[0] === 'server_names_hash_bucket_size');
  const [, value = ''] = size?.directive.words ?? [];
  // Without a group, it is the one with the name of the user.
  const [, user, group = user] = top.find(({directive: {words}}) => words[0] === 'user')?.directive.words ?? [];
  const bucketSize = size && {value: readSize(value), file: size.source.file, line: size.directive.lines[0] ?? 1};
  return known({includes, ...(bucketSize && {bucketSize}), ...(group !== undefined && {group})}, main);
}

/** Lists what a block includes, and the files that it includes in turn. */
async function listIncludes(host: Host, {source, directive: {block = []}}: Located): Promise<readonly string[]> {
  const found = block.map(async each => {
    const [name, pattern] = each.words;
    if (name !== 'include' || pattern === undefined || each.block) return [];
    const files = await findIncluded(host, source, pattern);
    const texts = await Promise.all(files.map(async next => ({next, text: (await host.files.read(next.file)) ?? ''})));
    const deeper = texts.map(({next, text}) =>
      listIncludes(host, {source: next, directive: {words: [], lines: [], block: parseNginx(text)}}),
    );
    return [resolvePattern(pattern), ...(await Promise.all(deeper)).flat()];
  });
  return (await Promise.all(found)).flat();
}

function readSize(text: string): number {
  const [, digits = '0', unit = ''] = /^(\d+)([km]?)$/i.exec(text) ?? [];
  return Number(digits) * ({k: 1024, m: 1024 * 1024}[unit.toLowerCase()] ?? 1);
}

async function readServers(host: Host): Promise<readonly Server[] | undefined> {
  if (!(await host.files.stat(main))) return undefined;
  return findServers(host, await readDirectives(host, {file: main, trail: []}));
}

async function findServers(
  host: Host,
  directives: readonly Located[],
  within: Server['module'] = 'http',
): Promise<readonly Server[]> {
  const found = directives.map(async ({source, directive: {words, lines, block}}) => {
    if (!block) return [];
    const [name, ...rest] = words;
    const content = await expandIncludes(host, source, block);
    const isServer = name === 'server' && rest.length === 0;
    if (isServer) return [{module: within, file: source.file, line: lines[0] ?? 1, content}];
    return findServers(host, content, name === 'stream' || name === 'mail' ? name : within);
  });
  return (await Promise.all(found)).flat();
}

function describeSite({file, line, content}: Server): NginxSite {
  const directives = content.map(({directive}) => directive);
  const valuesOf = (name: string) => directives.filter(({words}) => words[0] === name).map(({words}) => words.slice(1));
  const listens = valuesOf('listen').map(words => words.join(' '));
  return {file, line, names: valuesOf('server_name').flat(), listens};
}

function listListens({module, file, line, content}: Server): readonly NginxListen[] {
  const server = `${file}:${line}`;
  const directives = content.filter(({directive}) => directive.words[0] === 'listen');
  // Up to nginx 1.24, a site may turn TLS on for all of its sockets.
  const tls = content.some(({directive: {words}}) => words.join(' ') === 'ssl on') ? ['ssl'] : [];
  // A web site that says nothing listens on port 80.
  if (directives.length === 0 && module === 'http')
    return [{module, server, file, line, text: '', address: '0.0.0.0', port: 80, options: []}];
  return directives.flatMap(({source, directive: {words, lines}}) => {
    const [, text = '', ...options] = words;
    const where = {module, server, file: source.file, line: lines[1] ?? line, text};
    return parseListen(text).map(socket => ({...where, ...socket, options: [...options, ...tls]}));
  });
}
