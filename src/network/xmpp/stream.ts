import {randomUUID} from 'node:crypto';
import {once} from 'node:events';
import {createElement, type Element, parse} from 'ltx';
import {WebSocket} from 'ws';
import {openInbox} from '../inbox.ts';
import {limit} from '../limit.ts';
import {connectTls, type TlsTarget} from '../tls.ts';
import {domains, namespaces} from './names.ts';

/** An XMPP stream over a websocket (RFC 7395): every message is one whole element. */
export type Stream = {
  send(element: Element): void;
  /** The first element to come that `match` wants. */
  next<T>(match: (element: Element) => T | undefined): Promise<T>;
  /** Sends a request and gives its answer; throws with the condition that the server names. */
  request(iq: Element): Promise<Element>;
  /** Answers every request of the other side with what goes into the result; undefined refuses it. */
  onRequest(answer: (iq: Element) => readonly Element[] | undefined): void;
  /** Opens the stream anew, as after a login, and gives its features. */
  open(): Promise<Element>;
  close(): Promise<void>;
};

/** A stream with what the server offered when it was opened. */
export type OpenStream = Stream & {readonly features: Element};

const farewell = 1000;

/** Opens the websocket of a meeting's server and the stream in it. */
export async function openStream(target: TlsTarget, signal: AbortSignal): Promise<OpenStream> {
  const tls = await connectTls(target, signal);
  const socket = new WebSocket(`wss://${target.name}/xmpp-websocket`, ['xmpp'], {
    createConnection: () => tls,
    origin: `https://${target.name}`,
    perMessageDeflate: false,
  });
  // Who waits for something hears of it; an error that nobody waits for must not end the program.
  socket.on('error', () => undefined);
  const abort = () => socket.terminate();
  signal.addEventListener('abort', abort);
  try {
    await once(socket, 'open', {signal});
    const stream = talk(socket);
    return {...stream, features: await stream.open()};
  } catch (error) {
    socket.terminate();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function talk(socket: WebSocket): Stream {
  const inbox = openInbox<Element>();
  socket.on('message', data => {
    const element = parseLeniently(String(data));
    if (element) inbox.hear(element);
    else inbox.end(new Error('the server sent something that is no XML'));
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
      // Never has what it wants, so it listens to the end; that the session ends is no news to it.
      const serve = (iq: Element) => void (isRequest(iq) && send(reply(iq, answer(iq))));
      inbox.next<never>(iq => serve(iq) as undefined).catch(() => undefined);
    },
    async open() {
      const features = inbox.next(each => (each.getName() === 'features' ? each : undefined));
      send(createElement('open', {xmlns: namespaces.framing, to: domains.meetings, version: '1.0'}));
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
  throw new Error(`${answer.attrs.from ?? 'the server'} refused: ${readCondition(answer)}`);
}

/** What an error stanza complains of: its text, or the name of its condition. */
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
