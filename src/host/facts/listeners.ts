import {type Fact, known, type Listener} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {ask, query, readIfAllowed} from './ask.ts';

/** Detects which ports are in use and by which process. Without root, only the user's own processes are named. */
export async function readListeners(host: Host): Promise<Fact<readonly Listener[]>> {
  const listeners = parseListeners(await ask(host, 'ss', '-Hltunp'));
  const pids = [...new Set(listeners.flatMap(({pid}) => pid ?? []))];
  const [units, packages, published] = await Promise.all([
    Promise.all(pids.map(async pid => [pid, await findUnit(host, pid)] as const)),
    findPackages(host, pids),
    listeners.some(isDockerProxy) ? listPublishedPorts(host) : [],
  ]);
  const unitOf = new Map(units);
  const withOwners = listeners.map(listener => {
    const unit = unitOf.get(listener.pid ?? 0);
    const name = packages.get(listener.pid ?? 0);
    const container = isDockerProxy(listener) ? findContainer(published, listener) : undefined;
    return {...listener, ...(unit && {unit}), ...(name && {package: name}), ...(container && {container})};
  });
  return known(withOwners, 'ss');
}

/** Parses `ss -Hltunp` into one listener for all workers that share a socket. */
export function parseListeners(text: string): readonly Listener[] {
  const listeners = new Map<string, Listener>();
  for (const listener of text.split('\n').flatMap(parseLine)) {
    const key = [listener.protocol, listener.address, listener.port, listener.process].join(' ');
    if (!listeners.has(key)) listeners.set(key, listener);
  }
  return [...listeners.values()];
}

function parseLine(line: string): Listener[] {
  const [, protocol, address = '', port, users = ''] =
    /^(tcp|udp)\s+\S+\s+\d+\s+\d+\s+(\S+):(\d+)\s+\S+\s*(.*)$/.exec(line) ?? [];
  if (protocol !== 'tcp' && protocol !== 'udp') return [];
  const bare = address.replaceAll(/[[\]]/g, '');
  return [{protocol, address: bare, port: Number(port), ...findMaster(users)}];
}

// Workers inherit the socket from an older process.
function findMaster(users: string): {process: string; pid: number} | undefined {
  const all = [...users.matchAll(/\("(.*?)",pid=(\d+),fd=\d+\)/g)];
  const processes = all.map(([, process = '', pid]) => ({process, pid: Number(pid)}));
  return processes.sort((a, b) => a.pid - b.pid)[0];
}

/** Finds the system unit of a process. User sessions are left out: nobody should be asked to stop one. */
async function findUnit(host: Host, pid: number): Promise<string | undefined> {
  const groups = (await readIfAllowed(host, `/proc/${pid}/cgroup`)) ?? '';
  const [, unit] = /\/([^/\n]+\.service)(?:\/|$)/m.exec(groups) ?? [];
  return unit?.startsWith('user@') ? undefined : unit;
}

/** Finds the Debian package of each process's program. */
async function findPackages(host: Host, pids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const programs = await Promise.all(pids.map(async pid => [pid, await findProgram(host, pid)] as const));
  const paths = [...new Set(programs.flatMap(([, path]) => path ?? []))];
  if (paths.length === 0) return new Map();
  // The exit code is 1 if one path belongs to no package; the output is still right for the others.
  const {stdout} = await query(host, 'dpkg-query', '-S', ...paths.flatMap(spellings));
  const owners = parseOwners(stdout);
  return new Map(
    programs.flatMap(([pid, path = '']) => {
      const owner = spellings(path).flatMap(spelling => owners.get(spelling) ?? [])[0];
      return owner === undefined ? [] : [[pid, owner] as const];
    }),
  );
}

async function findProgram(host: Host, pid: number): Promise<string | undefined> {
  const target = await host.files.readLink(`/proc/${pid}/exe`).catch(() => undefined);
  // An upgrade replaces the file under a running process.
  return target?.startsWith('/') ? target.replace(/ \(deleted\)$/, '') : undefined;
}

/** Lists both paths of a program: since /bin became a link to /usr/bin, dpkg knows some programs by only one of them. */
function spellings(path: string): string[] {
  return path.startsWith('/usr/') ? [path, path.slice('/usr'.length)] : [path, `/usr${path}`];
}

/** Parses `dpkg-query -S`: the first package of each path, without its architecture. */
export function parseOwners(text: string): ReadonlyMap<string, string> {
  const lines = text.matchAll(/^([a-z0-9][a-z0-9.+-]*)(?::\S+?)?(?:, [^:]+)*(?::[a-z0-9]+)?: (\/.+)$/gm);
  return new Map([...lines].map(([, name = '', path = '']) => [path, name]));
}

function isDockerProxy({process}: Listener): boolean {
  return process === 'docker-proxy';
}

function findContainer(published: readonly PublishedPorts[], {protocol, port}: Listener): Listener['container'] {
  return published.find(one => one.protocol === protocol && one.first <= port && port <= one.last)?.container;
}

/** A range of ports that a container publishes on this machine. */
type PublishedPorts = Pick<Listener, 'protocol' | 'container'> & {readonly first: number; readonly last: number};

const format = '{{.Names}}\t{{.Label "com.docker.compose.project"}}\t{{.Ports}}';

async function listPublishedPorts(host: Host): Promise<readonly PublishedPorts[]> {
  const {exitCode, stdout} = await query(host, 'docker', 'ps', '--format', format);
  return exitCode === 0 ? parsePublishedPorts(stdout) : [];
}

/** Parses lines of name, compose project and ports (`0.0.0.0:8000-8002->80-82/tcp, :::443->443/tcp`). */
export function parsePublishedPorts(text: string): readonly PublishedPorts[] {
  return text.split('\n').flatMap(line => {
    const [name = '', project = '', ports = ''] = line.split('\t');
    const container = {name, ...(project !== '' && {project})};
    return [...ports.matchAll(/:(\d+)(?:-(\d+))?->[\d-]+\/(tcp|udp)/g)].map(([, first, last = first, protocol]) => ({
      protocol: protocol === 'udp' ? ('udp' as const) : ('tcp' as const),
      first: Number(first),
      last: Number(last),
      container,
    }));
  });
}
