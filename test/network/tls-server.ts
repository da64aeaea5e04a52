import {execFileSync} from 'node:child_process';
import {once} from 'node:events';
import {createServer as createHttpsServer, type Server as HttpsServer} from 'node:https';
import type {AddressInfo, Server} from 'node:net';
import {createServer, type TLSSocket} from 'node:tls';
import {onTestFinished} from 'vitest';

let credentials: {key: string; cert: string} | undefined;

/** A key and a certificate for meet.example.org that no machine trusts. */
export function makeCredentials(): {key: string; cert: string} {
  if (!credentials) {
    const name = ['-subj', '/CN=meet.example.org', '-addext', 'subjectAltName=DNS:meet.example.org'];
    const kind = [
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-noenc',
      '-keyout',
      '-',
      '-out',
      '-',
    ];
    const pem = execFileSync('openssl', ['req', ...kind, ...name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const cut = pem.indexOf('-----BEGIN CERTIFICATE');
    credentials = {key: pem.slice(0, cut), cert: pem.slice(cut)};
  }
  return credentials;
}

/** Starts a TLS server on the loopback address for one test. */
export async function startTlsServer(serve: (socket: TLSSocket) => void): Promise<number> {
  return listen(createServer(makeCredentials(), serve));
}

/** Starts an HTTPS server on the loopback address for one test. */
export async function startHttpsServer(prepare: (server: HttpsServer) => void): Promise<number> {
  const server = createHttpsServer(makeCredentials());
  prepare(server);
  return listen(server);
}

/** Lets a server listen on the loopback address for one test, and returns its port. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
