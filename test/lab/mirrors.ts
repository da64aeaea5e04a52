import {run} from './command.ts';

/** The Debian releases that a guest can be. */
export const suites = ['trixie', 'bookworm'] as const;
export type Suite = (typeof suites)[number];

/** Turns the machine's own Debian sources, as apt lists them, into those of a guest's release. */
export function deriveSources(targets: string, suite: Suite): string[] {
  const lines = targets.split('\n').flatMap(line => deriveSource(line, suite));
  return [...new Set(lines)];
}

/** Asks apt for this machine's mirrors and names the guest's release on them. */
export async function findSources(suite: Suite): Promise<string[]> {
  const format = '$(CREATED_BY)|$(ORIGIN)|$(CODENAME)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)';
  const sources = deriveSources(await run(['apt-get', 'indextargets', '--format', format]), suite);
  if (sources.length > 0) return sources;
  throw new Error(
    'This machine has no Debian mirror in its apt configuration; the guest is made from one. Is apt-get update done?',
  );
}

/** Reads the machine's options about stale or future indexes, which the guest needs for the same mirrors. */
export async function findAptOptions(): Promise<string[]> {
  const options = await run(['apt-config', 'dump']);
  return options.split('\n').filter(line => /^Acquire::(Check-|Max-FutureTime|Retries)/.test(line));
}

function deriveSource(line: string, suite: Suite): string[] {
  const [creator, origin, codename = '', uri, release = '', component] = line.split('|');
  if (creator !== 'Packages' || origin !== 'Debian' || component !== 'main') return [];
  // A release's code name is followed by -updates or -security; backports are no part of a fresh host.
  const kind = /^[a-z]+(-updates|-security)?$/.exec(codename);
  return kind === null || release === '' ? [] : [`deb ${uri} ${suite}${kind[1] ?? ''} main`];
}
