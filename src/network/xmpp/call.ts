import {randomBytes, randomUUID} from 'node:crypto';
import {createElement, type Element} from 'ltx';
import {type Invitation, readInvitation} from './invitation.ts';
import {domains, namespaces} from './names.ts';
import {readCondition, type Stream} from './stream.ts';

/** Somebody who has logged in. */
export type Guest = {readonly stream: Stream; readonly jid: string};

// What Jicofo asks a participant for before it invites him: sound, pictures and data, in one DTLS session found by ICE.
const features = [
  'urn:xmpp:jingle:apps:rtp:audio',
  'urn:xmpp:jingle:apps:rtp:video',
  'urn:xmpp:jingle:transports:dtls-sctp:1',
  namespaces.ice,
  namespaces.dtls,
  'urn:ietf:rfc:5761',
  'urn:ietf:rfc:5888',
];

/** A name for a room that nobody else thinks of. */
export function inventRoom(): string {
  return `onebox-check-${randomBytes(8).toString('hex')}@${domains.rooms}`;
}

/** Enters a room as a browser does: asks Jicofo for the conference, then joins. The invitation comes once two are there. */
export async function enterRoom(
  {stream, jid}: Guest,
  room: string,
): Promise<{readonly invitation: Promise<Invitation>}> {
  const invitation = stream.next(readInvitation);
  stream.onRequest(answerRequest);
  await requestConference(stream, room);
  const seat = `${room}/${chooseNickname(jid)}`;
  const joined = stream.next(each => (each.getName() === 'presence' && each.attrs.from === seat ? each : undefined));
  const join = createElement('x', {xmlns: namespaces.muc}, createElement('history', {maxstanzas: '0'}));
  stream.send(createElement('presence', {xmlns: namespaces.client, to: seat}, join));
  const presence = await joined;
  if (presence.attrs.type === 'error') throw new Error(`the room was refused: ${readCondition(presence)}`);
  return {invitation};
}

async function requestConference(stream: Stream, room: string): Promise<void> {
  const conference = createElement('conference', {xmlns: namespaces.focus, room, 'machine-uid': randomUUID()});
  const answer = await stream.request(createElement('iq', {type: 'set', to: domains.focus}, conference));
  if (answer.getChild('conference', namespaces.focus)?.attrs.ready !== 'true')
    throw new Error('Jicofo is not ready for a conference');
}

/** As a browser does: Prosody may want a guest's nickname to be the beginning of his address. */
function chooseNickname(jid: string): string {
  const beginning = jid.slice(0, 8).toLowerCase();
  return /^[0-9a-f]{8}$/.test(beginning) ? beginning : randomBytes(4).toString('hex');
}

function answerRequest(iq: Element): readonly Element[] | undefined {
  if (iq.getChild('query', namespaces.disco)) {
    const offers = features.map(name => createElement('feature', {var: name}));
    return [createElement('query', {xmlns: namespaces.disco}, ...offers)];
  }
  return iq.getChild('jingle', namespaces.jingle) ? [] : undefined;
}
