import {entryOf} from '../../model/catalogue.ts';
import type {Check, Finding} from '../../model/check.ts';
import type {Blueprint} from '../blueprint.ts';
import {isOwnSite} from '../nginx-layout.ts';
import {check, ok} from './check.ts';

/** Checks that no other site has the name of the meeting page. nginx takes the first of two, and ignores the second. */
export function siteNames({domain}: Blueprint): Check {
  return check(
    'site-names',
    async ({host}): Promise<Finding> => {
      const {exitCode, stdout, stderr} = await host.query({argv: ['nginx', '-T']});
      if (exitCode !== 0) return reportUnreadable(stderr);
      const files = listNaming(stdout, domain);
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

/** Lists the files with a site of this name, in the order in which nginx reads them. */
function listNaming(configuration: string, name: string): readonly string[] {
  const [, ...parts] = configuration.split(/^# configuration file (.+):$/m);
  const found: string[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const names = [...(parts[index + 1] ?? '').matchAll(/^[^#\n]*?\bserver_name\s+([^;]+);/gm)];
    if (names.some(([, words = '']) => words.split(/\s+/).includes(name))) found.push(parts[index] ?? '');
  }
  return found;
}
