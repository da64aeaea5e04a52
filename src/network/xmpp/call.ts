import {randomBytes, randomUUID} from 'node:crypto';
import {setTimeout as sleep} from 'node:timers/promises';
import {createElement, type Element} from 'ltx';
import {limit} from '../../model/limit.ts';
import {inventEnd, type OwnEnd} from '../media/own-end.ts';
import {announceCapabilities, describeCapabilities} from './capabilities.ts';
import {
  acceptSession,
  type Invitation,
  type JingleSession,
  nameAudio,
  readSession,
  terminateSession,
} from './invitation.ts';
import {domains, namespaces, Refused, readCondition, type Stream} from './stream.ts';

/** A participant who is logged in. */
export type Guest = {readonly stream: Stream; readonly jid: string};

/** A participant in a room. The invitation arrives once two have joined. */
export type Entered = {
  readonly invitation: Promise<Invitation>;
  /** Ends the session and leaves the room, in this order. */
  leave(): Promise<void>;
};

/** Invents a room name that nobody else uses. */
export function inventRoom(): string {
  return `onebox-check-${randomBytes(8).toString('hex')}@${domains.rooms}`;
}

/** Enters a room like a browser: asks Jicofo for the conference until it is ready, joins, and accepts the invitation. */
export async function enterRoom({stream, jid}: Guest, room: string, own: OwnEnd = inventEnd()): Promise<Entered> {
  const occupant = `${room}/${chooseNickname(jid)}`;
  const session = stream.next(readSession);
  stream.onRequest(answerRequest);
  await awaitConference(stream, room);
  await join(stream, occupant);
  let accepted: JingleSession | undefined;
  const invitation = session.then(async found => {
    await stream.request(acceptSession(found, occupant, own));
    accepted = found;
    return found.invitation;
  });
  // Nobody may wait for it yet when the stream ends.
  invitation.catch(() => undefined);
  return {invitation, leave: () => leave(stream, occupant, accepted)};
}

/** Asks whether Jicofo lets a participant open a room; nobody joins it. */
export async function mayOpen({stream}: Guest, room: string): Promise<boolean> {
  try {
    await requestConference(stream, room);
    return true;
  } catch (error) {
    if (error instanceof Refused && error.condition === 'not-authorized') return false;
    throw error;
  }
}

// A busy Jicofo needs longer to join a new room, but not this long.
const readyPatience = 6000;
const readyPause = 50;

/** Asks for the conference, and again while Jicofo is still joining its room, as for another participant's request. */
async function awaitConference(stream: Stream, room: string): Promise<void> {
  const deadline = performance.now() + readyPatience;
  while (!(await requestConference(stream, room))) {
    if (performance.now() > deadline)
      throw new Error(
        `Jicofo is not ready for a conference: it has been joining the room for ${readyPatience / 1000} s`,
      );
    await sleep(readyPause);
  }
}

async function requestConference(stream: Stream, room: string): Promise<boolean> {
  const conference = createElement('conference', {xmlns: namespaces.focus, room, 'machine-uid': randomUUID()});
  const answer = await stream.request(createElement('iq', {type: 'set', to: domains.focus}, conference));
  return answer.getChild('conference', namespaces.focus)?.attrs.ready === 'true';
}

async function join(stream: Stream, occupant: string): Promise<void> {
  const joined = stream.next(each => (isPresenceOf(occupant, each) ? each : undefined));
  stream.send(
    createElement(
      'presence',
      {xmlns: namespaces.client, to: occupant},
      createElement('x', {xmlns: namespaces.muc}, createElement('history', {maxstanzas: '0'})),
      createElement('stats-id', {}, 'jitsi-onebox'),
      announceCapabilities(),
      createElement('SourceInfo', {}, JSON.stringify({[nameAudio(occupant)]: {muted: false}})),
      createElement('jitsi_participant_codecList', {}, 'vp8'),
      createElement('nick', {xmlns: namespaces.nick}, 'jitsi-onebox'),
    ),
  );
  const presence = await joined;
  if (presence.attrs.type === 'error') throw new Error(`the room was refused: ${readCondition(presence)}`);
}

async function leave(stream: Stream, occupant: string, session: JingleSession | undefined): Promise<void> {
  if (session) await briefly(stream.request(terminateSession(session)));
  const left = stream.next(each => (isPresenceOf(occupant, each) && each.attrs.type === 'unavailable') || undefined);
  stream.send(createElement('presence', {xmlns: namespaces.client, to: occupant, type: 'unavailable'}));
  await briefly(left);
}

const farewell = 1000;

/** Waits for a last answer, but not long: leaving goes on without it. */
async function briefly(answer: Promise<unknown>): Promise<void> {
  await limit(farewell, new AbortController().signal, () => answer).catch(() => undefined);
}

const isPresenceOf = (occupant: string, element: Element) =>
  element.getName() === 'presence' && element.attrs.from === occupant;

/** Chooses a nickname like a browser: Prosody may demand that it is the beginning of the guest's address. */
function chooseNickname(jid: string): string {
  const beginning = jid.slice(0, 8).toLowerCase();
  return /^[0-9a-f]{8}$/.test(beginning) ? beginning : randomBytes(4).toString('hex');
}

function answerRequest(iq: Element): readonly Element[] | undefined {
  const question = iq.getChild('query', namespaces.disco);
  if (question) return [describeCapabilities(question)];
  const isExpected = iq.getChild('ping', namespaces.ping) ?? iq.getChild('jingle', namespaces.jingle);
  return isExpected ? [] : undefined;
}
