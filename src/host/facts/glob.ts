import {matchesGlob} from 'node:path/posix';
import type {Host} from '../../model/host.ts';

/** Finds the files that a pattern of glob(7) names, in their order; a path without wildcards is taken as it is. */
export async function findMatches(host: Host, pattern: string): Promise<readonly string[]> {
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
