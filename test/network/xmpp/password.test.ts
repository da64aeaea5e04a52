import {createServer, type Socket} from 'node:net';
import {TLSSocket} from 'node:tls';
import {expect, test} from 'vitest';
import {Secret} from '../../../src/model/secret.ts';
import {tryPassword} from '../../../src/network/xmpp/password.ts';
import {listen, makeCredentials} from '../tls-server.ts';

const {signal} = new AbortController();
const features = (inner: string) => `<stream:stream id="1"><stream:features>${inner}</stream:features>`;
const refuse = (reason: string) => `<failure xmlns="urn:ietf:params:xml:ns:xmpp-sasl"><${reason}/></failure>`;

/** Answers like Prosody: nothing but TLS at first, then the login. */
function serve(socket: Socket, answer: (credentials: string) => string): void {
  socket.on('error', () => undefined);
  socket.on('data', data => {
    const text = String(data);
    if (text.includes('<stream:stream')) socket.write(features('<starttls/>'));
    if (!text.includes('<starttls')) return;
    socket.removeAllListeners('data').write('<proceed/>');
    const tls = new TLSSocket(socket, {isServer: true, ...makeCredentials()});
    tls
      .on('error', () => undefined)
      .on('data', secret => {
        const [, base64] = /<auth [^>]*mechanism="PLAIN">([^<]+)/.exec(String(secret)) ?? [];
        tls.write(base64 ? answer(Buffer.from(base64, 'base64').toString()) : features('<mechanisms/>'));
      });
  });
}

async function attempt(password: string, answer: (credentials: string) => string): Promise<boolean> {
  const port = await listen(createServer(socket => serve(socket, answer)));
  const account = {
    address: '127.0.0.1',
    port,
    domain: 'auth.meet.jitsi',
    user: 'focus',
    password: new Secret(password),
  };
  return tryPassword(account, signal);
}

const judge = (credentials: string) => (credentials === '\0focus\0right' ? '<success/>' : refuse('not-authorized'));

test.each([
  ['right', true],
  ['wrong', false],
])('a %s password: %s', async (password, isTaken) => {
  expect(await attempt(password, judge)).toBe(isTaken);
});

test('a login that is refused for another reason says nothing about the password', async () => {
  await expect(attempt('right', () => refuse('temporary-auth-failure'))).rejects.toThrow('temporary-auth-failure');
});

test('a server that ends the connection says nothing about the password', async () => {
  const port = await listen(createServer(socket => socket.destroy()));
  const account = {address: '127.0.0.1', port, domain: 'auth.meet.jitsi', user: 'jvb', password: new Secret('x')};
  await expect(tryPassword(account, signal)).rejects.toThrow();
});
