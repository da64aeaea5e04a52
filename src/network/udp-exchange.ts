import {createSocket, type Socket} from 'node:dgram';
import {on, once} from 'node:events';
import {setTimeout as pause} from 'node:timers/promises';
import type {SocketAddress} from './stun-address.ts';

/** The pauses between repeated requests, since UDP loses packets. The last one waits for a late answer. */
export const udpPauses: readonly number[] = [250, 500, 1000];

export type UdpExchange<T> = {
  readonly to: SocketAddress;
  readonly request: Buffer;
  /** Reads an answer; undefined for any other packet. */
  readonly read: (packet: Buffer) => T | undefined;
  readonly signal: AbortSignal;
};

/** Sends a request over UDP until there is an answer; throws "no answer" otherwise. */
export async function exchangeUdp<T>({to, request, read, signal}: UdpExchange<T>): Promise<T> {
  const stop = new AbortController();
  const socket = createSocket('udp4');
  try {
    // A connected socket takes packets from this server only, and reports at once if nobody listens there.
    socket.connect(to.port, to.address);
    await once(socket, 'connect', {signal});
    const until = AbortSignal.any([signal, stop.signal]);
    return await Promise.race([receive(socket, read, until), repeat(() => void socket.send(request), until)]);
  } finally {
    stop.abort();
    socket.close();
  }
}

async function receive<T>(socket: Socket, read: (packet: Buffer) => T | undefined, signal: AbortSignal): Promise<T> {
  for await (const [packet] of on(socket, 'message', {signal})) {
    const answer = read(packet);
    if (answer !== undefined) return answer;
  }
  throw new Error('the socket was closed');
}

/** Repeats a request with pauses, and finally throws "no answer". */
export async function repeat(send: () => void, signal: AbortSignal): Promise<never> {
  for (const milliseconds of udpPauses) {
    send();
    await pause(milliseconds, undefined, {signal});
  }
  throw new Error('no answer');
}
