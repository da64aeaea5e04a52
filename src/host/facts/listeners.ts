import {type Fact, known, type Listener} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {ask} from './ask.ts';
import {findPackages, findUnit} from './owners.ts';
import {listPublishedPorts, type PublishedPort} from './published-ports.ts';

/** Finds out which ports are taken, and by whom: without root, only the caller's own processes have a name. */
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

/** Reads `ss -Hltunp`, one listener for all workers that share a socket. */
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

// Workers inherit the socket from a process that was there before them.
function findMaster(users: string): {process: string; pid: number} | undefined {
  const all = [...users.matchAll(/\("(.*?)",pid=(\d+),fd=\d+\)/g)];
  const processes = all.map(([, process = '', pid]) => ({process, pid: Number(pid)}));
  return processes.sort((a, b) => a.pid - b.pid)[0];
}

function isDockerProxy({process}: Listener): boolean {
  return process === 'docker-proxy';
}

function findContainer(published: readonly PublishedPort[], {protocol, port}: Listener): Listener['container'] {
  return published.find(one => one.protocol === protocol && one.first <= port && port <= one.last)?.container;
}
