import {createServer} from 'node:http';
import {createServer as createTcpServer} from 'node:net';
import {createServer as createTlsServer} from 'node:tls';
import {expect, test} from 'vitest';
import {askAsProxy, askHttp, askHttps, isOpen} from '../../src/network/http.ts';
import {fetchCertificate} from '../../src/network/tls.ts';
import {listen, makeCredentials, startHttpsServer, startTlsServer} from './tls-server.ts';

const {signal} = new AbortController();
const name = 'meet.example.org';
const address = '127.0.0.1';

test('a page is fetched from an address under a name', async () => {
  const seen: unknown[] = [];
  const port = await startHttpsServer(server =>
    server.on('request', ({headers, url, socket}, answer) => {
      seen.push([headers.host, url, (socket as unknown as {servername: string}).servername]);
      answer.writeHead(200, {'x-page': 'meeting'}).end('<html>');
    }),
  );
  const answer = await askHttps({name, address, port, path: '/config.js'}, signal);
  expect(answer).toMatchObject({status: 200, body: '<html>', headers: {'x-page': 'meeting'}});
  expect(seen).toEqual([[name, '/config.js', name]]);
});

test('a redirect is reported, not followed', async () => {
  const port = await listen(
    createServer((_request, answer) => answer.writeHead(301, {location: `https://${name}/`}).end()),
  );
  expect(await askHttp({name, address, port, path: '/'}, signal)).toMatchObject({
    status: 301,
    headers: {location: `https://${name}/`},
  });
});

test.each([
  [4, '198.51.100.254', 'PROXY TCP4 198.51.100.254 127.0.0.1 50000 443'],
  [6, '2001:db8::254', 'PROXY TCP6 2001:db8::254 ::1 50000 443'],
] as const)('a PROXY header for IPv%s precedes the TLS handshake', async (family, client, expected) => {
  let header = '';
  const tls = createTlsServer(makeCredentials(), socket =>
    socket.once('data', () => socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n')),
  );
  const port = await listen(
    createTcpServer(socket =>
      socket.once('data', bytes => {
        socket.pause();
        const end = bytes.indexOf('\r\n');
        header = bytes.subarray(0, end).toString();
        if (bytes.length > end + 2) socket.unshift(bytes.subarray(end + 2));
        tls.emit('connection', socket);
      }),
    ),
  );
  const answer = await askAsProxy({name, address, port, path: '/x', client: {family, address: client}}, signal);
  expect(header).toBe(expected);
  expect(answer.status).toBe(404);
});

test('a certificate is returned with the reason why it is not trusted', async () => {
  const port = await startTlsServer(() => {});
  const {certificate, fault} = await fetchCertificate({name, address, port}, signal);
  expect(certificate.subjectAltName).toBe(`DNS:${name}`);
  expect(fault).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
});

test('a port is open if it accepts connections', async () => {
  const port = await startTlsServer(() => {});
  expect(await isOpen({address, port}, signal)).toBe(true);
  expect(await isOpen({address: '127.0.0.2', port}, signal)).toBe(false);
});

test('a silent server is left after the time limit', async () => {
  const port = await listen(createTcpServer(() => {}));
  const late = AbortSignal.timeout(100);
  await expect(askHttps({name, address, port, path: '/'}, late)).rejects.toThrow('aborted');
});
