import {eventually, guest} from './lab.ts';

/** A web service that names its visitor and repeats what a websocket says, and a service with TLS of its own behind a PROXY header. */
const program = `
import {createHash} from 'node:crypto';
import {createServer} from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import {readFileSync} from 'node:fs';

const web = createServer(({headers, url}, response) => {
  if (url === '/old') return response.writeHead(302, {location: '/new'}).end();
  response.end(\`\${headers['x-real-ip']} \${headers['x-forwarded-for']} \${headers['x-forwarded-proto']} \${headers.host}\`);
});
web.on('upgrade', ({headers}, socket) => {
  const key = createHash('sha1').update(headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: ' + key + '\\r\\n\\r\\n');
  // One short masked text, and the same without its mask.
  socket.once('data', frame => {
    const [mask, text] = [frame.subarray(2, 6), frame.subarray(6)];
    socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text.map((byte, index) => byte ^ mask[index % 4])]));
  });
});
web.listen(9000, '127.0.0.1');

const secrets = {key: readFileSync('/srv/own.key'), cert: readFileSync('/srv/own.pem')};
const clients = new Map();
tls.createServer(secrets, visitor => {
  visitor.on('error', () => {});
  visitor.once('data', () => visitor.end('HTTP/1.0 200 OK\\r\\n\\r\\nits own ' + clients.get(visitor.remotePort)));
}).listen(9444, '127.0.0.1');
net.createServer(socket => socket.once('data', header => {
  socket.pause();
  const inner = net.connect(9444, '127.0.0.1', () => {
    clients.set(inner.localPort, [...header.subarray(16, 20)].join('.'));
    inner.write(header.subarray(16 + header.readUInt16BE(14)));
    socket.pipe(inner).pipe(socket);
  });
  for (const each of [socket, inner]) each.on('error', () => {});
})).listen(9443, '127.0.0.1');
`;

/** Starts both services in the guest, and makes a page of files. */
export async function startServices(): Promise<void> {
  await guest('mkdir -p /srv/page && echo "a static page" > /srv/page/index.html && mkdir /srv/page/below');
  await guest(
    'openssl req -x509 -batch -newkey rsa:2048 -nodes -subj /CN=its-own -keyout /srv/own.key -out /srv/own.pem 2>&1',
  );
  await guest('cat > /srv/services.mjs', program);
  await guest('systemd-run --quiet --unit=services /opt/jitsi-onebox/current/node /srv/services.mjs');
  await eventually(10, async () => void (await guest('curl -sS http://127.0.0.1:9000/ && ss -ltn | grep -q :9443')));
}

/** Stops the services and removes their files. */
export async function stopServices(): Promise<void> {
  await guest('systemctl stop services; rm -rf /srv/page /srv/own.key /srv/own.pem /srv/services.mjs');
}
