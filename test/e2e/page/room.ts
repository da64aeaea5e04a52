import type {Session} from './session.ts';
import {poll} from './wait.ts';

/** A room of the XMPP server, and Jicofo's address there. */
export type Room = {readonly address: string; readonly focus: string};

const disco = 'http://jabber.org/protocol/disco#info';
const node = 'https://jitsi.org/jitsi-meet';

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
  const capabilities = await describeCapabilities();
  const to = occupantOf(session, address);
  session.send(`<presence xmlns="jabber:client" to="${to}">${muc}${capabilities}</presence>`);
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

/** Announces the features by their hash (XEP-0115). */
async function describeCapabilities(): Promise<string> {
  const text = ['client/web//browser', ...features.toSorted(), ''].join('<');
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text));
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return `<c xmlns="http://jabber.org/protocol/caps" hash="sha-1" node="${node}" ver="${hash}"/>`;
}

function answer(request: Element): string | undefined {
  const query = request.querySelector('query');
  if (query?.namespaceURI !== disco) return '';
  const asked = query.getAttribute('node') ?? node;
  const identity = '<identity category="client" type="web" name="browser"/>';
  const listed = features.map(name => `<feature var="${name}"/>`).join('');
  return `<query xmlns="${disco}" node="${asked}">${identity}${listed}</query>`;
}
