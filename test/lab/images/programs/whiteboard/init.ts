import {createServer} from 'node:http';
import {type WebSocket, WebSocketServer} from 'ws';

const rooms = new Map<string, Set<WebSocket>>();

/** Answers as Engine.IO and Socket.IO do over a websocket, the only transport that the real server allows. */
const greet = (socket: WebSocket): void => {
  const emit = (...event: readonly unknown[]) => socket.send(`42${JSON.stringify(event)}`);
  socket.send(`0${JSON.stringify({sid: 'stand-in', upgrades: [], pingInterval: 25_000, pingTimeout: 60_000})}`);
  socket.on('message', data => {
    const message = String(data);
    if (message.startsWith('40')) {
      socket.send('40{"sid":"stand-in"}');
      emit('init-room');
    }
    if (message.startsWith('42')) obey(socket, JSON.parse(message.slice(2)), emit);
  });
};

const obey = (
  socket: WebSocket,
  [event, room, ...rest]: [string, string],
  emit: (...event: unknown[]) => void,
): void => {
  const others = rooms.get(room) ?? new Set();
  if (event === 'join-room') {
    rooms.set(room, new Set([...others, socket]));
    socket.on('close', () => rooms.get(room)?.delete(socket));
    emit(others.size === 0 ? 'first-in-room' : 'room-user-change', []);
  }
  if (event === 'server-broadcast')
    for (const other of others) if (other !== socket) other.send(`42${JSON.stringify(['client-broadcast', ...rest])}`);
};

const server = createServer((request, response) => {
  // Without a websocket, Engine.IO refuses.
  response.statusCode = request.url === '/' ? 200 : request.url?.startsWith('/socket.io/') ? 400 : 404;
  response.end(request.url === '/' ? 'Excalidraw backend is up :)' : '{"code":0,"message":"Transport unknown"}');
});
const sockets = new WebSocketServer({server, path: '/socket.io/'});
sockets.on('connection', greet);
server.listen(Number(process.env.PORT ?? 80));
