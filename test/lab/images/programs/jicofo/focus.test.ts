import {type Client, type Element, type Request, xml} from '@xmpp/client';
import {afterEach, expect, test, vi} from 'vitest';
import {NAMESPACE} from '../xmpp/names.ts';
import {watchBrewery} from './brewery.ts';
import {createDiscovery} from './features.ts';
import {type Focus, serveParticipants} from './focus.ts';

const room = 'daily@muc.meet.jitsi';
const breweryRoom = 'jvbbrewery@internal-muc.meet.jitsi';

afterEach(() => void vi.restoreAllMocks());

/** Answers like participants who say nothing of what they can do, and like a bridge. */
const answer = (iq: Element): Element => {
  const transport = xml('transport', {xmlns: NAMESPACE.ice, ufrag: 'u', pwd: 'p'});
  const modified = xml('conference-modified', NAMESPACE.colibri, xml('endpoint', {}, xml('transport', {}, transport)));
  return xml('iq', {}, iq.getChild('conference-modify') && modified);
};

/** Serves one room with two participants over a session that does nothing by itself. */
const meet = async ({hasBridge}: {hasBridge: boolean}) => {
  const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const handlers = new Map<string, (request: Request) => unknown>();
  const asked: Element[] = [];
  let hear: (stanza: Element) => void = () => undefined;
  const request = async (iq: Element) => {
    asked.push(iq);
    return answer(iq);
  };
  const session = {
    send: async () => undefined,
    on: (_event: string, listener: typeof hear) => {
      hear = listener;
    },
    iqCaller: {request},
    iqCallee: {get: () => undefined, set: (_: string, name: string, handler: never) => handlers.set(name, handler)},
  } as unknown as Client;
  const focus: Focus = {
    account: 'focus@auth.meet.jitsi',
    ...{breweryRoom, mucDomain: 'muc.meet.jitsi', authentication: undefined, conferences: new Map()},
    brewery: watchBrewery(breweryRoom, () => undefined),
    discover: createDiscovery(),
  };
  serveParticipants(focus, session);
  const enter = (from: string, ...shown: readonly Element[]) => hear(xml('presence', {from}, ...shown));
  const send = (element: Element, from: string) =>
    handlers.get(element.name)?.({stanza: xml('iq', {from}, element), element});
  if (hasBridge) {
    enter(`${breweryRoom}/jvb`, xml('stats', NAMESPACE.stats));
  }
  const opened = send(xml('conference', {room}), 'focus.meet.jitsi/x@meet.jitsi/r');
  enter(`${room}/focus`);
  await opened;
  enter(`${room}/one`);
  enter(`${room}/two`);
  const offer = () =>
    asked.map(iq => iq.getChild('jingle', NAMESPACE.jingle)).find(each => each?.attrs.action === 'session-initiate');
  return {said: () => said.mock.calls.map(([line]) => String(line)), offer, send};
};

test('the bridge’s id of a session is not that of Jingle, and who leaves has to name the right one', async () => {
  const {offer, send} = await meet({hasBridge: true});
  const {sid = '', id = ''} = await vi.waitFor(() => {
    const jingle = offer();
    expect(jingle).toBeDefined();
    return {sid: jingle?.attrs.sid, id: jingle?.getChild('bridge-session', NAMESPACE.focus)?.attrs.id};
  });
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(id).not.toBe(sid);
  const leave = (named: string) => {
    const jingle = xml(
      'jingle',
      {action: 'session-terminate', sid},
      xml('bridge-session', {xmlns: NAMESPACE.focus, id: named}),
    );
    return send(jingle, `${room}/one`);
  };
  expect(String(leave(sid))).toContain(`${sid} is not a currently active session`);
});

test('who names the right one leaves without an error', async () => {
  const {offer, send} = await meet({hasBridge: true});
  const jingle = await vi.waitFor(() => offer() ?? Promise.reject(new Error('no offer')));
  const {sid} = jingle?.attrs ?? {};
  const bridgeSession = jingle?.getChild('bridge-session', NAMESPACE.focus);
  expect(send(xml('jingle', {action: 'session-terminate', sid}, bridgeSession), `${room}/one`)).toBe(true);
});

test('a participant who cannot be invited for want of a bridge is an error in the log', async () => {
  const {said} = await meet({hasBridge: false});
  await vi.waitFor(() =>
    expect(said()).toContainEqual(
      expect.stringMatching(/ SEVERE: .*Can not invite participant, no bridge available\./),
    ),
  );
});
