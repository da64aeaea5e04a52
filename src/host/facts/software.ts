import {type Compose, type Fact, type FactValues, known} from '../../model/facts.ts';
import type {Host, Output} from '../../model/host.ts';
import {ask, query} from './ask.ts';

/**
 * Detects the version of the Docker Engine. The daemon's program is asked first: it needs neither rights nor a running Engine,
 * and the client would start a stopped Engine through its socket.
 */
export async function readDocker(host: Host): Promise<Fact<string | null>> {
  const program = await query(host, 'dockerd', '--version');
  const version = /\b\d+\.\d+[^\s,]*/.exec(program.exitCode === 0 ? program.stdout : '')?.[0];
  if (version !== undefined) return known(version, 'dockerd');
  // podman answers the same words with its own version.
  if (/podman/i.test((await query(host, 'docker', '--version')).stdout)) {
    return known(null, 'docker --version: podman answers in the place of Docker');
  }
  const engine = await query(host, 'docker', 'version', '--format', '{{.Server.Version}}');
  if (engine.exitCode === 0 && /^\d/.test(engine.stdout)) return known(engine.stdout.trim(), 'docker version');
  return known(null, 'neither dockerd nor an Engine that answers is here');
}

/** Detects which compose is installed; the plugin is preferred. */
export async function readCompose(host: Host): Promise<Fact<Compose | null>> {
  const [plugin, program] = await Promise.all([
    findCompose(['docker', 'compose'], () => query(host, 'docker', 'compose', 'version', '--short')),
    findCompose(['docker-compose'], () => askComposeProgram(host)),
  ]);
  const best = plugin ?? program;
  return best
    ? known(best, best.argv.join(' '))
    : known(null, 'neither docker compose nor docker-compose is installed');
}

async function findCompose(argv: Compose['argv'], askVersion: () => Promise<Output>): Promise<Compose | undefined> {
  const {exitCode, stdout} = await askVersion();
  const [, version] = /^v?(\d+\.[^\s-]+)/.exec(exitCode === 0 ? stdout : '') ?? [];
  return version === undefined ? undefined : {argv, version};
}

/** Asks dpkg if Debian's package is in use: the program itself is written in Python and needs a third of a second. */
async function askComposeProgram(host: Host): Promise<Output> {
  const isOverridden = await host.files.stat('/usr/local/bin/docker-compose');
  const packaged = isOverridden
    ? undefined
    : await query(host, 'dpkg-query', '--show', '--showformat=${Version}', 'docker-compose');
  const isPackaged = packaged?.exitCode === 0 && (await host.files.stat('/usr/bin/docker-compose'));
  return packaged && isPackaged ? packaged : query(host, 'docker-compose', 'version', '--short');
}

const packages = ['nginx', 'haproxy', 'docker.io', 'docker-compose', 'docker-compose-plugin', 'certbot', 'go-mmproxy'];

/** Detects which version of each package is installed, or would be. */
export async function readCandidates(host: Host): Promise<Fact<FactValues['candidates']>> {
  return known(parsePolicy(await ask(host, 'apt-cache', 'policy', ...packages)), 'apt-cache policy');
}

const none = '(none)';

/** Parses `apt-cache policy`; an installed version takes precedence over the candidate. */
export function parsePolicy(text: string): FactValues['candidates'] {
  const paragraphs = text.matchAll(/^(\S+):\n {2}Installed: (.+)\n {2}Candidate: (.+)$/gm);
  const versions = [...paragraphs].map(([, name = '', installed = none, candidate = none]) => [
    name,
    installed === none ? candidate : installed,
  ]);
  return Object.fromEntries(versions.filter(([, version]) => version !== none));
}
