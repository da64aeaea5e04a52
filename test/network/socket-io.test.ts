import {expect, test} from 'vitest';
import {type WebSocket, WebSocketServer} from 'ws';
import {openSocketIo} from '../../src/network/socket-io.ts';
import {startHttpsServer} from './tls-server.ts';

const handshake = '0{"sid":"a","upgrades":[],"pingInterval":25000}';

/** Connects to a server that greets in a way of its own. */
async function connect(greet: (socket: WebSocket) => void, path = '/socket.io/'): Promise<string> {
  const port = await startHttpsServer(server => new WebSocketServer({server, path}).on('connection', greet));
  return openSocketIo({name: 'meet.example.org', address: '127.0.0.1', port}, AbortSignal.timeout(2000));
}

test('the first event is found, once the namespace is joined', async () => {
  const greet = (socket: WebSocket) => {
    socket.send(handshake);
    socket.on('message', data => {
      if (String(data) === '40') socket.send('40{"sid":"b"}');
      socket.send('2');
      socket.send('42["init-room"]');
    });
  };
  expect(await connect(greet)).toBe('init-room');
});

test.each([
  ['a server that ends the connection', (socket: WebSocket) => socket.close(), /ended the connection/],
  ['another path', () => undefined, /400|404|Unexpected server response/, '/elsewhere'],
  ['silence', () => undefined, /timeout|aborted/i],
])('%s is a fault', async (_what: string, greet: (socket: WebSocket) => void, fault: RegExp, path = '/socket.io/') => {
  await expect(connect(greet, path)).rejects.toThrow(fault);
});
