import {createSocket, type Socket} from 'node:dgram';
import {on, once} from 'node:events';
import {setTimeout as pause} from 'node:timers/promises';
import type {SocketAddress} from './stun-address.ts';

/** UDP loses packets: a request goes out again after each of these, and the last one is the wait for a late answer. */
export const udpPauses: readonly number[] = [250, 500, 1000];

export type UdpExchange<T> = {
  readonly to: SocketAddress;
  readonly request: Buffer;
  /** The answer when a packet is one; undefined lets the wait go on. */
  readonly read: (packet: Buffer) => T | undefined;
  readonly signal: AbortSignal;
};

/** Sends a request over UDP until it is answered; throws "no answer" when it never is. */
export async function exchangeUdp<T>({to, request, read, signal}: UdpExchange<T>): Promise<T> {
  const stop = new AbortController();
  const socket = createSocket('udp4');
  try {
    // A connected socket takes packets of this server alone, and hears at once that nobody listens there.
    socket.connect(to.port, to.address);
    await once(socket, 'connect', {signal});
    const until = AbortSignal.any([signal, stop.signal]);
    return await Promise.race([
      hear({socket, read, signal: until}),
      repeatUntilTired(() => void socket.send(request), until),
    ]);
  } finally {
    stop.abort();
    socket.close();
  }
}

type Hearing<T> = Pick<UdpExchange<T>, 'read' | 'signal'> & {readonly socket: Socket};

async function hear<T>({socket, read, signal}: Hearing<T>): Promise<T> {
  for await (const [packet] of on(socket, 'message', {signal})) {
    const answer = read(packet);
    if (answer !== undefined) return answer;
  }
  throw new Error('the socket was closed');
}

/** Sends again and again as long as that makes sense; ends by throwing "no answer". */
export async function repeatUntilTired(send: () => void, signal: AbortSignal): Promise<never> {
  for (const milliseconds of udpPauses) {
    send();
    await pause(milliseconds, undefined, {signal});
  }
  throw new Error('no answer');
}
