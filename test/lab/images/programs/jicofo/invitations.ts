import {randomUUID} from 'node:crypto';
import {type Client, type Element, xml} from '@xmpp/client';
import type {Brewery} from './brewery.ts';
import {allocateEndpoint, expireEndpoint, type Meeting} from './colibri.ts';
import {writeOffer, writeTermination} from './offer.ts';

/** The Jingle sessions of one room's participants, and the bridge they meet at. */
export type Invitations = {
  readonly session: Client;
  readonly brewery: Brewery;
  readonly initiator: string;
  readonly room: string;
  readonly sessions: Map<string, string>;
  meeting?: Meeting;
};

/** Gives a participant a place at the bridge and tells him how to reach it; one who has a session keeps it. */
export const invite = async (invitations: Invitations, nickname: string): Promise<void> => {
  if (invitations.sessions.has(nickname)) {
    return;
  }
  const isFirst = invitations.meeting === undefined;
  const meeting = meet(invitations);
  const sid = randomUUID();
  invitations.sessions.set(nickname, sid);
  const {session, initiator} = invitations;
  const transport = await allocateEndpoint(session, {meeting, id: nickname, isFirst});
  await sendTo(invitations, nickname, writeOffer({sid, initiator, transport}));
};

const meet = (invitations: Invitations): Meeting => {
  const bridge = invitations.meeting?.bridge ?? invitations.brewery.pick();
  if (bridge === undefined) {
    throw new Error('Can not invite participant, no bridge available.');
  }
  invitations.meeting ??= {bridge, id: randomUUID(), room: invitations.room};
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
