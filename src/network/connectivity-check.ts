import {randomBytes} from 'node:crypto';
import type {SocketAddress} from './stun-address.ts';
import {attributeTypes, isSignedWith, messageTypes, readBindingSuccess, writeMessage} from './stun-message.ts';
import {exchangeUdp} from './udp-exchange.ts';

/** What the bridge gave one participant: it answers to nothing else, and drops the rest in silence. */
export type IceCredentials = {readonly ufrag: string; readonly password: string};

/** A connectivity check of ICE (RFC 8445), and the answer that only the holder of the password can give. */
export type ConnectivityCheck = {readonly request: Buffer; isAnswer(packet: Buffer): true | undefined};

// The priority of a host candidate: whoever is asked must have one, and nothing follows from it here.
const priority = Buffer.from('6e0001ff', 'hex');

/** Writes a check as a browser sends it: the bridge leads, the participant is led. */
export function writeConnectivityCheck({ufrag, password}: IceCredentials): ConnectivityCheck {
  const transaction = randomBytes(12);
  const request = writeMessage({
    type: messageTypes.bindingRequest,
    transaction,
    attributes: [
      [attributeTypes.username, Buffer.from(`${ufrag}:${randomBytes(4).toString('hex')}`)],
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

/** Sends a check straight to the bridge; throws when no good answer comes back. */
export async function checkDirectly(
  {to, ...credentials}: IceCredentials & {readonly to: SocketAddress},
  signal: AbortSignal,
): Promise<void> {
  const {request, isAnswer} = writeConnectivityCheck(credentials);
  await exchangeUdp({to, request, read: isAnswer, signal});
}
