import {type Fact, known} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {ask} from './ask.ts';

const packages = ['nginx', 'haproxy', 'docker.io', 'docker-compose', 'certbot', 'go-mmproxy'];

/** Finds out which version of each package is installed, or would be. */
export async function readCandidates(host: Host): Promise<Fact<Readonly<Record<string, string>>>> {
  return known(parsePolicy(await ask(host, 'apt-cache', 'policy', ...packages)), 'apt-cache policy');
}

/** Reads `apt-cache policy`: what is installed counts before what could be. */
export function parsePolicy(text: string): Readonly<Record<string, string>> {
  const paragraphs = text.matchAll(/^(\S+):\n {2}Installed: (.+)\n {2}Candidate: (.+)$/gm);
  const versions = [...paragraphs].map(([, name = '', installed = none, candidate = none]) => [
    name,
    installed === none ? candidate : installed,
  ]);
  return Object.fromEntries(versions.filter(([, version]) => version !== none));
}

const none = '(none)';
