import {randomBytes} from 'node:crypto';
import {resolveAddress} from './resolve.ts';
import {readBindingAnswer} from './stun-address.ts';
import {writeBindingRequest} from './stun-message.ts';
import {exchangeUdp} from './udp-exchange.ts';

/** Asks a STUN server (`host:port`) from which IPv4 address this machine's packets reach it. */
export async function askStun(server: string, signal: AbortSignal): Promise<string> {
  const {host, port} = splitServer(server);
  const transaction = randomBytes(12);
  return exchangeUdp({
    to: {address: await resolveAddress(host, signal), port},
    request: writeBindingRequest(transaction),
    read: packet => readBindingAnswer(packet, transaction),
    signal,
  });
}

function splitServer(server: string): {host: string; port: number} {
  const [host = '', port = '3478'] = server.split(':');
  return {host, port: Number(port)};
}
