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

const jingle = `<jingle xmlns="urn:xmpp:jingle:1" action="session-initiate" sid="s">
  <content name="audio"><transport xmlns="urn:xmpp:jingle:transports:ice-udp:1"/></content>
  <content name="video"><transport xmlns="urn:xmpp:jingle:transports:ice-udp:1" ufrag="ab12" pwd="secret">
    <fingerprint xmlns="urn:xmpp:jingle:apps:dtls:0" hash="sha-256" setup="actpass">AA:BB</fingerprint>
    <candidate type="host" ip="172.28.0.5" port="10000" protocol="udp"/>
    <candidate type="host" ip="172.28.0.5" port="4443" protocol="ssltcp"/>
    <candidate type="srflx" ip="198.51.100.10" port="10000" protocol="UDP"/>
  </transport></content><bridge-session xmlns="http://jitsi.org/protocol/focus" id="b7"/></jingle>`;

const leaves = (text: string) => /type="unavailable"/.test(text);
export const occupantOf = (text: string) => /to="([^"]+)"/.exec(text)?.[1];

/** Answers like Jicofo and the room of two who are invited at once. */
export const bringsTogether: Script = {
  conference: id => [
    `<iq xmlns="jabber:client" type="result" id="${id}"><conference xmlns="http://jitsi.org/protocol/focus" ready="true"/></iq>`,
  ],
  jingle: id => [`<iq xmlns="jabber:client" type="result" id="${id}"/>`],
  presence: (_id, text) =>
    leaves(text)
      ? [`<presence xmlns="jabber:client" type="unavailable" from="${occupantOf(text)}"/>`]
      : [
          `<presence xmlns="jabber:client" from="${occupantOf(text)}"><x xmlns="http://jabber.org/protocol/muc#user"><status code="110"/></x></presence>`,
          '<iq xmlns="jabber:client" type="get" id="d1" from="room/focus"><query xmlns="http://jabber.org/protocol/disco#info" node="a#b"/></iq>',
          '<iq xmlns="jabber:client" type="get" id="p1" from="room/focus"><ping xmlns="urn:xmpp:ping"/></iq>',
          '<iq xmlns="jabber:client" type="get" id="v1" from="room/focus"><query xmlns="jabber:iq:version"/></iq>',
          `<iq xmlns="jabber:client" type="set" id="j1" from="room/focus">${jingle}</iq>`,
        ],
};

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
