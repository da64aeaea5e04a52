import type {PathSize} from '../model/network-facts.ts';
import type {SocketAddress} from './stun-message.ts';
import {openStunSocket} from './stun-socket.ts';
import {resolveServers} from './translation.ts';

/** The sizes of IP packets to try where the full one is lost: Ethernet, DSL, tunnels, mobile networks, and what IPv6 demands of all. */
const sizes = [1500, 1492, 1480, 1452, 1420, 1400, 1340, 1280];
/** A size that every path carries, to see whether a server answers padded questions at all. */
const small = 576;

/**
 * Finds the largest packet that gets out to a STUN server; `full` is what the interface carries. The kernel forbids routers to cut
 * packets up, so a path that carries less loses them. A server may leave large packets unanswered itself, so two have to agree on
 * less than the full size. Undefined if nothing can be said.
 */
export async function findPathSize(
  servers: readonly string[],
  full: number,
  signal: AbortSignal,
): Promise<PathSize | undefined> {
  const resolved = await resolveServers(servers, signal);
  const tries = await Promise.all(
    resolved.map(async each => {
      const [whole, part] = await Promise.all([full, small].map(size => isAnswered(each.server, size)));
      return {...each, whole, part};
    }),
  );
  const good = tries.find(({whole}) => whole);
  if (good) return {size: full, server: good.name, address: good.server.address};
  if (signal.aborted) return undefined;
  // A second look at the full size too: one lost packet must not count.
  const wanted = [full, ...sizes.filter(size => size < full), small];
  const partly = tries.filter(({part}) => part);
  const seen = await Promise.all(
    partly.map(async ({name, server: {address, port}}) => {
      const answered = await Promise.all(wanted.map(size => isAnswered({address, port}, size)));
      return {size: wanted.find((_, index) => answered[index]) ?? 0, server: name, address};
    }),
  );
  const largest = Math.max(0, ...seen.map(({size}) => size));
  const [first, ...rest] = seen.filter(({size}) => size === largest && size > 0);
  if (!first || largest === full) return first;
  const second = rest.find(({address}) => address !== first.address);
  return second && {...first, server: `${first.server} and ${second.server}`};
}

async function isAnswered(server: SocketAddress, size: number): Promise<boolean> {
  const socket = await openStunSocket();
  try {
    return (await socket.ask(server, {size})) !== undefined;
  } finally {
    socket.close();
  }
}
