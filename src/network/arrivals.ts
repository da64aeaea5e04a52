import type {FactValues} from '../model/facts.ts';
import type {SocketAddress} from './stun-message.ts';
import {openStunSocket, type StunSocket} from './stun-socket.ts';
import {hasOtherAddress, resolveServers} from './translation.ts';

type Arrivals = FactValues['arrivals'];
type Place = {
  readonly servers: readonly string[];
  /** The ports that nobody uses. */
  readonly ports: readonly number[];
  /** The ports at which something listens already. */
  readonly taken?: readonly number[];
  readonly publicAddress: string;
};

/**
 * Tries which UDP ports arrive at this host before anything listens there: it listens for a moment itself. A server that can answer
 * from another address shows it from outside, a packet to the public address shows it from within. Where something listens already, an
 * answer of STUN from the public address shows the same: the relay of an installation gives it.
 */
export async function findArrivals(place: Place, signal: AbortSignal): Promise<Arrivals> {
  const opened = await Promise.allSettled(place.ports.map(port => openStunSocket({port})));
  const sockets = opened.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []));
  try {
    const server = sockets.length === 0 ? undefined : findAble(place.servers, signal);
    const tries = sockets.map(async socket => {
      const seen = {port: socket.port, protocol: 'udp'} as const;
      const [outside, hairpin] = await Promise.all([
        arrivesFromOutside(socket, await server),
        arrivesFromWithin(socket, place.publicAddress),
      ]);
      return [
        ...(outside ? [{...seen, from: 'outside' as const}] : []),
        ...(hairpin ? [{...seen, from: 'hairpin' as const}] : []),
      ];
    });
    const answered = findAnswering(place.taken ?? [], place.publicAddress);
    return [...(await Promise.all(tries)).flat(), ...(await answered)];
  } finally {
    for (const socket of sockets) socket.close();
  }
}

/** Finds a server that has another address, from a port of its own: the ports to try must have written to nobody. */
async function findAble(servers: readonly string[], signal: AbortSignal): Promise<SocketAddress | undefined> {
  const scout = await openStunSocket();
  try {
    const resolved = await resolveServers(servers, signal);
    const asked = resolved.map(async ({server}) => ({server, other: (await scout.ask(server))?.other}));
    return (await Promise.all(asked)).find(hasOtherAddress)?.server;
  } finally {
    scout.close();
  }
}

async function arrivesFromOutside(socket: StunSocket, server: SocketAddress | undefined): Promise<boolean> {
  const binding = server && (await socket.ask(server));
  // With another port outside, the answer would not be sent to the one that has to be forwarded.
  if (!server || binding?.mapped.port !== socket.port) return false;
  return (await socket.ask(server, {from: 'other-address'})) !== undefined;
}

/** Finds the ports that answer at the public address. */
async function findAnswering(ports: readonly number[], address: string): Promise<Arrivals> {
  if (ports.length === 0) return [];
  const scout = await openStunSocket();
  try {
    const asked = ports.map(async port => ((await scout.ask({address, port})) ? [port] : []));
    const found = (await Promise.all(asked)).flat();
    return found.map(port => ({port, protocol: 'udp', from: 'hairpin'}));
  } finally {
    scout.close();
  }
}

async function arrivesFromWithin(socket: StunSocket, publicAddress: string): Promise<boolean> {
  const sender = await openStunSocket();
  try {
    return await sender.sendTo({address: publicAddress, port: socket.port}, socket);
  } finally {
    sender.close();
  }
}
