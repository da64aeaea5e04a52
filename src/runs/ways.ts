import type {Host} from '../model/host.ts';
import type {Message} from '../model/message.ts';
import type {Settings} from '../model/settings/schema.ts';
import {type Envelope, type MailServer, sendMail, writeMail} from '../network/mail.ts';
import {postJson} from '../network/web-hook.ts';
import {readNotifySecrets} from '../stack/index.ts';

/** One way to reach whoever looks after the host. */
export type Way = {
  readonly name: 'mail' | 'web hook';
  /** Where its messages go, for people. */
  readonly target: string;
  /** Sends a message, and returns what the other side said; throws with its own words. */
  send(message: Message): Promise<string>;
};

type NotifySettings = Pick<Settings, 'domain' | 'notify'>;

/** Lists the ways that the settings name. */
export function listWays(host: Host, settings: NotifySettings): readonly Way[] {
  const {notify} = settings;
  const url = notify['hook.url'];
  const to = notify['mail.to'];
  const server = notify['smtp.host'];
  return [
    ...(to.length === 0
      ? []
      : [
          {
            name: 'mail',
            target: `${to.join(', ')}, ${server === undefined ? 'by sendmail' : `by ${server}:${notify['smtp.port']}`}`,
            send: message => mail(host, settings, message),
          } as const satisfies Way,
        ]),
    ...(url === undefined
      ? []
      : [
          {
            name: 'web hook',
            target: new URL(url).host,
            send: message => post(host, settings, url, message),
          } as const satisfies Way,
        ]),
  ];
}

async function mail(host: Host, settings: NotifySettings, message: Message): Promise<string> {
  const {domain, notify} = settings;
  const envelope: Envelope = {from: notify['mail.from'] ?? `jitsi-onebox@${domain}`, to: notify['mail.to']};
  if (notify['smtp.host'] === undefined) return pipeToSendmail(host, envelope, message);
  const {password} = await readNotifySecrets(host, settings);
  const user = notify['smtp.user'];
  const server: MailServer = {
    host: notify['smtp.host'],
    port: notify['smtp.port'],
    tls: notify['smtp.tls'],
    name: domain,
    ...(user !== undefined && password && {account: {user, password}}),
  };
  return sendMail(server, envelope, message);
}

async function pipeToSendmail(host: Host, envelope: Envelope, message: Message): Promise<string> {
  const input = await writeMail(envelope, message);
  // Without -i, a line with nothing but a dot would end the mail.
  await host.run({argv: ['sendmail', '-i', '-f', envelope.from, '--', ...envelope.to], input});
  return 'sendmail accepted it';
}

async function post(host: Host, settings: NotifySettings, url: string, message: Message): Promise<string> {
  const {header} = await readNotifySecrets(host, settings);
  const {subject, text, items} = message;
  const body = JSON.stringify({v: 1, host: settings.domain, subject, text: `${subject}\n\n${text}`, items});
  return `the server answered ${await postJson({url, ...(header && {header})}, body)}`;
}
