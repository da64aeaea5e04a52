import {randomBytes} from 'node:crypto';
import {createSocket, type Socket} from 'node:dgram';
import {on, once} from 'node:events';
import {setTimeout as pause} from 'node:timers/promises';
import {resolveAddress} from './dns.ts';
import {
  attributeTypes,
  isSignedWith,
  messageTypes,
  readBindingAnswer,
  readBindingSuccess,
  type SocketAddress,
  writeBindingRequest,
  writeMessage,
} from './stun-message.ts';

/** Asks a STUN server (`host:port`) which IPv4 address it sees this machine's packets come from. */
export async function askStun(server: string, signal: AbortSignal): Promise<string> {
  const [host = '', port = '3478'] = server.split(':');
  const transaction = randomBytes(12);
  return exchangeUdp({
    to: {address: await resolveAddress(host, signal), port: Number(port)},
    request: writeBindingRequest(transaction),
    read: packet => readBindingAnswer(packet, transaction),
    signal,
  });
}

/** The credentials that the bridge gave to one participant. It silently drops packets without them. */
export type IceCredentials = {readonly ufrag: string; readonly password: string};

/** A connectivity check of ICE (RFC 8445), and a test for the answer that only the holder of the password can give. */
export type ConnectivityCheck = {readonly request: Buffer; isAnswer(packet: Buffer): true | undefined};

// The priority of a host candidate. The request must contain one, but nothing depends on it here.
const priority = Buffer.from('6e0001ff', 'hex');

/** Writes a connectivity check as a browser sends it: the bridge is in control. `from` is the own ufrag, if the bridge knows it. */
export function writeConnectivityCheck(
  {ufrag, password}: IceCredentials,
  from = randomBytes(4).toString('hex'),
): ConnectivityCheck {
  const transaction = randomBytes(12);
  const request = writeMessage({
    type: messageTypes.bindingRequest,
    transaction,
    attributes: [
      [attributeTypes.username, Buffer.from(`${ufrag}:${from}`)],
      [attributeTypes.priority, priority],
      [attributeTypes.iceControlled, randomBytes(8)],
    ],
    key: password,
    fingerprint: true,
  });
  const isAnswer = (packet: Buffer) => {
    const answer = readBindingSuccess(packet, transaction);
    return answer && isSignedWith(answer, password) ? true : undefined;
  };
  return {request, isAnswer};
}

/** Sends a connectivity check directly to the bridge; throws without a valid answer. */
export async function checkDirectly(
  {to, ...credentials}: IceCredentials & {readonly to: SocketAddress},
  signal: AbortSignal,
): Promise<void> {
  const {request, isAnswer} = writeConnectivityCheck(credentials);
  await exchangeUdp({to, request, read: isAnswer, signal});
}

/** The pauses between repeated requests, since UDP loses packets. The last one waits for a late answer. */
const udpPauses: readonly number[] = [250, 500, 1000];

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
