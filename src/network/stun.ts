import {randomBytes} from 'node:crypto';
import {resolveAddress} from './dns.ts';
import {readBindingAnswer, type SocketAddress} from './stun-address.ts';
import {
  attributeTypes,
  isSignedWith,
  messageTypes,
  readBindingSuccess,
  writeBindingRequest,
  writeMessage,
} from './stun-message.ts';
import {exchangeUdp} from './udp-exchange.ts';

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

/** Writes a connectivity check as a browser sends it: the bridge is in control. */
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

/** Sends a connectivity check directly to the bridge; throws without a valid answer. */
export async function checkDirectly(
  {to, ...credentials}: IceCredentials & {readonly to: SocketAddress},
  signal: AbortSignal,
): Promise<void> {
  const {request, isAnswer} = writeConnectivityCheck(credentials);
  await exchangeUdp({to, request, read: isAnswer, signal});
}
