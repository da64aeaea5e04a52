import {randomUUID} from 'node:crypto';
import {once} from 'node:events';
import {createElement, type Element, parse} from 'ltx';
import {WebSocket} from 'ws';
import {limit} from '../../model/limit.ts';
import type {Secret} from '../../model/secret.ts';
import {openInbox} from '../inbox.ts';
import {connectTls, type TlsTarget} from '../tls.ts';

/** The XML namespaces of a participant's session. */
export const namespaces = {
  bind: 'urn:ietf:params:xml:ns:xmpp-bind',
  capabilities: 'http://jabber.org/protocol/caps',
  client: 'jabber:client',
  disco: 'http://jabber.org/protocol/disco#info',
  dtls: 'urn:xmpp:jingle:apps:dtls:0',
  focus: 'http://jitsi.org/protocol/focus',
  framing: 'urn:ietf:params:xml:ns:xmpp-framing',
  ice: 'urn:xmpp:jingle:transports:ice-udp:1',
  jingle: 'urn:xmpp:jingle:1',
  muc: 'http://jabber.org/protocol/muc',
  mucUser: 'http://jabber.org/protocol/muc#user',
  nick: 'http://jabber.org/protocol/nick',
  ping: 'urn:xmpp:ping',
  rtp: 'urn:xmpp:jingle:apps:rtp:1',
  sasl: 'urn:ietf:params:xml:ns:xmpp-sasl',
  services: 'urn:xmpp:extdisco:2',
  sources: 'urn:xmpp:jingle:apps:rtp:ssma:0',
  stanzas: 'urn:ietf:params:xml:ns:xmpp-stanzas',
} as const;

/** The XMPP domains inside the stack, the same in every installation. */
export const domains = {
  meetings: 'meet.jitsi',
  guests: 'guest.meet.jitsi',
  rooms: 'muc.meet.jitsi',
  focus: 'focus.meet.jitsi',
} as const;

/** An answer of the server that refuses a request, with the condition that it names. */
export class Refused extends Error {
  readonly condition: string;

  constructor(message: string, condition: string) {
    super(message);
    this.condition = condition;
  }
}

/** An XMPP stream over a websocket (RFC 7395), where every message is one complete element. */
export type Stream = {
  send(element: Element): void;
  /** Waits for the first element that `match` accepts. */
  next<T>(match: (element: Element) => T | undefined): Promise<T>;
  /** Sends a request and returns its answer; throws the condition that the server names. */
  request(iq: Element): Promise<Element>;
  /** Answers every request of the server with the elements of a result; undefined refuses it. */
  onRequest(answer: (iq: Element) => readonly Element[] | undefined): void;
  /** Opens the stream again, as after a login, and returns its features. */
  open(): Promise<Element>;
  close(): Promise<void>;
};

/** A stream with the features that the server offered first. */
export type OpenStream = Stream & {readonly features: Element};

const farewell = 1000;

/** Where a session is opened, and the token that it is opened with. */
export type StreamOptions = {readonly domain?: string; readonly token?: Secret | undefined};

/** Opens the websocket of a meeting server, and the stream in it. */
export async function openStream(
  target: TlsTarget,
  signal: AbortSignal,
  {domain = domains.meetings, token}: StreamOptions = {},
): Promise<OpenStream> {
  const tls = await connectTls(target, signal);
  const socket = new WebSocket(
    `wss://${target.name}/xmpp-websocket${token ? `?token=${token.reveal()}` : ''}`,
    ['xmpp'],
    {
      createConnection: () => tls,
      origin: `https://${target.name}`,
      perMessageDeflate: false,
    },
  );
  // Without a listener, an error that nobody waits for would end the program.
  socket.on('error', () => undefined);
  const abort = () => socket.terminate();
  signal.addEventListener('abort', abort);
  try {
    await once(socket, 'open', {signal});
    const stream = talk(socket, domain);
    return {...stream, features: await stream.open()};
  } catch (error) {
    socket.terminate();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function talk(socket: WebSocket, domain: string): Stream {
  const inbox = openInbox<Element>();
  socket.on('message', data => {
    const element = parseLeniently(String(data));
    if (element) inbox.receive(element);
    else inbox.end(new Error('the server sent a message that is no XML'));
  });
  socket.on('close', () => inbox.end(new Error('the server ended the session')));
  const send = (element: Element) => socket.send(element.toString());
  return {
    send,
    next: inbox.next,
    async request(iq) {
      const id = randomUUID();
      const answer = inbox.next(each => (each.getName() === 'iq' && each.attrs.id === id ? each : undefined));
      send(createElement('iq', {...iq.attrs, xmlns: namespaces.client, id}, ...iq.getChildElements()));
      return refuseError(await answer);
    },
    onRequest(answer) {
      // Accepts nothing, so it listens until the session ends.
      const serve = (iq: Element) => void (isRequest(iq) && send(reply(iq, answer(iq))));
      inbox.next<never>(iq => serve(iq) as undefined).catch(() => undefined);
    },
    async open() {
      const features = inbox.next(each => (each.getName() === 'features' ? each : undefined));
      send(createElement('open', {xmlns: namespaces.framing, to: domain, version: '1.0'}));
      return features;
    },
    async close() {
      if (socket.readyState !== WebSocket.OPEN) return socket.terminate();
      send(createElement('close', {xmlns: namespaces.framing}));
      const {signal: nobody} = new AbortController();
      await limit(farewell, nobody, until => once(socket, 'close', {signal: until})).catch(() => socket.terminate());
    },
  };
}

function parseLeniently(text: string): Element | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function refuseError(answer: Element): Element {
  if (answer.attrs.type !== 'error') return answer;
  const [condition] = answer.getChild('error')?.getChildElements() ?? [];
  const message = `${answer.attrs.from ?? 'the server'} refused: ${readCondition(answer)}`;
  throw new Refused(message, condition?.getName() ?? '');
}

/** Reads the text of an error stanza, or the name of its condition. */
export function readCondition(stanza: Element): string {
  const error = stanza.getChild('error');
  const text = error?.getChild('text')?.getText();
  return text || (error?.getChildElements()[0]?.getName() ?? 'without a reason');
}

function isRequest(element: Element): boolean {
  return element.getName() === 'iq' && (element.attrs.type === 'get' || element.attrs.type === 'set');
}

function reply({attrs: {from, id}}: Element, answer: readonly Element[] | undefined): Element {
  const head = {xmlns: namespaces.client, to: from, id};
  if (answer) return createElement('iq', {...head, type: 'result'}, ...answer);
  const unavailable = createElement('service-unavailable', {xmlns: namespaces.stanzas});
  return createElement('iq', {...head, type: 'error'}, createElement('error', {type: 'cancel'}, unavailable));
}
