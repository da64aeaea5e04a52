import type {NginxListen} from './facts.ts';

/** The most ports of one directive: a longer range counts as its first ports. */
const mostPorts = 1000;

/** Parses the address and port of a `listen` directive; a UNIX socket gives none. */
export function parseListen(text: string): readonly Pick<NginxListen, 'address' | 'port'>[] {
  if (text.startsWith('unix:')) return [];
  const [, address, ports] =
    /^(\[[^\]]*\])(?::(.*))?$/.exec(text) ?? /^()(\d+(?:-\d+)?)$/.exec(text) ?? /^([^:]*)(?::(.*))?$/.exec(text) ?? [];
  const [first, last = first] = (ports ?? '80').split('-').map(Number);
  if (address === undefined || first === undefined || last === undefined || !isPort(first) || !isPort(last)) return [];
  const bare = address.replaceAll(/[[\]]/g, '');
  const count = Math.min(last - first + 1, mostPorts);
  return Array.from({length: Math.max(count, 0)}, (_, index) => ({
    address: bare === '' || bare === '*' ? '0.0.0.0' : bare,
    port: first + index,
  }));
}

const isPort = (value: number) => Number.isInteger(value) && value > 0 && value < 65_536;
