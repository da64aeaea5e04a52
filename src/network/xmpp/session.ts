import {createElement} from 'ltx';
import type {Secret} from '../../model/secret.ts';
import {domains, namespaces, type OpenStream, type Stream} from './stream.ts';

/** Another server that participants may use (XEP-0215). */
export type ExternalService = {
  readonly type: string;
  readonly host: string;
  readonly port: number;
  readonly transport: string;
  readonly username: string;
  readonly password: string;
};

/** Logs in without an account, as guests do, and returns the address of the session. */
export function logInAnonymously(stream: OpenStream): Promise<string> {
  return logIn(stream, 'ANONYMOUS');
}

/** Logs in with an account, and returns the address of the session. */
export function logInWithPassword(stream: OpenStream, user: string, password: Secret): Promise<string> {
  const credentials = Buffer.from(`\0${user}\0${password.reveal()}`).toString('base64');
  return logIn(stream, 'PLAIN', credentials);
}

async function logIn(stream: OpenStream, mechanism: string, credentials?: string): Promise<string> {
  const offered = stream.features.getChild('mechanisms', namespaces.sasl)?.getChildren('mechanism') ?? [];
  const names = offered.map(each => each.getText());
  if (!names.includes(mechanism)) throw new Error(`the server offers only these logins: ${names.join(', ') || 'none'}`);
  const outcome = stream.next(each => (each.getNS() === namespaces.sasl ? each : undefined));
  stream.send(
    createElement('auth', {xmlns: namespaces.sasl, mechanism}, ...(credentials === undefined ? [] : [credentials])),
  );
  const answer = await outcome;
  if (answer.getName() !== 'success')
    throw new Error(`the login was refused: ${answer.getChildElements()[0]?.getName() ?? answer.getName()}`);
  await stream.open();
  const bind = createElement('bind', {xmlns: namespaces.bind});
  const bound = await stream.request(createElement('iq', {type: 'set'}, bind));
  const jid = bound.getChild('bind', namespaces.bind)?.getChild('jid')?.getText();
  if (!jid) throw new Error('the server gave the session no address');
  return jid;
}

/** Asks for the relay and its credentials. */
export async function askForServices(stream: Stream): Promise<readonly ExternalService[]> {
  const query = createElement('services', {xmlns: namespaces.services});
  const answer = await stream.request(createElement('iq', {type: 'get', to: domains.meetings}, query));
  const services = answer.getChild('services', namespaces.services)?.getChildren('service') ?? [];
  return services.map(({attrs}) => ({
    type: attrs.type ?? '',
    host: attrs.host ?? '',
    port: Number(attrs.port),
    transport: attrs.transport ?? '',
    username: attrs.username ?? '',
    password: attrs.password ?? '',
  }));
}
