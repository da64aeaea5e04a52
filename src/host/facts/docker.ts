import {type Compose, type Fact, known} from '../../model/facts.ts';
import type {Host, Output} from '../../model/host.ts';
import {query} from './ask.ts';

/**
 * Finds out the version of the Docker Engine. The daemon's program is asked first: it needs neither rights nor a running Engine,
 * while the client would start a stopped one through its socket.
 */
export async function readDocker(host: Host): Promise<Fact<string | null>> {
  const program = await query(host, 'dockerd', '--version');
  const version = /\b\d+\.\d+[^\s,]*/.exec(program.exitCode === 0 ? program.stdout : '')?.[0];
  if (version !== undefined) return known(version, 'dockerd');
  const engine = await query(host, 'docker', 'version', '--format', '{{.Server.Version}}');
  if (engine.exitCode === 0 && /^\d/.test(engine.stdout)) return known(engine.stdout.trim(), 'docker version');
  return known(null, 'neither dockerd nor an Engine that answers is here');
}

const ways: readonly Compose['argv'][] = [['docker', 'compose'], ['docker-compose']];

/** Finds out which compose there is; the plugin is preferred. */
export async function readCompose(host: Host): Promise<Fact<Compose | null>> {
  const found = await Promise.all(ways.map(argv => askVersion(host, argv)));
  const best = found.find(compose => compose !== undefined);
  return best
    ? known(best, best.argv.join(' '))
    : known(null, 'neither docker compose nor docker-compose is installed');
}

async function askVersion(host: Host, argv: Compose['argv']): Promise<Compose | undefined> {
  const packaged = argv[0] === packagedProgram ? await askPackage(host) : undefined;
  const {exitCode, stdout} = packaged ?? (await query(host, ...argv, 'version', '--short'));
  const [, version] = /^v?(\d+\.[^\s-]+)/.exec(exitCode === 0 ? stdout : '') ?? [];
  return version === undefined ? undefined : {argv, version};
}

const packagedProgram = 'docker-compose';

/** Debian's package says at once what its program, in Python, takes a third of a second to say; nothing where another goes before it. */
async function askPackage(host: Host): Promise<Output | undefined> {
  if (await host.files.stat(`/usr/local/bin/${packagedProgram}`)) return undefined;
  const answer = await query(host, 'dpkg-query', '--show', '--showformat=${Version}', packagedProgram);
  const isThere = answer.exitCode === 0 && (await host.files.stat(`/usr/bin/${packagedProgram}`));
  return isThere ? answer : undefined;
}
