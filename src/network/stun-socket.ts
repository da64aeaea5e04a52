import {randomBytes} from 'node:crypto';
import {createSocket, type Socket} from 'node:dgram';
import {once} from 'node:events';
import {isIPv6} from 'node:net';
import {setTimeout as pause} from 'node:timers/promises';
import {type Inbox, openInbox} from './inbox.ts';
import {
  attributeTypes,
  messageTypes,
  readMappedAddress,
  readMessage,
  readOtherAddress,
  type SocketAddress,
  type StunMessage,
  writeMessage,
} from './stun-message.ts';

/** What a server saw, and its other address if it can answer from there. */
export type Binding = {readonly mapped: SocketAddress; readonly other: SocketAddress | undefined};

export type BindingQuestion = {
  /** Lets the server answer from its other address and port, or from its other port only (RFC 5780). */
  readonly from?: 'other-address' | 'other-port';
  /** The size of the IP packet to send, for a path that may lose large ones. */
  readonly size?: number;
};

/** A UDP socket that asks many servers from one port of this host, and hears whoever answers. */
export type StunSocket = {
  readonly port: number;
  /** Asks a server; undefined if there is no answer in time. */
  ask(to: SocketAddress, question?: BindingQuestion): Promise<Binding | undefined>;
  /** Sends something to an address twice; returns whether it arrives at another socket of ours. */
  sendTo(to: SocketAddress, arrival: StunSocket): Promise<boolean>;
  /** Waits for a packet with exactly these bytes. */
  hear(bytes: Buffer): Promise<boolean>;
  close(): void;
};

/** When a question is sent, and how long its answer may take, in milliseconds: a whole detection waits for the silent ones. */
const sendings = [0, 200];
const patience = 800;

const changes = {'other-address': 6, 'other-port': 2} as const;

/** Opens a socket at a port of this host, or at any; rejects if the port is in use. */
export async function openStunSocket({
  port = 0,
  family = 4,
}: {
  port?: number;
  family?: 4 | 6;
} = {}): Promise<StunSocket> {
  const socket = createSocket(family === 4 ? 'udp4' : 'udp6');
  const inbox = openInbox<Packet>();
  const closing = new AbortController();
  try {
    socket.bind(port);
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.on('message', (bytes, {address}) => inbox.receive({bytes, address}));
  // An unreachable server is one that does not answer.
  socket.on('error', () => undefined);
  const line = {socket, inbox, signal: closing.signal};
  const own: StunSocket = {
    port: socket.address().port,
    ask: (to, question = {}) => askBinding(line, to, question),
    async sendTo(to, arrival) {
      const bytes = randomBytes(16);
      const heard = arrival.hear(bytes);
      void sendRepeatedly(line, to, bytes);
      return heard;
    },
    hear: async bytes =>
      (await inTime(
        line,
        inbox.next(packet => packet.bytes.equals(bytes) || undefined),
      )) ?? false,
    close() {
      closing.abort();
      inbox.end(new Error('the socket was closed'));
      socket.close();
    },
  };
  return own;
}

/** A datagram, and its source. */
type Packet = {readonly bytes: Buffer; readonly address: string};
type Line = {readonly socket: Socket; readonly inbox: Inbox<Packet>; readonly signal: AbortSignal};

async function askBinding(line: Line, to: SocketAddress, question: BindingQuestion): Promise<Binding | undefined> {
  const transaction = randomBytes(12);
  const answer = line.inbox.next(({bytes, address}) => {
    // A server that cannot answer from another address may do so from its own.
    if (question.from === 'other-address' && address === to.address) return undefined;
    const message = readMessage(bytes);
    return message?.transaction.equals(transaction) ? readBinding(message) : undefined;
  });
  void sendRepeatedly(line, to, writeQuestion(transaction, question, isIPv6(to.address) ? 48 : 28));
  return inTime(line, answer);
}

function writeQuestion(transaction: Buffer, {from, size}: BindingQuestion, headers: number): Buffer {
  const change = from && Buffer.from([0, 0, 0, changes[from]]);
  // The header of the message has 20 bytes, the one of the attribute 4.
  const filler = size === undefined ? undefined : Buffer.alloc(Math.max(0, size - headers - 24));
  return writeMessage({
    type: messageTypes.bindingRequest,
    transaction,
    attributes: [
      ...(change ? [[attributeTypes.changeRequest, change] as const] : []),
      ...(filler ? [[attributeTypes.filler, filler] as const] : []),
    ],
  });
}

function readBinding(message: StunMessage): Binding | undefined {
  const mapped = message.type === messageTypes.bindingSuccess ? readMappedAddress(message) : undefined;
  return mapped && {mapped, other: readOtherAddress(message)};
}

async function sendRepeatedly({socket, signal}: Line, {address, port}: SocketAddress, packet: Buffer): Promise<void> {
  let last = 0;
  for (const at of sendings) {
    if (at > last) await pause(at - last, undefined, {signal, ref: false}).catch(() => undefined);
    if (signal.aborted) return;
    last = at;
    socket.send(packet, port, address, () => undefined);
  }
}

async function inTime<T>({signal}: Line, answer: Promise<T>): Promise<T | undefined> {
  const stop = new AbortController();
  const silence = pause(patience, undefined, {signal: AbortSignal.any([signal, stop.signal])});
  try {
    return await Promise.race([answer, silence]);
  } catch {
    return undefined;
  } finally {
    stop.abort();
    silence.catch(() => undefined);
  }
}
