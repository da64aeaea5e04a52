import {setTimeout as pause} from 'node:timers/promises';
import {openInbox} from '../inbox.ts';
import {type IceCredentials, repeat, writeConnectivityCheck} from '../stun.ts';
import {
  attributeTypes,
  findAttribute,
  isSignedWith,
  messageTypes,
  readMessage,
  type StunMessage,
  writeMessage,
  writeXorAddress,
} from '../stun-message.ts';
import type {MediaPath} from './path.ts';

/** The credentials of both ends of a path. */
export type IceEnds = {readonly own: IceCredentials; readonly bridge: IceCredentials};

/** A path on which the bridge answers. */
export type Connection = {
  send(packet: Buffer): void;
  /** Hands over every packet that is no connectivity check. */
  listen(receive: (packet: Buffer) => void): void;
};

// The bridge nominates a path at once when it has answered; one that does not is used without.
const nominationPatience = 500;

/** Connects a path as a browser does (RFC 8445, the bridge is in control): it checks the bridge, and answers the bridge's checks. */
export async function connect(path: MediaPath, {own, bridge}: IceEnds, signal: AbortSignal): Promise<Connection> {
  const checks = openInbox<Buffer>();
  const {promise: nominated, resolve: nominate} = Promise.withResolvers<void>();
  const listeners = new Set<(packet: Buffer) => void>();
  path.listen(packet => {
    const message = readMessage(packet);
    if (!message) for (const receive of listeners) receive(packet);
    else if (message.type !== messageTypes.bindingRequest) checks.receive(packet);
    else if (isFor(message, own)) {
      path.send(answer(message, path, own));
      if (findAttribute(message, attributeTypes.useCandidate)) nominate();
    }
  });
  const {request, isAnswer} = writeConnectivityCheck(bridge, own.ufrag);
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  const answered = checks.next(isAnswer);
  try {
    await Promise.race([answered, repeat(() => path.send(request), until)]);
    await Promise.race([nominated, pause(nominationPatience, undefined, {signal: until})]);
  } finally {
    stop.abort();
  }
  return {send: path.send, listen: receive => void listeners.add(receive)};
}

function isFor(request: StunMessage, {ufrag, password}: IceCredentials): boolean {
  const username = findAttribute(request, attributeTypes.username)?.toString();
  return username?.startsWith(`${ufrag}:`) === true && isSignedWith(request, password);
}

function answer({transaction}: StunMessage, {to}: MediaPath, {password}: IceCredentials): Buffer {
  return writeMessage({
    type: messageTypes.bindingSuccess,
    transaction,
    attributes: [[attributeTypes.xorMappedAddress, writeXorAddress(to, transaction)]],
    key: password,
    fingerprint: true,
  });
}
