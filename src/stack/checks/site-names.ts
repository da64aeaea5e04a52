import {dirname, matchesGlob, resolve} from 'node:path/posix';
import {entryOf} from '../../model/catalogue.ts';
import type {Check, Finding} from '../../model/check.ts';
import {parseListen} from '../../model/nginx-listen.ts';
import {type Directive, parseNginx} from '../../model/nginx-syntax.ts';
import type {Blueprint} from '../blueprint.ts';
import {isOwnSite} from '../nginx-layout.ts';
import {check, ok} from './check.ts';

/** Checks that no other site has the name of the meeting page on its ports. nginx takes the first of two, and ignores the second. */
export function siteNames(blueprint: Blueprint): Check {
  const {domain} = blueprint;
  return check(
    'site-names',
    async ({host}): Promise<Finding> => {
      const {exitCode, stdout, stderr} = await host.query({argv: ['nginx', '-T']});
      if (exitCode !== 0) return reportUnreadable(stderr);
      const files = listNaming(stdout, blueprint);
      const others = files.filter(file => !isOwnSite(file));
      if (others.length === 0) return ok(`Only our site has the name ${domain}.`, files.join(', '));
      const {meaning} = entryOf('site-names');
      const isHidden = others.includes(files[0] ?? '');
      return {
        // The second one is ignored: nothing is wrong yet.
        state: isHidden ? 'failed' : 'warning',
        summary: meaning,
        evidence: `${domain} is in ${others.join(', ')}${isHidden ? ', which nginx reads first' : ', which nginx reads later and ignores'}`,
        remedy: `Remove ${domain} from server_name in ${others.join(', ')}, then run \`systemctl reload nginx\`.`,
      };
    },
    // A hook that fails at the configuration names its error.
    {after: ['service-nginx', 'deploy-hook']},
  );
}

/** Reports a configuration that nginx does not accept: it serves the former one until it is to read this one. */
function reportUnreadable(stderr: string): Finding {
  return {
    state: 'failed',
    summary: 'nginx cannot read its configuration, so it keeps the former one, and does not start again with this one.',
    evidence: /^nginx: \[(?:emerg|crit|alert|error)\].*$/m.exec(stderr)?.[0] ?? stderr.trim(),
    remedy: 'See `nginx -t`, correct the file that it names, then run `systemctl reload nginx`.',
  };
}

type Located = {readonly file: string; readonly directive: Directive};
type Files = ReadonlyMap<string, readonly Directive[]>;

/** Lists the files with a site that has our name on a port of ours, in the order in which nginx reads them. */
function listNaming(configuration: string, {domain, ports}: Blueprint): readonly string[] {
  const files = readFiles(configuration);
  const [main = ''] = files.keys();
  const inside = (name: string, all: readonly Located[]) =>
    all
      .filter(({directive}) => directive.words[0] === name)
      .map(({file, directive}) => expand(files, file, directive.block ?? []));
  const servers = inside('http', expand(files, main, files.get(main) ?? [])).flatMap(http => inside('server', http));
  const found = servers
    .filter(server => listPorts(server).some(port => port === 80 || port === ports.https))
    .flatMap(server => server.filter(({directive}) => isNaming(directive, domain)));
  return [...new Set(found.map(({file}) => file))];
}

function readFiles(configuration: string): Files {
  const [, ...parts] = configuration.split(/^# configuration file (.+):$/m);
  const names = parts.filter((_, index) => index % 2 === 0);
  return new Map(names.map((name, index) => [name, parseNginx(parts[2 * index + 1] ?? '')]));
}

/** Puts the directives of included files in place of each include. nginx has read them all, so there is no circle. */
function expand(files: Files, file: string, block: readonly Directive[]): readonly Located[] {
  const [main = ''] = files.keys();
  return block.flatMap(directive => {
    const [name, pattern] = directive.words;
    if (name !== 'include' || pattern === undefined) return [{file, directive}];
    const path = resolve(dirname(main), pattern);
    return [...files].flatMap(([each, inner]) => (matchesGlob(each, path) ? expand(files, each, inner) : []));
  });
}

/** Lists the ports of a site; one that says nothing listens on port 80. */
function listPorts(server: readonly Located[]): readonly number[] {
  const listens = server.filter(({directive}) => directive.words[0] === 'listen');
  if (listens.length === 0) return [80];
  return listens.flatMap(({directive}) => parseListen(directive.words[1] ?? '').map(({port}) => port));
}

/** Returns whether a site has a name; nginx ignores case, and a leading dot means the name and all below it. */
function isNaming({words: [directive, ...names]}: Directive, name: string): boolean {
  return directive === 'server_name' && names.some(each => each.toLowerCase().replace(/^\./, '') === name);
}
