import {randomUUID} from 'node:crypto';
import {type Client, type Element, xml} from '@xmpp/client';
import {NAMESPACE} from '../xmpp/names.ts';
import type {Brewery} from './brewery.ts';
import {acceptEndpoint, allocateEndpoint, expireEndpoint, type Meeting} from './colibri.ts';
import type {Discovery} from './features.ts';
import {say} from './log.ts';
import {writeOffer, writeTermination} from './offer.ts';

/** The Jingle sessions of one room's participants, and the bridge they meet at. */
export type Invitations = {
  readonly session: Client;
  readonly brewery: Brewery;
  readonly discover: Discovery;
  readonly initiator: string;
  readonly room: string;
  readonly sessions: Map<string, string>;
  meeting?: Meeting;
};

/** Gives a participant a place at the bridge and says how to reach it; one who has a session keeps it. */
export const invite = async (invitations: Invitations, nickname: string, presence: Element): Promise<void> => {
  const {session, sessions, initiator, room, discover} = invitations;
  if (sessions.has(nickname)) {
    return;
  }
  const sid = randomUUID();
  sessions.set(nickname, sid);
  try {
    await discover(session, `${room}/${nickname}`, presence);
    const isFirst = invitations.meeting === undefined;
    const meeting = meet(invitations);
    const transport = await allocateEndpoint(session, {meeting, id: nickname, isFirst});
    const offer = writeOffer({sid, bridgeSession: meeting.session, initiator, transport});
    await sendTo(invitations, nickname, offer).catch(() => {
      sessions.delete(nickname);
      say('INFO', `[room=${room}] Expiring ${nickname} channels - no RESULT for session-initiate`);
    });
  } catch (error) {
    sessions.delete(nickname);
    // As the real one calls it, also where no bridge is there yet.
    say('SEVERE', `[room=${room} participant=${nickname}] ${error}`);
  }
};

/** Passes on how a participant is reached and what it sends, once the invitation is accepted. */
export const accept = async (invitations: Invitations, nickname: string, jingle: Element): Promise<void> => {
  const transport = jingle.getChild('content')?.getChild('transport', NAMESPACE.ice);
  if (!transport?.attrs.ufrag || transport.getChild('fingerprint', NAMESPACE.dtls) === undefined) {
    say('SEVERE', `[room=${invitations.room}] session-accept of ${nickname} has no transport`);
  } else if (invitations.meeting !== undefined && invitations.sessions.has(nickname)) {
    const sources = readSources(jingle);
    await acceptEndpoint(invitations.session, invitations.meeting, {id: nickname, transport, sources});
  }
};

const readSources = (jingle: Element): readonly Element[] =>
  jingle.getChildren('content').flatMap(content => {
    const description = content.getChild('description', NAMESPACE.rtp);
    return description?.attrs.media === 'audio' ? description.getChildren('source', NAMESPACE.sources) : [];
  });

const meet = (invitations: Invitations): Meeting => {
  const bridge = invitations.meeting?.bridge ?? invitations.brewery.pick();
  if (bridge === undefined) {
    throw new Error('Can not invite participant, no bridge available.');
  }
  invitations.meeting ??= {bridge, id: randomUUID(), session: randomUUID(), room: invitations.room};
  return invitations.meeting;
};

const sendTo = ({session, room}: Invitations, nickname: string, jingle: Element): Promise<Element> =>
  session.iqCaller.request(xml('iq', {type: 'set', to: `${room}/${nickname}`}, jingle));

/** Gives a participant's place at the bridge back. */
export const release = async (invitations: Invitations, nickname: string): Promise<void> => {
  const {session, sessions, meeting} = invitations;
  if (!sessions.delete(nickname) || meeting === undefined) {
    return;
  }
  if (sessions.size === 0) {
    // The bridge forgets a conference with its last participant.
    delete invitations.meeting;
  }
  await expireEndpoint(session, meeting, nickname);
};

/** Ends every session that is left, and tells those who had one. */
export const releaseAll = async (invitations: Invitations): Promise<void> => {
  const open = [...invitations.sessions];
  await Promise.all([
    ...open.map(([nickname]) => release(invitations, nickname)),
    ...open.map(([nickname, sid]) => sendTo(invitations, nickname, writeTermination(sid, 'expired'))),
  ]);
};
