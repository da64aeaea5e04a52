import {setTimeout as sleep} from 'node:timers/promises';
import type {Client, Element} from '@xmpp/client';
import {joinRoom, leaveRoom, type Occupancy} from '../xmpp/room.ts';
import type {Brewery} from './brewery.ts';
import type {Discovery} from './features.ts';
import {type Invitations, invite, release, releaseAll} from './invitations.ts';
import {watchRoom} from './log.ts';

/** The name under which jicofo sits in every room. */
export const FOCUS = 'focus';

/** Fewer have nobody to talk to. */
const PARTICIPANTS_NEEDED = 2;
/** How long jicofo waits for the first participant, and how long it keeps the session of the last one. */
const EMPTY_MS = 15_000;
const ALONE_MS = 20_000;
/** What it takes to create a room and to configure it. */
const JOINING_MS = 150;

/** Jicofo's side of one room. */
export type Conference = {
  /** Made by jicofo for itself: no participant is expected. */
  readonly isHealthCheck: boolean;
  readonly joined: Promise<void>;
  readonly seeJoined: () => void;
  isJoined: boolean;
  /** By nickname, with the newest presence. */
  readonly participants: Map<string, Element>;
  readonly invitations: Invitations;
  readonly onEnd: () => void;
  timer: NodeJS.Timeout;
};

export type Surroundings = {
  readonly session: Client;
  readonly brewery: Brewery;
  readonly discover: Discovery;
  readonly initiator: string;
  readonly room: string;
  readonly isHealthCheck: boolean;
  readonly onEnd: () => void;
};

/** Joins a room; from then on each participant gets a place at a bridge as soon as there are two of them. */
export const openConference = ({onEnd, isHealthCheck, ...surroundings}: Surroundings): Conference => {
  const {promise: joined, resolve: seeJoined} = Promise.withResolvers<void>();
  const conference: Conference = {
    isHealthCheck,
    joined,
    seeJoined,
    isJoined: false,
    participants: new Map(),
    invitations: {...surroundings, sessions: new Map()},
    onEnd,
    timer: setTimeout(() => endConference(conference), EMPTY_MS),
  };
  watchRoom(surroundings.room, join(surroundings));
  return conference;
};

const join = async ({session, room}: Pick<Surroundings, 'session' | 'room'>): Promise<void> => {
  await sleep(JOINING_MS);
  await joinRoom(session, room, FOCUS);
};

/** Follows who comes and goes. */
export const seeOccupant = (conference: Conference, {nickname, isPresent, presence}: Occupancy): void => {
  const {participants, invitations} = conference;
  if (nickname === FOCUS) {
    conference.isJoined = true;
    conference.seeJoined();
  } else if (isPresent && !participants.has(nickname)) {
    participants.set(nickname, presence);
    act(conference);
  } else if (!isPresent && participants.delete(nickname)) {
    watchRoom(invitations.room, release(invitations, nickname));
    // One who ended the session is about to leave, too, and gets no other one.
    wait(conference);
  }
};

/** Invites those who found no bridge before. */
export const seeBridge = (conference: Conference): void => {
  if (conference.participants.size > 0) {
    act(conference);
  }
};

/** Ends a room that nobody is left in, and after a while the session of somebody who is alone. */
const wait = (conference: Conference): void => {
  const {participants, invitations} = conference;
  clearTimeout(conference.timer);
  if (participants.size === 0) {
    endConference(conference);
  } else if (participants.size < PARTICIPANTS_NEEDED) {
    conference.timer = setTimeout(() => watchRoom(invitations.room, releaseAll(invitations)), ALONE_MS);
  }
};

const act = (conference: Conference): void => {
  const {participants, invitations} = conference;
  wait(conference);
  if (participants.size >= PARTICIPANTS_NEEDED) {
    watchRoom(
      invitations.room,
      ...[...participants].map(([nickname, presence]) => invite(invitations, nickname, presence)),
    );
  }
};

const endConference = ({invitations: {session, room}, onEnd, ...conference}: Conference): void => {
  clearTimeout(conference.timer);
  leaveRoom(session, room, FOCUS).catch(() => undefined);
  onEnd();
};
