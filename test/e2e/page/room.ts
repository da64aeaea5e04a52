import type {Session} from './session.ts';
import {poll} from './wait.ts';

/** A room of the XMPP server, and Jicofo's address there. */
export type Room = {readonly address: string; readonly focus: string};

const disco = 'http://jabber.org/protocol/disco#info';

// Jicofo invites only participants with these features.
const features = [
  'urn:xmpp:jingle:apps:rtp:audio',
  'urn:xmpp:jingle:apps:rtp:video',
  'urn:xmpp:jingle:transports:dtls-sctp:1',
  'urn:xmpp:jingle:transports:ice-udp:1',
  'urn:xmpp:jingle:apps:dtls:0',
  'urn:ietf:rfc:5761',
  'urn:ietf:rfc:5888',
];

/** Enters a room; returns the transport in Jicofo's invitation, which says how to reach the bridge. */
export async function enterRoom(session: Session, {address, focus}: Room): Promise<Element> {
  session.serve(answer);
  await requestConference(session, {address, focus});
  // All media share one transport.
  const invitation = session.next('the invitation', each =>
    each.querySelector('jingle[action=session-initiate] transport[ufrag]'),
  );
  const muc = '<x xmlns="http://jabber.org/protocol/muc"/>';
  session.send(`<presence xmlns="jabber:client" to="${occupantOf(session, address)}">${muc}</presence>`);
  return invitation;
}

/** Leaves a room. */
export function leaveRoom(session: Session, {address}: Room): void {
  session.send(`<presence xmlns="jabber:client" type="unavailable" to="${occupantOf(session, address)}"/>`);
}

/** Prosody may demand that a nickname is the beginning of the guest's address. */
function occupantOf({jid}: Session, address: string): string {
  return `${address}/${jid.slice(0, 8)}`;
}

/** Asks until Jicofo has joined the room. */
async function requestConference(session: Session, {address, focus}: Room): Promise<void> {
  const namespace = 'http://jitsi.org/protocol/focus';
  const xml = `<conference xmlns="${namespace}" room="${address}" machine-uid="${crypto.randomUUID()}"/>`;
  const isReady = async () => {
    const answer = await session.request({type: 'set', to: focus, xml});
    return answer.querySelector('conference')?.getAttribute('ready') === 'true';
  };
  if (!(await poll(isReady, 250))) throw new Error('Jicofo is not ready for a conference');
}

function answer(request: Element): string | undefined {
  if (request.querySelector('query')?.namespaceURI !== disco) return '';
  const listed = features.map(name => `<feature var="${name}"/>`);
  return `<query xmlns="${disco}">${listed.join('')}</query>`;
}
