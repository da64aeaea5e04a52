import {parse} from 'ltx';
import {describe, expect, test} from 'vitest';
import {enterRoom, inventRoom, mayOpen} from '../../../src/network/xmpp/call.ts';
import {openStream} from '../../../src/network/xmpp/stream.ts';
import {bringsTogether, type Script, startServer} from './server.ts';

const {signal} = new AbortController();
const jid = '0a1b2c3d-1@meet.jitsi/r';
const focus = 'http://jitsi.org/protocol/focus';

const answer = (id: string, attributes: string) => [
  `<iq xmlns="jabber:client" type="result" id="${id}"><conference xmlns="${focus}" ${attributes}/></iq>`,
];

/** Opens a session at a scripted server, and reads what the server heard. */
async function open(says: Script = {}) {
  const server = await startServer({says: {...bringsTogether, ...says}});
  const stream = await openStream({name: 'meet.example.org', address: '127.0.0.1', port: server.port}, signal);
  const heard = (word: string) =>
    server.heard.filter(text => text.includes(`<${word} `)).map(text => parse(text).getChild(word));
  return {server, stream, heard};
}

describe('a guest who asks for a conference', () => {
  test('asks again after growing pauses, with the same machine and the session of the answer', async () => {
    const asked: number[] = [];
    const conference = (id: string) => {
      asked.push(performance.now());
      return answer(id, `ready="${asked.length > 3}" session-id="s${asked.length}"`);
    };
    const {stream, heard} = await open({conference});
    const {invitation} = await enterRoom({stream, jid}, inventRoom());
    await invitation;
    await stream.close();
    const requests = heard('conference');
    expect(requests.map(each => each?.attrs['session-id'])).toEqual([undefined, 's1', 's2', 's3']);
    expect(new Set(requests.map(each => each?.attrs['machine-uid'])).size).toBe(1);
    const pauses = asked.slice(1).map((time, index) => time - (asked[index] ?? 0));
    const [first = 0, second = 0, third = 0] = pauses;
    expect(first).toBeGreaterThan(90);
    expect([second > 1.4 * first, third > 1.4 * second], pauses.join()).toEqual([true, true]);
  });

  test('keeps the call out of rtcstats, as Jitsi’s client does', async () => {
    const {stream, heard} = await open();
    await enterRoom({stream, jid}, inventRoom());
    await stream.close();
    expect(heard('conference')[0]?.getChild('property')?.attrs).toEqual({name: 'rtcstatsEnabled', value: 'false'});
  });
});

describe('a session of a registered person', () => {
  const conference = (id: string) => answer(id, 'ready="true" session-id="s1"');
  const logout = (id: string) => [`<iq xmlns="jabber:client" type="result" id="${id}"><logout xmlns="${focus}"/></iq>`];

  test('ends when the person has left the room', async () => {
    const {server, stream, heard} = await open({conference, logout});
    const {invitation, leave} = await enterRoom({stream, jid}, inventRoom());
    await invitation;
    await leave();
    expect(heard('logout').map(each => each?.attrs)).toEqual([{xmlns: focus, 'session-id': 's1'}]);
    expect(server.heard.at(-1)).toMatch(/type="set".*to="focus\.meet\.jitsi".*<logout/);
    expect(server.heard.at(-2)).toMatch(/type="unavailable"/);
  });

  test('ends when the room lets nobody in', async () => {
    const {stream, heard} = await open({conference, logout, presence: () => []});
    await expect(enterRoom({stream, jid}, inventRoom(), {patience: 100})).rejects.toThrow('the room did not answer');
    expect(heard('logout')).toHaveLength(1);
  });

  test('ends when somebody only asked whether the room may be opened', async () => {
    const {stream, heard} = await open({conference, logout});
    expect(await mayOpen({stream, jid}, inventRoom())).toBe(true);
    expect(heard('logout')).toHaveLength(1);
  });

  test('is not waited for long where Jicofo does not answer the end of it', async () => {
    const {stream, heard} = await open({conference});
    const {leave} = await enterRoom({stream, jid}, inventRoom());
    await leave();
    expect(heard('logout')).toHaveLength(1);
  });

  test('of a guest does not exist, and nothing is sent', async () => {
    const {stream, heard} = await open();
    const {leave} = await enterRoom({stream, jid}, inventRoom());
    await leave();
    expect(heard('logout')).toEqual([]);
  });
});

describe('the limit of a call names the step that did not happen', () => {
  const patience = 200;
  const silent = {presence: (id: string, text: string) => bringsTogether.presence?.(id, text).slice(0, 1) ?? []};

  test.each<[string, Script, string]>([
    ['request', {conference: () => []}, 'Jicofo is not ready for a conference: it did not answer within 0.2 seconds'],
    [
      'joining',
      {conference: id => answer(id, 'ready="false"')},
      'Jicofo is not ready for a conference: it did not join the room within 0.2 seconds',
    ],
    ['room', {presence: () => []}, 'the room did not answer within 0.2 seconds'],
    ['invitation', silent, 'Jicofo did not invite every participant within 0.2 seconds'],
    ['accept', {jingle: () => []}, 'Jicofo did not answer the accepted invitation within 0.2 seconds'],
  ])('%s', async (_step, says, said) => {
    const {stream} = await open(says);
    const invited = enterRoom({stream, jid}, inventRoom(), {patience}).then(({invitation}) => invitation);
    await expect(invited).rejects.toThrow(said);
    await stream.close();
  });

  test('a check that is stopped does not wait for it', async () => {
    const stop = new AbortController();
    const {stream} = await open({conference: () => []});
    const entered = enterRoom({stream, jid}, inventRoom(), {signal: stop.signal});
    stop.abort(new Error('stopped'));
    await expect(entered).rejects.toThrow('stopped');
  });
});
