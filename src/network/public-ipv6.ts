import {Resolver} from 'node:dns/promises';
import {type Fact, type FactValues, known} from '../model/facts.ts';
import {openStunSocket} from './stun-socket.ts';

/**
 * Finds the IPv6 address that the internet sees. `own` are the addresses of this host that could be used there; two servers have to
 * agree, since one may be wrong.
 */
export async function findPublicIpv6(
  servers: readonly string[],
  own: readonly string[],
  resolve: (name: string) => Promise<readonly string[]> = lookUp6,
): Promise<Fact<FactValues['publicIpv6']>> {
  const [first] = own;
  if (first === undefined) return known({address: null, state: 'none'}, 'no interface has a global IPv6 address');
  const socket = await openStunSocket({family: 6});
  try {
    const asked = servers.map(async each => {
      const [, name = '', port = '3478'] = /^(.*?)(?::(\d+))?$/.exec(each) ?? [];
      const [address] = await resolve(name);
      const binding = address === undefined ? undefined : await socket.ask({address, port: Number(port)});
      return binding?.mapped.address;
    });
    const settled = await Promise.allSettled(asked);
    const seen = settled.flatMap(each => (each.status === 'fulfilled' && each.value !== undefined ? [each.value] : []));
    const agreed = seen.find((address, index) => seen.indexOf(address) !== index);
    if (agreed !== undefined) return known({address: agreed, state: 'works'}, `${seen.length} STUN servers over IPv6`);
    const why = seen.length === 0 ? 'no STUN server answers over IPv6' : 'no two STUN servers agree over IPv6';
    return known({address: first, state: 'configured'}, why);
  } finally {
    socket.close();
  }
}

async function lookUp6(name: string): Promise<readonly string[]> {
  return new Resolver({timeout: 1000, tries: 1}).resolve6(name);
}
