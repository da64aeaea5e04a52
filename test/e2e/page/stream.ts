import {wait} from './wait.ts';

/** An XMPP stream over the browser's own websocket (RFC 7395), where every message is one element. */
export type Stream = {
  send(xml: string): void;
  /** Waits by name for the first element in which `find` finds something. */
  next(name: string, find: (element: Element) => Element | null): Promise<Element>;
  /** Sends a request and returns its answer; throws the answer when it is an error. */
  request(iq: {readonly type: 'get' | 'set'; readonly to?: string; readonly xml: string}): Promise<Element>;
  /** Answers the requests of others with what `answer` makes of them. */
  serve(answer: (request: Element) => string | undefined): void;
  close(): Promise<void>;
};

/** Opens the websocket. */
export async function openStream(url: string): Promise<Stream> {
  const socket = new WebSocket(url, 'xmpp');
  const ended = new Promise<never>((_, reject) => {
    socket.addEventListener('close', ({code}) => reject(new Error(`the websocket closed with ${code}`)));
  });
  // It may end while nobody waits.
  ended.catch(() => undefined);
  const opened = new Promise(resolve => socket.addEventListener('open', resolve));
  await wait('the websocket', Promise.race([opened, ended]));

  const readers = listen(socket);
  const send = (xml: string) => socket.send(xml);
  const next: Stream['next'] = async (name, find) => {
    const {promise, resolve} = Promise.withResolvers<Element>();
    const reader = (element: Element) => {
      const found = find(element);
      if (found) resolve(found);
    };
    readers.add(reader);
    try {
      return await wait(name, Promise.race([promise, ended]));
    } finally {
      readers.delete(reader);
    }
  };
  return {
    send,
    next,
    async request({type, to, xml}) {
      const id = crypto.randomUUID();
      const answer = next(`an answer to ${xml}`, element => (element.id === id ? element : null));
      send(`<iq xmlns="jabber:client" type="${type}" id="${id}"${to ? ` to="${to}"` : ''}>${xml}</iq>`);
      const element = await answer;
      if (element.getAttribute('type') === 'error') throw new Error(`${xml} was refused: ${element.outerHTML}`);
      return element;
    },
    serve(answer) {
      readers.add(element => {
        const xml = element.matches('iq[type=get], iq[type=set]') ? answer(element) : undefined;
        const head = `to="${element.getAttribute('from')}" id="${element.id}"`;
        if (xml !== undefined) send(`<iq xmlns="jabber:client" type="result" ${head}>${xml}</iq>`);
      });
    },
    async close() {
      send('<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>');
      await wait('the end of the websocket', ended).catch(() => undefined);
    },
  };
}

/** Hands every element to the readers that are there when it arrives. */
function listen(socket: WebSocket): Set<(element: Element) => void> {
  const readers = new Set<(element: Element) => void>();
  const parser = new DOMParser();
  socket.addEventListener('message', ({data}) => {
    const {documentElement} = parser.parseFromString(data, 'text/xml');
    for (const read of [...readers]) read(documentElement);
  });
  return readers;
}
