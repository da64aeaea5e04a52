import {randomBytes} from 'node:crypto';
import {createElement, type Element} from 'ltx';
import {limit} from '../../model/limit.ts';
import {checkPrefix} from '../../model/people.ts';
import {inventEnd, type OwnEnd} from '../media/own-end.ts';
import {announceCapabilities, describeCapabilities} from './capabilities.ts';
import {awaitConference, type Focus, openFocus} from './conference.ts';
import {
  acceptSession,
  type Invitation,
  type JingleSession,
  nameAudio,
  readSession,
  terminateSession,
} from './invitation.ts';
import {startSteps} from './steps.ts';
import {domains, namespaces, Refused, readCondition, type Stream} from './stream.ts';

/** A participant who is logged in. */
export type Guest = {readonly stream: Stream; readonly jid: string};

/** A participant in a room. The invitation arrives once two have joined. */
export type Entered = {
  readonly invitation: Promise<Invitation>;
  /** Ends the session, leaves the room, and logs out at Jicofo, in this order. */
  leave(): Promise<void>;
};

/** Invents a room name that nobody else uses. */
export function inventRoom(): string {
  return `${checkPrefix}${randomBytes(8).toString('hex')}@${domains.rooms}`;
}

/** How somebody enters a room. */
export type EnterOptions = {
  readonly own?: OwnEnd;
  readonly signal?: AbortSignal;
  /** Milliseconds up to the accepted invitation. A bridge that nobody has used yet needs some seconds for it. */
  readonly patience?: number;
};

/** Enters a room like a browser: asks Jicofo for the conference until it is ready, joins, and accepts the invitation. */
export async function enterRoom(
  {stream, jid}: Guest,
  room: string,
  {own = inventEnd(), signal = new AbortController().signal, patience = 10_000}: EnterOptions = {},
): Promise<Entered> {
  const occupant = `${room}/${chooseNickname(jid)}`;
  const session = stream.next(readSession);
  stream.onRequest(answerRequest);
  const focus = openFocus(stream);
  const step = startSteps(patience, signal);
  try {
    await awaitConference(focus, room, step);
    await step('the room did not answer', () => join(stream, occupant));
  } catch (error) {
    await briefly(focus.logOut());
    throw error;
  }
  let accepted: JingleSession | undefined;
  const accept = async () => {
    const found = await step('Jicofo did not invite every participant', () => session);
    const acceptance = acceptSession(found, occupant, own);
    await step('Jicofo did not answer the accepted invitation', () => stream.request(acceptance));
    accepted = found;
    return found.invitation;
  };
  const invitation = accept();
  // Nobody may wait for it yet when the stream ends.
  invitation.catch(() => undefined);
  return {invitation, leave: () => leave({stream, focus}, occupant, accepted)};
}

/** Asks whether Jicofo lets a participant open a room; nobody joins it. */
export async function mayOpen({stream}: Guest, room: string): Promise<boolean> {
  const focus = openFocus(stream);
  try {
    await focus.request(room);
    return true;
  } catch (error) {
    if (error instanceof Refused && error.condition === 'not-authorized') return false;
    throw error;
  } finally {
    await briefly(focus.logOut());
  }
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

async function leave(
  {stream, focus}: {readonly stream: Stream; readonly focus: Focus},
  occupant: string,
  session: JingleSession | undefined,
): Promise<void> {
  if (session) await briefly(stream.request(terminateSession(session)));
  const left = stream.next(each => (isPresenceOf(occupant, each) && each.attrs.type === 'unavailable') || undefined);
  stream.send(createElement('presence', {xmlns: namespaces.client, to: occupant, type: 'unavailable'}));
  await briefly(left);
  await briefly(focus.logOut());
}

const farewell = 1000;

/** Waits for a last answer, but not long: then the participant leaves without it. */
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
