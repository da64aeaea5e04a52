import type {X509Certificate} from 'node:crypto';
import {once} from 'node:events';
import {isIP, type Socket} from 'node:net';
import {connect, type DetailedPeerCertificate, type TLSSocket} from 'node:tls';

export type TlsTarget = {
  /** The name to ask for, independent of the address. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** An existing connection to use instead of a new one. */
  readonly over?: Socket;
};

/** The certificate of a server, and the reason if this machine does not trust it. */
export type ShownCertificate = {
  readonly certificate: X509Certificate;
  readonly fault: string | undefined;
  /** The names of the certificates from the server's own up, as far as the server and this machine know them. */
  readonly chain: readonly string[];
};

/** Opens a TLS connection to an address under a name. The caller judges the certificate. */
export async function connectTls({name, address, port, over}: TlsTarget, signal: AbortSignal): Promise<TLSSocket> {
  signal.throwIfAborted();
  const place = over ? {socket: over} : {host: address, port};
  // TLS has no greeting for an address.
  const asked = isIP(name) === 0 ? {servername: name} : {};
  const socket = connect({...place, ...asked, rejectUnauthorized: false, ALPNProtocols: ['http/1.1']});
  try {
    await once(socket, 'secureConnect', {signal});
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Reads the certificate of the other side. */
export function showCertificate(socket: TLSSocket): ShownCertificate {
  // First, since the other question takes the chain out of Node's hands.
  const chain = listChain(socket.getPeerCertificate(true));
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) throw new Error('the server showed no certificate');
  // Declared as an error, but in fact a code.
  return {
    certificate,
    fault: socket.authorized ? undefined : String(socket.authorizationError),
    chain,
  };
}

function listChain(certificate: DetailedPeerCertificate): readonly string[] {
  const found = new Map<string, string>();
  // The last one is its own issuer, or has none.
  for (let each = certificate; each?.fingerprint256 && !found.has(each.fingerprint256); each = each.issuerCertificate)
    found.set(each.fingerprint256, [each.subject.CN ?? each.subject.O ?? 'without a name'].flat().join(' '));
  return [...found.values()];
}

/** Fetches the certificate of a server. */
export async function fetchCertificate(target: TlsTarget, signal: AbortSignal): Promise<ShownCertificate> {
  const socket = await connectTls(target, signal);
  try {
    return showCertificate(socket);
  } finally {
    socket.destroy();
  }
}
