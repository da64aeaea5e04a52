import {randomBytes} from 'node:crypto';
import type {TLSSocket} from 'node:tls';
import {limit} from '../model/limit.ts';
import {type Inbox, openInbox} from './inbox.ts';
import type {MediaPath} from './media/path.ts';
import {repeat} from './stun.ts';
import {
  attributeTypes,
  findAttribute,
  lengthOf,
  longTermKey,
  messageTypes,
  readError,
  readMessage,
  readXorAddress,
  type SocketAddress,
  type StunDraft,
  type StunMessage,
  writeMessage,
  writeXorAddress,
} from './stun-message.ts';
import {connectTls, type TlsTarget} from './tls.ts';

// An own client, because werift-ice 0.2.3 neither releases allocations nor asks for IPv6.

export type TurnCredentials = {readonly username: string; readonly password: string};

/** A relayed address that the relay holds for us. */
export type Allocation = {
  readonly relayed: SocketAddress;
  /** Asks for permission to reach an address; returns the error code, or 0. */
  permit(address: string): Promise<number>;
  /** Sends a packet to a permitted address until there is an answer; throws "no answer" otherwise. */
  exchange(to: SocketAddress, packet: Buffer, isAnswer: (packet: Buffer) => true | undefined): Promise<void>;
  /** Opens a path to a permitted address. It ends with the allocation. */
  openPath(to: SocketAddress): MediaPath;
  release(): Promise<void>;
};

/** Reports that the relay refused an allocation. */
export class TurnRefusal extends Error {
  readonly code: number;

  constructor(code: number) {
    super(
      code === unauthorized ? 'the relay rejects the credentials' : `the relay refuses an allocation (error ${code})`,
    );
    this.name = 'TurnRefusal';
    this.code = code;
  }
}

const unauthorized = 401;
const staleNonce = 438;
const farewell = 1000;
const udp = Buffer.from([17, 0, 0, 0]);
const families = {4: Buffer.from([1, 0, 0, 0]), 6: Buffer.from([2, 0, 0, 0])} as const;

type Attributes = StunDraft['attributes'];
/** Sends a request with the credentials. Its attributes may depend on the transaction. */
type Ask = (type: number, write: (transaction: Buffer) => Attributes) => Promise<StunMessage>;

/** Opens an allocation with TURN over TLS (RFC 8656). */
export async function allocate(
  target: TlsTarget & TurnCredentials & {readonly family: 4 | 6},
  signal: AbortSignal,
): Promise<Allocation> {
  const socket = await connectTls(target, signal);
  const abort = () => socket.destroy();
  signal.addEventListener('abort', abort);
  try {
    const line = {socket, inbox: receive(socket)};
    const ask = authenticate({...line, ...target});
    const answer = await ask(messageTypes.allocateRequest, () => [
      [attributeTypes.requestedTransport, udp],
      [attributeTypes.addressFamily, families[target.family]],
    ]);
    return {relayed: readRelayed(answer), ...serve(line, ask)};
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function readRelayed(answer: StunMessage): SocketAddress {
  const code = readError(answer);
  if (code !== 0) throw new TurnRefusal(code);
  const value = findAttribute(answer, attributeTypes.relayedAddress);
  const address = value && readXorAddress(value, answer.transaction);
  if (!address) throw new Error('the relay names no address');
  return address;
}

type Line = {readonly socket: TLSSocket; readonly inbox: Inbox<StunMessage>};

function serve({socket, inbox}: Line, ask: Ask): Omit<Allocation, 'relayed'> {
  const peer = (to: SocketAddress, transaction: Buffer) =>
    [attributeTypes.peerAddress, writeXorAddress(to, transaction)] as const;
  const send = (to: SocketAddress, packet: Buffer) => {
    const transaction = randomBytes(12);
    const attributes = [peer(to, transaction), [attributeTypes.data, packet]] as const;
    socket.write(writeMessage({type: messageTypes.sendIndication, transaction, attributes}));
  };
  return {
    async permit(address) {
      return readError(
        await ask(messageTypes.permissionRequest, transaction => [peer({address, port: 0}, transaction)]),
      );
    },
    async exchange(to, packet, isAnswer) {
      const stop = new AbortController();
      const answered = inbox.next(message => {
        const data = readData(message);
        return data && isAnswer(data);
      });
      await Promise.race([answered, repeat(() => send(to, packet), stop.signal)]).finally(() => stop.abort());
    },
    openPath(to) {
      return {
        to,
        send: packet => void (socket.writable && send(to, packet)),
        listen(receive) {
          // Accepts nothing, so it listens until the allocation ends.
          const listen = (message: StunMessage) => {
            const data = isFrom(message, to) ? readData(message) : undefined;
            if (data) receive(data);
          };
          inbox.next<never>(message => listen(message) as undefined).catch(() => undefined);
        },
        close: () => undefined,
      };
    },
    async release() {
      const {signal: nobody} = new AbortController();
      const refresh = () => ask(messageTypes.refreshRequest, () => [[attributeTypes.lifetime, Buffer.alloc(4)]]);
      await limit(farewell, nobody, refresh).finally(() => socket.destroy());
    },
  };
}

function readData(message: StunMessage): Buffer | undefined {
  return message.type === messageTypes.dataIndication ? findAttribute(message, attributeTypes.data) : undefined;
}

function isFrom(message: StunMessage, {address, port}: SocketAddress): boolean {
  const value = findAttribute(message, attributeTypes.peerAddress);
  const peer = value && readXorAddress(value, message.transaction);
  return peer?.address === address && peer.port === port;
}

/** Splits the stream into messages; the header of each one states its length. */
function receive(socket: TLSSocket): Inbox<StunMessage> {
  const inbox = openInbox<StunMessage>();
  let rest = Buffer.alloc(0);
  socket.on('data', chunk => {
    rest = Buffer.concat([rest, chunk]);
    for (let length = lengthOf(rest); length !== undefined && rest.length >= length; length = lengthOf(rest)) {
      const message = readMessage(rest.subarray(0, length));
      rest = rest.subarray(length);
      if (message) inbox.receive(message);
    }
  });
  socket.on('error', error => inbox.end(error));
  socket.on('close', () => inbox.end(new Error('the relay closed the connection')));
  return inbox;
}

type Challenge = {readonly realm: Buffer; readonly nonce: Buffer};

function authenticate({socket, inbox, username, password}: Line & TurnCredentials): Ask {
  let challenge: Challenge | undefined;
  const ask = (type: number, write: (transaction: Buffer) => Attributes) => {
    const transaction = randomBytes(12);
    const credentials = challenge ? sign(challenge, {username, password}) : {attributes: []};
    const answer = inbox.next(message => (message.transaction.equals(transaction) ? message : undefined));
    const attributes = [...write(transaction), ...credentials.attributes];
    socket.write(writeMessage({...credentials, type, transaction, attributes}));
    return answer;
  };
  return async (type, write) => {
    const answer = await ask(type, write);
    const code = readError(answer);
    // The first request only fetches the nonce for the second. Later, the relay may demand a new one.
    const isChallenge = (code === unauthorized && !challenge) || code === staleNonce;
    if (!isChallenge) return answer;
    challenge = readChallenge(answer);
    return ask(type, write);
  };
}

function readChallenge(answer: StunMessage): Challenge {
  const [realm, nonce] = [findAttribute(answer, attributeTypes.realm), findAttribute(answer, attributeTypes.nonce)];
  if (!realm || !nonce) throw new Error('the relay asks for credentials of an unknown kind');
  return {realm, nonce};
}

function sign({realm, nonce}: Challenge, {username, password}: TurnCredentials): Pick<StunDraft, 'attributes' | 'key'> {
  return {
    attributes: [
      [attributeTypes.username, Buffer.from(username)],
      [attributeTypes.realm, realm],
      [attributeTypes.nonce, nonce],
    ],
    key: longTermKey({username, realm: realm.toString(), password}),
  };
}
