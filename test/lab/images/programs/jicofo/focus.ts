import {type Client, type Element, type Request, xml} from '@xmpp/client';
import {NAMESPACE} from '../xmpp/names.ts';
import {joinRoom, readOccupancy} from '../xmpp/room.ts';
import {stanzaError} from '../xmpp/stanza-error.ts';
import type {Authentication} from './authentication.ts';
import type {Brewery} from './brewery.ts';
import {type Conference, FOCUS, openConference, seeOccupant} from './conference.ts';
import type {Discovery} from './features.ts';
import {accept, release} from './invitations.ts';
import {say, watchRoom} from './log.ts';

/** What jicofo has to know to serve one XMPP server. */
export type Focus = {
  readonly account: string;
  readonly breweryRoom: string;
  /** The domain of the participants' rooms. */
  readonly mucDomain: string;
  readonly brewery: Brewery;
  readonly discover: Discovery;
  /** By room. */
  readonly conferences: Map<string, Conference>;
  /** Where only registered people may open a room: their sessions. */
  readonly authentication: Authentication | undefined;
};

/** Serves participants over one session; resolves the returned start once bridges are being watched. */
export const serveParticipants = (focus: Focus, session: Client): (() => Promise<void>) => {
  const {conferences} = focus;
  session.on('stanza', stanza => {
    const occupancy = readOccupancy(stanza);
    const conference = conferences.get(occupancy?.room ?? '');
    if (occupancy !== undefined) {
      focus.brewery.see(occupancy);
    }
    if (occupancy !== undefined && conference !== undefined) {
      seeOccupant(conference, occupancy);
    }
  });
  session.iqCallee.set(NAMESPACE.focus, 'conference', request => admit({focus, session}, request));
  const {authentication} = focus;
  if (authentication !== undefined) {
    session.iqCallee.set(NAMESPACE.focus, 'logout', ({element}) => logOut(authentication, element));
  }
  session.iqCallee.set(NAMESPACE.jingle, 'jingle', request => acceptJingle(conferences, request));
  return async () => {
    await session.send(xml('presence'));
    await joinRoom(session, focus.breweryRoom, FOCUS);
  };
};

type Admission = {
  readonly focus: Focus;
  readonly session: Client;
};

const admit = async (admission: Admission, {stanza, element}: Request): Promise<Element> => {
  const {room} = element.attrs;
  if (room === undefined) {
    return stanzaError('bad-request', "No 'room' specified.");
  }
  const {account, authentication, conferences} = admission.focus;
  say('INFO', `ConferenceIqHandler: Conference request for room ${room}, from ${stanza.attrs.from}, token=false`);
  const existing = conferences.get(room);
  const sender = readSender(stanza);
  const {'machine-uid': machine, 'session-id': known} = element.attrs;
  const {session, error} = authentication?.admit({sender, room, machine, session: known}) ?? {};
  if (error !== undefined) {
    return error;
  }
  if (existing === undefined && authentication?.isKnown(sender) === false) {
    return stanzaError('not-authorized', 'not authorized user domain');
  }
  const conference = existing ?? openRoom(admission, room);
  // The request that opens the room waits for it. Others are answered at once, with what is true then.
  if (existing === undefined) {
    await conference.joined;
  }
  const login = session && {identity: session.identity, 'session-id': session.id};
  return xml(
    'conference',
    {xmlns: NAMESPACE.focus, room, ready: String(conference.isJoined), focusjid: account, ...login},
    xml('property', {name: 'authentication', value: String(authentication !== undefined)}),
    authentication && xml('property', {name: 'externalAuth', value: 'false'}),
  );
};

/** Prosody's proxy writes the sender's own address behind a slash. */
const readSender = ({attrs: {from = ''}}: Element): string => from.slice(from.indexOf('/') + 1);

const logOut = (authentication: Authentication, element: Element): Element =>
  authentication.logOut(element.attrs['session-id'])
    ? xml('logout', {xmlns: NAMESPACE.focus})
    : stanzaError('not-acceptable', 'invalid session');

/** Opens a room, for participants or for a check of jicofo's own health. */
export const openRoom = ({focus, session}: Admission, room: string, isHealthCheck = false): Conference => {
  const conference = openConference({
    session,
    isHealthCheck,
    brewery: focus.brewery,
    discover: focus.discover,
    initiator: `${focus.account}/${FOCUS}`,
    room,
    onEnd: () => {
      focus.conferences.delete(room);
      focus.authentication?.endRoom(room);
    },
  });
  focus.conferences.set(room, conference);
  return conference;
};

const acceptJingle = (conferences: ReadonlyMap<string, Conference>, {stanza, element}: Request): Element | true => {
  const [room = '', nickname = ''] = stanza.attrs.from?.split('/') ?? [];
  const invitations = conferences.get(room)?.invitations;
  if (invitations === undefined || invitations.sessions.get(nickname) !== element.attrs.sid) {
    return stanzaError('item-not-found', `No session for ${room}/${nickname}`);
  }
  if (element.attrs.action === 'session-accept') {
    watchRoom(room, accept(invitations, nickname, element));
  }
  if (element.attrs.action === 'session-terminate') {
    const bridgeSession = element.getChild('bridge-session', NAMESPACE.focus)?.attrs.id;
    const isRight = bridgeSession === invitations.meeting?.session;
    // The real one ends the session of the participant all the same.
    watchRoom(room, release(invitations, nickname));
    if (!isRight) {
      return stanzaError('item-not-found', `${bridgeSession} is not a currently active session`);
    }
  }
  return true;
};
