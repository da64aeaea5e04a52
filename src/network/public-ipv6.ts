import {Resolver} from 'node:dns/promises';
import {type Fact, type FactValues, known, unknown} from '../model/facts.ts';
import type {SocketAddress} from './stun-message.ts';
import {openStunSocket} from './stun-socket.ts';

type Resolve = (name: string) => Promise<readonly string[]>;

/**
 * Finds the IPv6 address that the internet sees. `own` are the addresses of this host that could be used there: one server that says one
 * of them is enough. Of another address two servers have to agree, since one may be wrong.
 */
export async function findPublicIpv6(
  servers: readonly string[],
  own: readonly string[],
  resolve: Resolve = lookUp6,
): Promise<Fact<FactValues['publicIpv6']>> {
  const [first] = own;
  if (first === undefined) return known({address: null, state: 'none'}, 'no interface has a global IPv6 address');
  const targets = (await Promise.all(servers.map(each => findTarget(each, resolve)))).flat();
  if (targets.length === 0) return unknown('STUN', 'no IPv6 address of a STUN server was found');
  const socket = await openStunSocket({family: 6});
  try {
    const bindings = await Promise.all(targets.map(target => socket.ask(target)));
    const seen = bindings.flatMap(binding => binding?.mapped.address ?? []);
    if (seen.length === 0) return known({address: first, state: 'configured'}, 'no STUN server answers over IPv6');
    const address = seen.find((each, index) => own.includes(each) || seen.indexOf(each) !== index);
    if (address === undefined) return unknown('STUN', `no two servers agree over IPv6: they say ${seen.join(', ')}`);
    return known({address, state: 'works'}, `STUN over IPv6: ${seen.length} of ${targets.length} servers answer`);
  } finally {
    socket.close();
  }
}

/** Finds where a server is reached over IPv6; nothing if it is not there. */
async function findTarget(server: string, resolve: Resolve): Promise<readonly SocketAddress[]> {
  const [, name = '', port = '3478'] = /^(.*?)(?::(\d+))?$/.exec(server) ?? [];
  const found = await resolve(name).catch(() => []);
  return found.slice(0, 1).map(address => ({address, port: Number(port)}));
}

async function lookUp6(name: string): Promise<readonly string[]> {
  return new Resolver({timeout: 1000, tries: 1}).resolve6(name);
}
