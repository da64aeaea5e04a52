import type {Message} from '../model/message.ts';
import type {Secret} from '../model/secret.ts';
import {connectTcp} from './http.ts';

/** The sender and the readers of a mail. */
export type Envelope = {readonly from: string; readonly to: readonly string[]};

/** A mail server, and how to talk with it. */
export type MailServer = {
  readonly host: string;
  readonly port: number;
  /** `starttls` and `always` refuse a server without encryption. */
  readonly tls: 'starttls' | 'always' | 'never';
  readonly account?: {readonly user: string; readonly password: Secret};
  /** The name that this host greets the server with. */
  readonly name: string;
};

/** A server that accepts a connection and then says nothing must not hold up the rest. */
const patience = 20_000;

/** Hands a mail to a server, and returns what the server said; throws with the server's own words. */
export async function sendMail(
  {host, port, tls, account, name}: MailServer,
  envelope: Envelope,
  message: Message,
): Promise<string> {
  const {createTransport} = await import('nodemailer');
  const transport = createTransport({
    ...{host, port, name, disableFileAccess: true, disableUrlAccess: true},
    secure: tls === 'always',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'never',
    ...(account && {auth: {user: account.user, pass: account.password.reveal()}}),
    ...{greetingTimeout: patience, socketTimeout: patience},
    // Its own way to look up names does not know /etc/hosts.
    getSocket(_options, answer) {
      connectTcp({address: host, port}, AbortSignal.timeout(patience)).then(
        connection => answer(null, {connection}),
        answer,
      );
    },
  });
  const {response, rejected} = await transport.sendMail(address(envelope, message));
  // Once more would be a second mail for everybody else.
  return rejected.length === 0 ? response : `${response} (but it refused ${rejected.join(', ')})`;
}

/** Writes a mail as a mail program takes it on standard input. */
export async function writeMail(envelope: Envelope, message: Message): Promise<string> {
  const {createTransport} = await import('nodemailer');
  const transport = createTransport({streamTransport: true, buffer: true, newline: 'unix'});
  const {message: written} = await transport.sendMail(address(envelope, message));
  return String(written);
}

function address({from, to}: Envelope, {subject, text}: Message) {
  // No mail program answers a mail like this by itself.
  const headers = {'Auto-Submitted': 'auto-generated'};
  return {from: {name: 'jitsi-onebox', address: from}, to: [...to], subject, text, headers};
}
