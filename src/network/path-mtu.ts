import type {SocketAddress} from './stun-message.ts';
import {openStunSocket} from './stun-socket.ts';
import {resolveServers} from './translation.ts';

/** The sizes of IP packets to try where the full one is lost: DSL, tunnels, mobile networks, and what IPv6 demands of all. */
const sizes = [1492, 1480, 1452, 1420, 1400, 1340, 1280];
/** A size that every path carries, to see whether a server answers padded questions at all. */
const small = 576;

/** What was seen of a path: the largest packet that a server answered, and the server. */
export type PathSize = {readonly size: number; readonly server: string; readonly address: string};

/**
 * Finds the largest packet that gets out to a STUN server; `full` is what the interface carries. The kernel forbids routers to cut
 * packets up, so a path that carries less loses them. Undefined if no server answers.
 */
export async function findPathSize(
  servers: readonly string[],
  full: number,
  signal: AbortSignal,
): Promise<PathSize | undefined> {
  const resolved = await resolveServers(servers, signal);
  const tries = await Promise.all(
    resolved.map(async ({name, server}) => {
      const [whole, part] = await Promise.all([full, small].map(size => isAnswered(server, size)));
      return {name, server, whole, part};
    }),
  );
  const good = tries.find(({whole}) => whole);
  if (good) return {size: full, server: good.name, address: good.server.address};
  const partly = tries.find(({part}) => part);
  if (!partly || signal.aborted) return undefined;
  // A second look at the full size too: one lost packet must not count.
  const wanted = [full, ...sizes.filter(size => size < full), small];
  const answered = await Promise.all(wanted.map(size => isAnswered(partly.server, size)));
  const size = wanted.find((_, index) => answered[index]);
  return size === undefined ? undefined : {size, server: partly.name, address: partly.server.address};
}

async function isAnswered(server: SocketAddress, size: number): Promise<boolean> {
  const socket = await openStunSocket();
  try {
    return (await socket.ask(server, {size})) !== undefined;
  } finally {
    socket.close();
  }
}
