import {once} from 'node:events';
import {WebSocket} from 'ws';
import {openInbox} from './inbox.ts';
import {connectTls, type TlsTarget} from './tls.ts';

/** Connects to a Socket.IO server as a browser does, and returns the name of the first event that it sends. */
export async function openSocketIo(target: TlsTarget, signal: AbortSignal): Promise<string> {
  const tls = await connectTls(target, signal);
  const socket = new WebSocket(`wss://${target.name}/socket.io/?EIO=4&transport=websocket`, {
    createConnection: () => tls,
    origin: `https://${target.name}`,
    perMessageDeflate: false,
  });
  const inbox = openInbox<string>();
  // Without a listener, an error that nobody waits for would end the program.
  socket.on('error', error => inbox.end(error));
  socket.on('close', () => inbox.end(new Error('the server ended the connection')));
  socket.on('message', data => inbox.receive(String(data)));
  const abort = () => inbox.end(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    const [handshake, greeting] = [inbox.next(isHandshake), inbox.next(readEvent)];
    await once(socket, 'open', {signal});
    await handshake;
    // Joins the namespace of everybody.
    socket.send('40');
    return await greeting;
  } finally {
    signal.removeEventListener('abort', abort);
    socket.terminate();
  }
}

/** The packet that opens a connection of Engine.IO. */
const isHandshake = (message: string) => (message.startsWith('0{') ? true : undefined);

/** Reads the name of an event: `42["name",…]`. */
function readEvent(message: string): string | undefined {
  return /^42\["([^"\\]*)"/.exec(message)?.[1];
}
