import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import type {SocketAddress} from '../stun-message.ts';

/** A path for packets between a participant and the bridge: UDP, or an allocation of the relay. */
export type MediaPath = {
  /** The bridge's end. */
  readonly to: SocketAddress;
  send(packet: Buffer): void;
  /** Hands over every packet that arrives from there. */
  listen(receive: (packet: Buffer) => void): void;
  close(): void;
};

/** Opens the direct path to the bridge. */
export async function openDirectPath(to: SocketAddress, signal: AbortSignal): Promise<MediaPath> {
  const socket = createSocket('udp4');
  try {
    // A connected socket takes packets from the bridge only.
    socket.connect(to.port, to.address);
    await once(socket, 'connect', {signal});
  } catch (error) {
    socket.close();
    throw error;
  }
  // Where nobody listens, nobody answers, and those who wait say so.
  socket.on('error', () => undefined);
  let isOpen = true;
  return {
    to,
    send: packet => void (isOpen && socket.send(packet)),
    listen: receive => void socket.on('message', receive),
    close() {
      isOpen = false;
      socket.close();
    },
  };
}
