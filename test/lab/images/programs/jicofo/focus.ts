import {type Client, type Element, type Request, xml} from '@xmpp/client';
import {NAMESPACE} from '../xmpp/names.ts';
import {joinRoom, readOccupancy} from '../xmpp/room.ts';
import {stanzaError} from '../xmpp/stanza-error.ts';
import type {Brewery} from './brewery.ts';
import {type Conference, FOCUS, openConference, seeOccupant} from './conference.ts';
import {release} from './invitations.ts';

/** What jicofo has to know to serve one XMPP server. */
export type Focus = {
  readonly account: string;
  readonly domain: string;
  readonly breweryRoom: string;
  readonly brewery: Brewery;
  /** By room. */
  readonly conferences: Map<string, Conference>;
  /** Whether only people with an account may open a room. */
  readonly needsAccount: boolean;
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
  if (!isAllowed(admission, {room, sender: stanza.attrs.from ?? ''})) {
    return stanzaError('not-authorized', 'not authorized user domain');
  }
  const conference = admission.focus.conferences.get(room) ?? open(admission, room);
  await conference.joined.promise;
  const {account, needsAccount} = admission.focus;
  return xml(
    'conference',
    {xmlns: NAMESPACE.focus, room, ready: 'true', focusjid: account},
    xml('property', {name: 'authentication', value: String(needsAccount)}),
    needsAccount && xml('property', {name: 'externalAuth', value: 'false'}),
  );
};

/** Prosody's proxy writes the sender's own address behind a slash. */
const isAllowed = (
  {focus: {needsAccount, domain, conferences}}: Admission,
  {room, sender}: {readonly room: string; readonly sender: string},
): boolean => !needsAccount || conferences.has(room) || sender.split('/')[1]?.split('@')[1] === domain;

const open = ({focus, session}: Admission, room: string): Conference => {
  console.log(`Conference request for room ${room}`);
  const conference = openConference({
    session,
    brewery: focus.brewery,
    initiator: `${focus.account}/${FOCUS}`,
    room,
    onEnd: () => focus.conferences.delete(room),
  });
  focus.conferences.set(room, conference);
  return conference;
};

const acceptJingle = (conferences: ReadonlyMap<string, Conference>, {stanza, element}: Request): true => {
  const [room = '', nickname = ''] = stanza.attrs.from?.split('/') ?? [];
  const conference = conferences.get(room);
  if (element.attrs.action === 'session-terminate' && conference !== undefined) {
    release(conference.invitations, nickname).catch((error: unknown) => console.error(`${room}: ${error}`));
  }
  return true;
};
