import {parse} from 'ltx';
import {type WebSocket, WebSocketServer} from 'ws';
import {startHttpsServer} from '../tls-server.ts';

export type Server = {
  readonly port: number;
  /** Everything that clients sent. */
  readonly heard: string[];
  readonly sockets: WebSocket[];
};

const stream = 'xmlns:stream="http://etherx.jabber.org/streams"';
const open = '<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" id="1" from="meet.jitsi" version="1.0"/>';
const sasl = 'urn:ietf:params:xml:ns:xmpp-sasl';

/** The answers of a scripted server to an element; none if it stays silent. */
export type Script = Readonly<Record<string, (id: string, text: string) => readonly string[]>>;

/** Answers a guest like Prosody; a test changes single answers. */
export async function startServer({
  mechanism = 'ANONYMOUS',
  says = {},
}: {
  mechanism?: string;
  says?: Script;
} = {}): Promise<Server> {
  const heard: string[] = [];
  const sockets: WebSocket[] = [];
  let isLoggedIn = false;
  const usual: Script = {
    open: () => [
      open,
      isLoggedIn
        ? `<stream:features ${stream}><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/></stream:features>`
        : `<stream:features ${stream}><mechanisms xmlns="${sasl}"><mechanism>${mechanism}</mechanism></mechanisms></stream:features>`,
    ],
    auth: () => {
      isLoggedIn = true;
      return [`<success xmlns="${sasl}"/>`];
    },
    bind: id => [
      `<iq xmlns="jabber:client" type="result" id="${id}"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><jid>0a1b2c3d-1@meet.jitsi/r</jid></bind></iq>`,
    ],
    close: () => ['<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>'],
    ...says,
  };
  const port = await startHttpsServer(server =>
    new WebSocketServer({
      server,
      path: '/xmpp-websocket',
      handleProtocols: offered => offered.has('xmpp') && 'xmpp',
    }).on('connection', socket => {
      sockets.push(socket);
      socket.on('message', data => {
        const text = String(data);
        heard.push(text);
        const element = parse(text);
        const name =
          element.getName() === 'iq' ? (element.getChildElements()[0]?.getName() ?? 'iq') : element.getName();
        for (const answer of usual[name]?.(element.attrs.id ?? '', text) ?? []) socket.send(answer);
        if (name === 'close') socket.close();
      });
    }),
  );
  return {port, heard, sockets};
}
