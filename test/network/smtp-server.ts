import type {Socket} from 'node:net';
import {createInterface} from 'node:readline';
import {type SecureContext, TLSSocket} from 'node:tls';

/** A mail that was accepted, as it came. */
export type ReceivedMail = {readonly from: string; readonly to: readonly string[]; readonly data: string};

export type SmtpOptions = {
  /** Offers STARTTLS, and refuses logins and mails without it. */
  readonly secureContext?: SecureContext;
  /** The only account that may send. */
  readonly account?: {readonly user: string; readonly password: string};
  /** Addresses that nobody has here. */
  readonly unknown?: readonly string[];
  readonly onMail: (mail: ReceivedMail) => void;
};

type Session = {from: string; to: string[]; isKnown: boolean};

/** Serves SMTP on a connection, as far as a client that sends one mail needs it. */
export async function serveSmtp(socket: Socket, options: SmtpOptions, isFirst = true): Promise<void> {
  const say = (line: string) => void socket.write(`${line}\r\n`);
  const lines = createInterface({input: socket, crlfDelay: Number.POSITIVE_INFINITY});
  const session: Session = {from: '', to: [], isKnown: options.account === undefined};
  socket.on('error', () => lines.close());
  if (isFirst) say('220 mail.example.test ready');
  const input = lines[Symbol.asyncIterator]();
  for (let next = await input.next(); !next.done; next = await input.next()) {
    const line = next.value;
    if (/^starttls$/i.test(line) && options.secureContext) {
      lines.close();
      socket.removeAllListeners('data');
      say('220 go ahead');
      const secure = new TLSSocket(socket, {isServer: true, secureContext: options.secureContext});
      return serveSmtp(secure, options, false);
    }
    if (/^data$/i.test(line) && session.to.length > 0) {
      say('354 end with a dot');
      const data: string[] = [];
      for (let text = await input.next(); !text.done && text.value !== '.'; text = await input.next())
        data.push(text.value.replace(/^\.\./, '.'));
      options.onMail({from: session.from, to: session.to, data: data.join('\n')});
      say('250 2.0.0 queued as 4711');
    } else say(answer(line, session, options, socket instanceof TLSSocket));
    if (/^quit$/i.test(line)) socket.end();
  }
}

function answer(line: string, session: Session, options: SmtpOptions, isSecure: boolean): string {
  const [, sender] = /^mail from:<(.*?)>/i.exec(line) ?? [];
  const [, reader] = /^rcpt to:<(.*?)>/i.exec(line) ?? [];
  const [, login] = /^auth plain (\S+)$/i.exec(line) ?? [];
  if (/^ehlo /i.test(line)) return greet(options, isSecure);
  if (login !== undefined) return logIn(login, session, options);
  if (/^(noop|rset|quit)$/i.test(line)) return '250 2.0.0 ok';
  if (!isSecure && options.secureContext) return '530 5.7.0 Must issue a STARTTLS command first';
  if (!session.isKnown) return '530 5.7.0 Authentication required';
  if (sender !== undefined) {
    session.from = sender;
    return '250 2.1.0 ok';
  }
  if (reader === undefined) return '502 5.5.2 not understood';
  if (options.unknown?.includes(reader)) return `550 5.1.1 <${reader}>: User unknown`;
  session.to.push(reader);
  return '250 2.1.5 ok';
}

function greet({secureContext, account}: SmtpOptions, isSecure: boolean): string {
  if (secureContext && !isSecure) return '250-mail.example.test\r\n250 STARTTLS';
  return account ? '250-mail.example.test\r\n250 AUTH PLAIN' : '250 mail.example.test';
}

function logIn(login: string, session: Session, {account}: SmtpOptions): string {
  session.isKnown = Buffer.from(login, 'base64').toString() === `\0${account?.user}\0${account?.password}`;
  return session.isKnown ? '235 2.7.0 ok' : '535 5.7.8 Authentication credentials invalid';
}
