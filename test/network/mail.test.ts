import {createServer} from 'node:net';
import {createSecureContext} from 'node:tls';
import {describe, expect, test} from 'vitest';
import {writeMessage} from '../../src/model/message.ts';
import {Secret} from '../../src/model/secret.ts';
import {sendMail, writeMail} from '../../src/network/mail.ts';
import {type ReceivedMail, type SmtpOptions, serveSmtp} from './smtp-server.ts';
import {listen, makeCredentials} from './tls-server.ts';

const at = '2026-11-29T16:00:00.000Z';
const message = writeMessage('meet.example.org', [
  {at, kind: 'failed', title: 'Web container', text: 'It is stopped.\n.\nÄ', remedy: 'Start it.'},
]);
const envelope = {from: 'jitsi-onebox@meet.example.org', to: ['a@example.org', 'b@example.org']};
const account = {user: 'meet', password: new Secret('s3cret-word')};
const name = 'meet.example.org';

async function startServer(options: Omit<SmtpOptions, 'onMail'> = {}) {
  const mails: ReceivedMail[] = [];
  const server = createServer(socket => void serveSmtp(socket, {...options, onMail: mail => mails.push(mail)}));
  return {mails, host: '127.0.0.1', port: await listen(server)};
}

describe('a mail', () => {
  test('reaches a server, with all its lines', async () => {
    const {mails, ...server} = await startServer({account: {user: 'meet', password: 's3cret-word'}});
    const answer = await sendMail({...server, tls: 'never', account, name}, envelope, message);
    expect(answer).toContain('queued as 4711');
    expect(mails).toMatchObject([envelope]);
    expect(mails[0]?.data).toContain('Subject: meet.example.org: Web container: failed');
    expect(mails[0]?.data).toContain('Auto-Submitted: auto-generated');
    expect(mails[0]?.data).toContain('What to do: Start it.');
  });

  test('that the server refuses ends with its own words', async () => {
    const {mails, ...server} = await startServer({account: {user: 'meet', password: 'another'}});
    const sending = sendMail({...server, tls: 'never', account, name}, envelope, message);
    await expect(sending).rejects.toThrow('535 5.7.8 Authentication credentials invalid');
    await expect(sending).rejects.not.toThrow('s3cret-word');
    expect(mails).toEqual([]);
  });

  test('that only some readers get is sent, and the answer names the others', async () => {
    const {mails, ...server} = await startServer({unknown: ['b@example.org']});
    expect(await sendMail({...server, tls: 'never', name}, envelope, message)).toContain('refused b@example.org');
    expect(mails).toMatchObject([{to: ['a@example.org']}]);
  });

  test('that no reader gets is not sent', async () => {
    const {host, port} = await startServer({unknown: envelope.to});
    await expect(sendMail({host, port, tls: 'never', name}, envelope, message)).rejects.toThrow('5.1.1');
  });

  test('never leaves without encryption where it is asked for, and the password neither', async () => {
    const plain = await startServer({account: {user: 'meet', password: 's3cret-word'}});
    const {host, port} = plain;
    await expect(sendMail({host, port, tls: 'starttls', account, name}, envelope, message)).rejects.toThrow(/TLS/);
    const untrusted = await startServer({secureContext: createSecureContext(makeCredentials())});
    await expect(sendMail({...untrusted, tls: 'starttls', account, name}, envelope, message)).rejects.toThrow(
      /certificate/,
    );
    expect([...plain.mails, ...untrusted.mails]).toEqual([]);
  });

  test('is written for a mail program as it would be sent', async () => {
    const text = await writeMail(envelope, message);
    expect(text).toContain('To: a@example.org, b@example.org\n');
    expect(text).toContain('Subject: meet.example.org: Web container: failed\n');
  });
});
