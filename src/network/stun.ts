import {randomBytes} from 'node:crypto';
import {createSocket, type Socket} from 'node:dgram';
import {on, once} from 'node:events';
import {setTimeout as pause} from 'node:timers/promises';
import {resolveAddress} from './resolve.ts';
import {readBindingAnswer, writeBindingRequest} from './stun-message.ts';

// UDP loses packets: the request goes out again after each of these, and the last one is the wait for a late answer.
const pauses = [250, 500, 1000];

/** Asks a STUN server (`host:port`) from which IPv4 address this machine's packets reach it. */
export async function askStun(server: string, signal: AbortSignal): Promise<string> {
  const {host, port} = splitServer(server);
  const address = await resolveAddress(host, signal);
  const stop = new AbortController();
  const socket = createSocket('udp4');
  try {
    // A connected socket takes packets of this server alone, and hears at once that nobody listens there.
    socket.connect(port, address);
    await once(socket, 'connect', {signal});
    const transaction = randomBytes(12);
    const until = AbortSignal.any([signal, stop.signal]);
    return await Promise.race([
      hear({socket, transaction, signal: until}),
      sendUntilTired({socket, request: writeBindingRequest(transaction), signal: until}),
    ]);
  } finally {
    stop.abort();
    socket.close();
  }
}

function splitServer(server: string): {host: string; port: number} {
  const [host = '', port = '3478'] = server.split(':');
  return {host, port: Number(port)};
}

type Exchange = {readonly socket: Socket; readonly signal: AbortSignal};

async function hear({socket, transaction, signal}: Exchange & {transaction: Buffer}): Promise<string> {
  for await (const [packet] of on(socket, 'message', {signal})) {
    const address = readBindingAnswer(packet, transaction);
    if (address !== undefined) return address;
  }
  throw new Error('the socket was closed');
}

async function sendUntilTired({socket, request, signal}: Exchange & {request: Buffer}): Promise<never> {
  for (const milliseconds of pauses) {
    socket.send(request);
    await pause(milliseconds, undefined, {signal});
  }
  throw new Error('no answer');
}
