import {type Compose, type Engine, type Fact, known} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {fitsEngine} from '../../model/version.ts';
import {query} from './ask.ts';
import {readClient, readDaemonSettings} from './engine-settings.ts';

type Identity = Pick<Engine, 'product' | 'version' | 'origin' | 'unit'>;

/** The two facts that this one includes. */
type Versions = {readonly docker: Promise<Fact<string | null>>; readonly compose: Promise<Fact<Compose | null>>};

/** Detects which Engine is here, how it was installed, and who answers on its socket. It is not asked: that would start it. */
export async function readEngine(host: Host, versions: Versions): Promise<Fact<Engine>> {
  const [docker, compose, socket, daemon, client] = await Promise.all([
    versions.docker,
    versions.compose,
    findSocket(host),
    readDaemonSettings(host),
    readClient(host),
  ]);
  const identity = await identify(host, {version: docker.value ?? null, socket});
  const {product, version} = identity;
  const fits = (found: Compose) => product !== 'podman' && fitsEngine(found.version, version ?? undefined);
  const engine: Engine = {
    ...identity,
    running: await isRunning(host, identity.unit),
    socket,
    rootful: product !== 'rootless',
    compose: compose.value ? {...compose.value, fits: fits(compose.value)} : null,
    ...client,
    ...daemon,
  };
  const files = engine.settings.map(({source}) => source);
  return known(engine, [...new Set([identity.origin, ...files])].join(', '));
}

/** Decides which product it is. The snap's is outside the path of this program, and podman's script answers as Docker. */
async function identify(
  host: Host,
  {version, socket}: {readonly version: string | null; readonly socket: string | null},
): Promise<Identity> {
  const [installed, client, snap] = await Promise.all([
    listPackages(host),
    query(host, 'docker', '--version'),
    host.files.stat('/snap/bin/docker'),
  ]);
  const [, podman = null] = /\bpodman\b.*?(\d\S*)/i.exec(client.stdout) ?? [];
  if (podman !== null || socket?.includes('podman') || installed.has('podman-docker')) {
    const origin = installed.has('podman-docker') ? 'package podman-docker' : 'docker --version';
    return {product: 'podman', version: podman, origin, unit: 'podman.socket'};
  }
  if (socket?.startsWith('/run/user/')) return {product: 'rootless', version, origin: socket, unit: null};
  const unit = await findUnit(host);
  const owner = engines.find(([name]) => installed.has(name));
  if (owner && !(snap && version === null)) {
    const [name, product] = owner;
    return {product, version, origin: `package ${name}`, unit};
  }
  if (snap) return {product: 'snap', version, origin: '/snap/bin/docker', unit: 'snap.docker.dockerd.service'};
  if (version === null) return {product: 'none', version, origin: 'no package, no snap, no program', unit: null};
  return {product: 'other', version, origin: 'a program that no known package brought', unit};
}

/** The packages with an Engine. */
const engines = [
  ['docker.io', 'debian'],
  ['docker-ce', 'docker-ce'],
  ['moby-engine', 'other'],
  ['docker-engine', 'other'],
] as const;

async function listPackages(host: Host): Promise<ReadonlySet<string>> {
  const names = [...engines.map(([name]) => name), 'podman-docker'];
  const format = '--showformat=${Package} ${db:Status-Status}\n';
  // Its status is 1 where one of them is unknown.
  const {stdout} = await query(host, 'dpkg-query', '--show', format, ...names);
  return new Set([...stdout.matchAll(/^(\S+) installed$/gm)].map(([, name = '']) => name));
}

/** Returns the socket that a client reaches, with links resolved. */
async function findSocket(host: Host): Promise<string | null> {
  return (await host.files.resolve('/var/run/docker.sock').catch(() => undefined)) ?? null;
}

async function findUnit(host: Host): Promise<string | null> {
  const {stdout} = await query(host, 'systemctl', 'show', 'docker.service', '--property=LoadState');
  return /^LoadState=(loaded|masked)$/m.test(stdout) ? 'docker.service' : null;
}

async function isRunning(host: Host, unit: string | null): Promise<boolean> {
  return unit !== null && (await query(host, 'systemctl', 'is-active', unit)).stdout.trim() === 'active';
}
