import {createServer} from 'node:http';

/** The echo services behind the front, with a clock that is two hours ahead: as if this host were two hours behind. */
const ahead = 2 * 3_600_000;

createServer((request, response) => {
  const date = new Date(Date.now() + ahead).toUTCString();
  response.writeHead(200, {date, 'content-type': 'text/plain'}).end(request.headers['x-real-ip']);
}).listen(8054, '127.0.0.1');
