import type {X509Certificate} from 'node:crypto';
import {once} from 'node:events';
import type {Socket} from 'node:net';
import {connect, type TLSSocket} from 'node:tls';

export type TlsTarget = {
  /** The name in the greeting; the address is chosen apart from it. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** A connection that exists already, in place of a new one. */
  readonly over?: Socket;
};

/** The certificate that a server showed, and why this machine does not trust it, where it does not. */
export type ShownCertificate = {readonly certificate: X509Certificate; readonly fault: string | undefined};

/** Opens a TLS connection to an address of choice under a name. Whether the certificate is trusted is for the caller to judge. */
export async function connectTls({name, address, port, over}: TlsTarget, signal: AbortSignal): Promise<TLSSocket> {
  signal.throwIfAborted();
  const place = over ? {socket: over} : {host: address, port};
  const socket = connect({...place, servername: name, rejectUnauthorized: false, ALPNProtocols: ['http/1.1']});
  try {
    await once(socket, 'secureConnect', {signal});
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** The certificate of the other side. */
export function showCertificate(socket: TLSSocket): ShownCertificate {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) throw new Error('the server showed no certificate');
  // Node says it as a code, though it is declared as an error.
  return {certificate, fault: socket.authorized ? undefined : String(socket.authorizationError)};
}

/** Asks a server for its certificate and nothing else. */
export async function fetchCertificate(target: TlsTarget, signal: AbortSignal): Promise<ShownCertificate> {
  const socket = await connectTls(target, signal);
  try {
    return showCertificate(socket);
  } finally {
    socket.destroy();
  }
}
