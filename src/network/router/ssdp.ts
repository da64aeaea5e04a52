import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {setTimeout as pause} from 'node:timers/promises';

const group = {address: '239.255.255.250', port: 1900};
const target = 'urn:schemas-upnp-org:device:InternetGatewayDevice:1';

/**
 * Finds the description of a router's UPnP device. Only answers of the gateway itself count, and only descriptions that are at the
 * gateway: anybody in the network may answer.
 */
export async function findDescription(
  {gateway, localAddress}: {readonly gateway: string; readonly localAddress: string},
  signal: AbortSignal,
  to = [group, {address: gateway, port: group.port}],
): Promise<URL | undefined> {
  const socket = createSocket('udp4');
  const found = Promise.withResolvers<URL | undefined>();
  socket.on('error', () => found.resolve(undefined));
  socket.on('message', (packet, {address}) => {
    const location = address === gateway ? readLocation(packet.toString('latin1')) : undefined;
    if (location?.hostname === gateway && location.protocol === 'http:') found.resolve(location);
  });
  const stop = () => found.resolve(undefined);
  signal.addEventListener('abort', stop);
  try {
    socket.bind(0, localAddress);
    await once(socket, 'listening', {signal});
    for (const wait of [0, 150]) {
      await pause(wait);
      for (const {address, port} of to) socket.send(search(address, port), port, address, () => undefined);
    }
    if (signal.aborted) return undefined;
    return await found.promise;
  } catch {
    return undefined;
  } finally {
    signal.removeEventListener('abort', stop);
    socket.close();
  }
}

function search(address: string, port: number): string {
  const lines = ['M-SEARCH * HTTP/1.1', `HOST: ${address}:${port}`, 'MAN: "ssdp:discover"', 'MX: 1', `ST: ${target}`];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function readLocation(answer: string): URL | undefined {
  const [, text] = /^location:\s*(\S+)/im.exec(answer) ?? [];
  return /^HTTP\/1\.1 200/.test(answer) && text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
}
