import {createHash} from 'node:crypto';
import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {
  attributeTypes,
  findAttribute,
  isSignedWith,
  longTermKey,
  messageTypes,
  readMessage,
  type SocketAddress,
  type StunMessage,
  writeError,
  writeMessage,
  writeXorAddress,
} from '../stun-message.ts';
import type {Door} from './web.ts';

const realm = 'jitsi-onebox';
/** Requests of all visitors that are answered in a second: nobody can aim the answers at somebody else. */
const answersPerSecond = 40;

export type StunAnswer = {
  readonly packet: Buffer;
  /** The name that the visitor signed with: it has read an answer before. */
  readonly proven?: string;
};

/**
 * Answers a visitor. A Binding request gets the address that it came from. An Allocate request, as to a relay, gets a question for
 * credentials: whoever signs the next one with them has read that answer, so the way back works as well. Nothing is ever relayed.
 */
export function answerStun(packet: Buffer, from: SocketAddress, password: string): StunAnswer | undefined {
  const message = readMessage(packet);
  if (message?.type === messageTypes.bindingRequest) return {packet: writeBinding(message, from)};
  if (message?.type !== messageTypes.allocateRequest) return undefined;
  const username = findAttribute(message, attributeTypes.username)?.toString() ?? '';
  const key = longTermKey({username, realm, password});
  if (username !== '' && isSignedWith(message, key)) return {packet: writeRefusal(message, key), proven: username};
  return {packet: writeChallenge(message, password)};
}

function writeBinding({transaction}: StunMessage, from: SocketAddress): Buffer {
  return writeMessage({
    type: messageTypes.bindingSuccess,
    transaction,
    attributes: [[attributeTypes.xorMappedAddress, writeXorAddress(from, transaction)]],
  });
}

function writeChallenge({transaction}: StunMessage, password: string): Buffer {
  const nonce = createHash('sha256').update(password).digest('hex').slice(0, 16);
  return writeMessage({
    type: messageTypes.allocateError,
    transaction,
    attributes: [
      [attributeTypes.errorCode, writeError(401)],
      [attributeTypes.realm, Buffer.from(realm)],
      [attributeTypes.nonce, Buffer.from(nonce)],
    ],
  });
}

/** Refuses as a relay does whose quota is reached. */
function writeRefusal({transaction}: StunMessage, key: Buffer): Buffer {
  const attributes = [[attributeTypes.errorCode, writeError(486)]] as const;
  return writeMessage({type: messageTypes.allocateError, transaction, attributes, key});
}

export type StunOptions = {
  readonly port: number;
  readonly password: string;
  onRequest(from: string): void;
  onProof(from: string, username: string): void;
};

/** Answers STUN on a UDP port. */
export async function serveStun({port, password, onRequest, onProof}: StunOptions): Promise<Door> {
  const socket = createSocket('udp4');
  let left = answersPerSecond;
  const refill = setInterval(() => {
    left = answersPerSecond;
  }, 1000);
  socket.on('message', (packet, {address, port: source}) => {
    const answer = left > 0 ? answerStun(packet, {address, port: source}, password) : undefined;
    if (!answer) return;
    left -= 1;
    onRequest(address);
    if (answer.proven !== undefined) onProof(address, answer.proven);
    socket.send(answer.packet, source, address, () => undefined);
  });
  try {
    socket.bind(port, '0.0.0.0');
    await once(socket, 'listening');
  } catch (error) {
    clearInterval(refill);
    socket.close();
    throw error;
  }
  // A packet that cannot be sent must not end the program.
  socket.on('error', () => undefined);
  return {
    async close() {
      clearInterval(refill);
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}
