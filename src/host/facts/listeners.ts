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
  // Columns: protocol, state, two queues, the address, the peer, and the processes, whose names may contain spaces.
  const [protocol, , ...rest] = line.split(/\s+/, 6);
  const [receive, send, local = '', peer] = rest;
  const [, address, port] = /^(.+):(\d+)$/.exec(local) ?? [];
  const isListener = [receive, send].every(queue => /^\d+$/.test(queue ?? '')) && address && peer;
  if ((protocol !== 'tcp' && protocol !== 'udp') || !isListener) return [];
  return [{protocol, address: address.replaceAll(/[[\]]/g, ''), port: Number(port), ...findMaster(line)}];
}

// Workers inherit the socket from an older process.
function findMaster(line: string): {process: string; pid: number} | undefined {
  const [, users = ''] = line.split('users:(("', 2);
  return listProcesses(users).sort((a, b) => a.pid - b.pid)[0];
}

/**
 * Lists the processes in `NAME",pid=7,fd=8),("NAME",pid=9,fd=8))`. Anybody may put quotes and brackets into a name, but its 15
 * characters have no room for a name, the end of an entry, and the start of the next.
 */
function listProcesses(users: string): {process: string; pid: number}[] {
  const separator = '),("';
  const parts = users.split(separator);
  let open: string[] = [];
  return parts.flatMap((part, index) => {
    open.push(part);
    // The quote of the separator may be the end of a name.
    const text = index === 0 ? part : `"${part}`;
    const [, pid] = /^",pid=(\d+),fd=\d+\)*\s*$/.exec(text.slice(Math.max(0, text.lastIndexOf('",pid=')))) ?? [];
    const isNameless = open.length === 1 && part.startsWith('",');
    if (pid === undefined || (isNameless && index < parts.length - 1)) return [];
    const entry = open.join(separator);
    open = [];
    return [{process: entry.slice(0, entry.lastIndexOf('",pid=')), pid: Number(pid)}];
  });
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
  const {stdout} = await query(host, 'dpkg-query', '-S', ...paths.flatMap(spellings).map(escapePattern));
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
  return target?.startsWith('/') && !target.includes('\n') ? target.replace(/ \(deleted\)$/, '') : undefined;
}

/** Lists both paths of a program: since /bin became a link to /usr/bin, dpkg knows some programs by only one of them. */
function spellings(path: string): string[] {
  return path.startsWith('/usr/') ? [path, path.slice('/usr'.length)] : [path, `/usr${path}`];
}

/** Escapes a path for `dpkg-query -S`, which takes a pattern: anybody may name a program `*`. */
function escapePattern(path: string): string {
  return path.replaceAll(/[*?[\]\\]/g, String.raw`\$&`);
}

/** Parses `dpkg-query -S`: the first package of each path, without its architecture. */
export function parseOwners(text: string): ReadonlyMap<string, string> {
  const owners = text.split('\n').flatMap(line => {
    const at = line.indexOf(': /');
    const [name = ''] = line.slice(0, Math.max(0, at)).split(/[:,]/, 1);
    return /^[a-z0-9][a-z0-9.+-]*$/.test(name) ? [[line.slice(at + 2), name] as const] : [];
  });
  return new Map(owners);
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
