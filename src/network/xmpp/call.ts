import {randomBytes, randomUUID} from 'node:crypto';
import {createElement, type Element} from 'ltx';
import type {IceCredentials} from '../stun.ts';
import {domains, namespaces, readCondition, type Stream} from './stream.ts';

/** A participant who is logged in. */
export type Guest = {readonly stream: Stream; readonly jid: string};

/** An address where the bridge can be reached. */
export type Candidate = {readonly type: string; readonly address: string; readonly port: number};

/** The bridge, as a session-initiate describes it to a participant. */
export type Invitation = IceCredentials & {readonly fingerprint: string; readonly candidates: readonly Candidate[]};

/** Reads the invitation in a request of Jicofo; undefined for any other element. */
export function readInvitation(iq: Element): Invitation | undefined {
  const jingle = iq.getName() === 'iq' ? iq.getChild('jingle', namespaces.jingle) : undefined;
  if (jingle?.attrs.action !== 'session-initiate') return undefined;
  // All media share one transport; Jicofo chooses the content that carries it.
  const transports = jingle.getChildren('content').map(content => content.getChild('transport', namespaces.ice));
  const transport = transports.find(each => each?.attrs.ufrag);
  if (!transport) return undefined;
  return {
    ufrag: transport.attrs.ufrag ?? '',
    password: transport.attrs.pwd ?? '',
    fingerprint: transport.getChild('fingerprint', namespaces.dtls)?.getText() ?? '',
    candidates: transport
      .getChildren('candidate')
      .filter(({attrs}) => attrs.protocol?.toLowerCase() === 'udp')
      .map(({attrs}) => ({type: attrs.type ?? '', address: attrs.ip ?? '', port: Number(attrs.port)})),
  };
}

// Jicofo invites only participants with these features: audio, video and data in one DTLS session.
const features = [
  'urn:xmpp:jingle:apps:rtp:audio',
  'urn:xmpp:jingle:apps:rtp:video',
  'urn:xmpp:jingle:transports:dtls-sctp:1',
  namespaces.ice,
  namespaces.dtls,
  'urn:ietf:rfc:5761',
  'urn:ietf:rfc:5888',
];

/** Invents a room name that nobody else uses. */
export function inventRoom(): string {
  return `onebox-check-${randomBytes(8).toString('hex')}@${domains.rooms}`;
}

/** Enters a room like a browser: asks Jicofo for the conference, then joins. The invitation arrives once two have joined. */
export async function enterRoom(
  {stream, jid}: Guest,
  room: string,
): Promise<{readonly invitation: Promise<Invitation>}> {
  const invitation = stream.next(readInvitation);
  stream.onRequest(answerRequest);
  await requestConference(stream, room);
  const occupant = `${room}/${chooseNickname(jid)}`;
  const joined = stream.next(each =>
    each.getName() === 'presence' && each.attrs.from === occupant ? each : undefined,
  );
  const join = createElement('x', {xmlns: namespaces.muc}, createElement('history', {maxstanzas: '0'}));
  stream.send(createElement('presence', {xmlns: namespaces.client, to: occupant}, join));
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

/** Chooses a nickname like a browser: Prosody may demand that it is the beginning of the guest's address. */
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
