import {createHash} from 'node:crypto';
import {parse} from 'ltx';
import {describe, expect, test} from 'vitest';
import {inventEnd} from '../../../src/network/media/own-end.ts';
import {enterRoom, inventRoom} from '../../../src/network/xmpp/call.ts';
import {askForServices, logInAnonymously} from '../../../src/network/xmpp/session.ts';
import {openStream} from '../../../src/network/xmpp/stream.ts';
import {bringsTogether, occupantOf, type Server, startServer} from './server.ts';

const {signal} = new AbortController();
const connect = ({port}: Server) => openStream({name: 'meet.example.org', address: '127.0.0.1', port}, signal);

test('a guest logs in, and leaves a closed session behind', async () => {
  const server = await startServer();
  const stream = await connect(server);
  expect(await logInAnonymously(stream)).toBe('0a1b2c3d-1@meet.jitsi/r');
  await stream.close();
  expect(server.heard.at(-1)).toContain('<close');
  expect(server.sockets.map(({readyState, CLOSED}) => readyState === CLOSED)).toEqual([true]);
});

test('stream management, for which Prosody would keep the session, is not used', async () => {
  const server = await startServer();
  const stream = await connect(server);
  await logInAnonymously(stream);
  await stream.close();
  expect(server.heard.join('')).not.toContain('urn:xmpp:sm');
});

test.each([
  ['only accounts are let in', {mechanism: 'SCRAM-SHA-1'}, 'the server offers only these logins: SCRAM-SHA-1'],
  [
    'the login is refused',
    {says: {auth: () => ['<failure xmlns="urn:ietf:params:xml:ns:xmpp-sasl"><temporary-auth-failure/></failure>']}},
    'the login was refused: temporary-auth-failure',
  ],
  ['the server speaks something else', {says: {auth: () => ['200 OK']}}, 'no XML'],
] as const)('%s: the error names the reason', async (_what, scripted, said) => {
  const stream = await connect(await startServer(scripted));
  await expect(logInAnonymously(stream)).rejects.toThrow(said);
  await stream.close();
});

test('a server that disappears ends every wait', async () => {
  const server = await startServer({says: {auth: () => []}});
  const stream = await connect(server);
  const login = logInAnonymously(stream);
  server.sockets[0]?.terminate();
  await expect(login).rejects.toThrow('the server ended the session');
});

const services = (id: string) => [
  `<iq xmlns="jabber:client" type="result" id="${id}"><services xmlns="urn:xmpp:extdisco:2"><service type="stun" host="turn.example.org" port="3478" transport="udp"/><service type="turns" host="turn.example.org" port="443" transport="tcp" username="1795" password="pw" restricted="1"/></services></iq>`,
];

test('the relay is offered with its credentials', async () => {
  const stream = await connect(await startServer({says: {services}}));
  expect(await askForServices(stream)).toEqual([
    {type: 'stun', host: 'turn.example.org', port: 3478, transport: 'udp', username: '', password: ''},
    {type: 'turns', host: 'turn.example.org', port: 443, transport: 'tcp', username: '1795', password: 'pw'},
  ]);
  await stream.close();
});

describe('a guest in a room', () => {
  const enter = async (server: Server, own = inventEnd()) => {
    const stream = await connect(server);
    const entered = await enterRoom({stream, jid: '0a1b2c3d-1@meet.jitsi/r'}, inventRoom(), {own});
    return {stream, ...entered};
  };

  test('is invited, and learns the addresses of the bridge from any content', async () => {
    const {stream, invitation} = await enter(await startServer({says: bringsTogether}));
    expect(await invitation).toEqual({
      ufrag: 'ab12',
      password: 'secret',
      fingerprint: 'AA:BB',
      candidates: [
        {type: 'host', address: '172.28.0.5', port: 10_000},
        {type: 'srflx', address: '198.51.100.10', port: 10_000},
      ],
    });
    await stream.close();
  });

  test('has the beginning of the address as nickname, as Prosody may demand', async () => {
    const server = await startServer({says: bringsTogether});
    const {stream} = await enter(server);
    expect(server.heard.find(text => text.startsWith('<presence'))).toMatch(
      /to="onebox-check-[0-9a-f]{16}@muc\.meet\.jitsi\/0a1b2c3d"/,
    );
    await stream.close();
  });

  test('answers Jicofo, accepts the invitation, and refuses unknown requests', async () => {
    const server = await startServer({says: bringsTogether});
    const {stream, invitation} = await enter(server);
    await invitation;
    await stream.close();
    const answered = (id: string) => server.heard.find(text => text.includes(`id="${id}"`)) ?? '';
    expect(answered('d1')).toMatch(/type="result".*node="a#b".*urn:xmpp:jingle:apps:rtp:audio/);
    expect(answered('p1')).toMatch(/type="result"/);
    expect(answered('j1')).toMatch(/^<iq [^>]*type="result"[^>]*\/>$/);
    expect(answered('v1')).toMatch(/type="error".*service-unavailable/);
  });

  test('sends Jicofo its end of the media, and the name and number of its audio', async () => {
    const server = await startServer({says: bringsTogether});
    const own = inventEnd('AB:CD');
    const {stream, invitation} = await enter(server, own);
    await invitation;
    await stream.close();
    const accepted = parse(server.heard.find(text => text.includes('session-accept')) ?? '').getChild('jingle');
    const [audio, video] = accepted?.getChildren('content') ?? [];
    const {ufrag, pwd} = audio?.getChild('transport')?.attrs ?? {};
    expect([ufrag, pwd]).toEqual([own.ufrag, own.password]);
    expect(audio?.getChild('transport')?.getChild('fingerprint')?.getText()).toBe('AB:CD');
    const source = audio?.getChild('description')?.getChild('source', 'urn:xmpp:jingle:apps:rtp:ssma:0');
    expect(source?.attrs).toMatchObject({ssrc: String(own.ssrc), name: '0a1b2c3d-a0'});
    expect(source?.getChild('parameter')?.attrs.name).toBe('msid');
    expect(video?.getChild('description')?.getChild('source')).toBeUndefined();
    const presence = parse(server.heard.find(text => text.startsWith('<presence')) ?? '');
    expect(JSON.parse(presence.getChild('SourceInfo')?.getText() ?? '')).toEqual({'0a1b2c3d-a0': {muted: false}});
  });

  test('announces the hash of what it can do', async () => {
    const server = await startServer({says: bringsTogether});
    const {stream, invitation} = await enter(server);
    await invitation;
    await stream.close();
    const answer = parse(server.heard.find(text => text.includes('id="d1"')) ?? '').getChild('query');
    const features = answer?.getChildren('feature').map(({attrs}) => `${attrs.var}<`) ?? [];
    const hash = createHash('sha1')
      .update(['client/web//<', ...features.toSorted()].join(''))
      .digest('base64');
    expect(server.heard.find(text => text.startsWith('<presence'))).toContain(`ver="${hash}"`);
  });

  test('leaves in order: ends the session by its id at the bridge, and then leaves the room', async () => {
    const server = await startServer({says: bringsTogether});
    const {stream, invitation, leave} = await enter(server);
    await invitation;
    await leave();
    await stream.close();
    const [accepted, ended, left, closed] = server.heard.slice(-4);
    expect(accepted).toMatch(/action="session-accept".*sid="s".*ufrag=.*setup="active"/);
    expect(ended).toMatch(/action="session-terminate".*sid="s".*id="b7"/);
    expect(left).toMatch(/^<presence .*type="unavailable"/);
    expect(closed).toContain('<close');
  });

  test.each([
    [
      'Jicofo is not there',
      {
        conference: (id: string) => [
          `<iq xmlns="jabber:client" type="error" id="${id}" from="focus.meet.jitsi"><error type="cancel"><service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`,
        ],
      },
      'focus.meet.jitsi refused: service-unavailable',
    ],
    [
      'the room is closed to guests',
      {
        presence: (_id: string, text: string) => [
          `<presence xmlns="jabber:client" type="error" from="${occupantOf(text)}"><error type="auth"><registration-required xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></presence>`,
        ],
      },
      'the room was refused: registration-required',
    ],
  ] as const)('learns the reason when %s', async (_what, change, said) => {
    await expect(enter(await startServer({says: {...bringsTogether, ...change}}))).rejects.toThrow(said);
  });
});
