import {once} from 'node:events';
import {connect as connectTcp, type Socket} from 'node:net';
import type {Secret} from '../../model/secret.ts';
import {connectTls} from '../tls.ts';

/** An account of the XMPP server, and where the server's port for clients is. */
export type Account = {
  readonly address: string;
  readonly port: number;
  readonly domain: string;
  readonly user: string;
  readonly password: Secret;
};

/** Asks the server whether it takes a password. Begins no session, so that nobody who uses the account notices. */
export async function tryPassword(
  {address, port, domain, user, password}: Account,
  signal: AbortSignal,
): Promise<boolean> {
  const plain = connectTcp({host: address, port});
  try {
    await once(plain, 'connect', {signal});
    await openStream(plain, domain, signal);
    await exchange(plain, '<starttls xmlns="urn:ietf:params:xml:ns:xmpp-tls"/>', /<proceed/, signal);
    const tls = await connectTls({name: domain, address, port, over: plain}, signal);
    await openStream(tls, domain, signal);
    const credentials = Buffer.from(`\0${user}\0${password.reveal()}`).toString('base64');
    const auth = `<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">${credentials}</auth>`;
    const answer = await exchange(tls, auth, /<success|<\/failure>/, signal);
    if (/<success/.test(answer)) return true;
    if (/<not-authorized/.test(answer)) return false;
    throw new Error(`the server refused the login for another reason: ${/<failure[^>]*><([\w-]+)/.exec(answer)?.[1]}`);
  } finally {
    plain.destroy();
  }
}

function openStream(socket: Socket, domain: string, signal: AbortSignal): Promise<string> {
  const namespaces = 'xmlns="jabber:client" xmlns:stream="http://etherx.jabber.org/streams"';
  const head = `<?xml version="1.0"?><stream:stream to="${domain}" version="1.0" ${namespaces}>`;
  return exchange(socket, head, /<\/stream:features>/, signal);
}

/** Sends a text, and returns what the server says until it has said what is waited for. */
async function exchange(socket: Socket, text: string, end: RegExp, signal: AbortSignal): Promise<string> {
  let heard = '';
  const {promise, resolve, reject} = Promise.withResolvers<string>();
  const hear = (data: Buffer) => {
    heard += data.toString();
    if (end.test(heard)) resolve(heard);
  };
  const fail = () => reject(signal.reason ?? new Error('the server ended the connection'));
  socket.on('data', hear).on('close', fail).on('error', reject);
  signal.addEventListener('abort', fail);
  try {
    socket.write(text);
    return await promise;
  } finally {
    socket.off('data', hear).off('close', fail).off('error', reject);
    signal.removeEventListener('abort', fail);
  }
}
