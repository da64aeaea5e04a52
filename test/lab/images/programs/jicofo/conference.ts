import type {Client} from '@xmpp/client';
import {joinRoom, leaveRoom, type Occupancy} from '../xmpp/room.ts';
import type {Brewery} from './brewery.ts';
import {type Invitations, invite, release, releaseAll} from './invitations.ts';

/** The name under which jicofo sits in every room. */
export const FOCUS = 'focus';

/** Fewer have nobody to talk to. */
const PARTICIPANTS_NEEDED = 2;
/** How long jicofo waits for the first participant, and how long it keeps the session of the last one. */
const EMPTY_MS = 15_000;
const ALONE_MS = 20_000;

/** Jicofo's side of one room. */
export type Conference = {
  readonly joined: PromiseWithResolvers<void>;
  readonly participants: Set<string>;
  readonly invitations: Invitations;
  readonly onEnd: () => void;
  timer: NodeJS.Timeout;
};

type Surroundings = {
  readonly session: Client;
  readonly brewery: Brewery;
  readonly initiator: string;
  readonly room: string;
  readonly onEnd: () => void;
};

/** Joins a room; from then on each participant gets a place at a bridge as soon as there are two of them. */
export const openConference = ({onEnd, ...surroundings}: Surroundings): Conference => {
  const conference: Conference = {
    joined: Promise.withResolvers<void>(),
    participants: new Set(),
    invitations: {...surroundings, sessions: new Map()},
    onEnd,
    timer: setTimeout(() => endConference(conference), EMPTY_MS),
  };
  watch(conference, joinRoom(surroundings.session, surroundings.room, FOCUS));
  return conference;
};

/** Follows who comes and goes. */
export const seeOccupant = (conference: Conference, {nickname, isPresent}: Occupancy): void => {
  const {participants, joined} = conference;
  if (nickname === FOCUS) {
    joined.resolve();
  } else if (isPresent && !participants.has(nickname)) {
    participants.add(nickname);
    act(conference);
  } else if (!isPresent && participants.delete(nickname)) {
    watch(conference, release(conference.invitations, nickname));
    act(conference);
  }
};

const act = (conference: Conference): void => {
  const {participants, invitations} = conference;
  clearTimeout(conference.timer);
  if (participants.size === 0) {
    endConference(conference);
  } else if (participants.size < PARTICIPANTS_NEEDED) {
    conference.timer = setTimeout(() => watch(conference, releaseAll(invitations)), ALONE_MS);
  } else {
    watch(conference, ...[...participants].map(nickname => invite(invitations, nickname)));
  }
};

const endConference = ({invitations: {session, room}, onEnd, ...conference}: Conference): void => {
  clearTimeout(conference.timer);
  leaveRoom(session, room, FOCUS).catch(() => undefined);
  console.log(`Conference ended in room ${room}`);
  onEnd();
};

/** What goes wrong in one room is that room's business: it is said, and the others go on. */
const watch = ({invitations: {room}}: Conference, ...work: readonly Promise<unknown>[]): void => {
  for (const task of work) {
    task.catch((error: unknown) => console.error(`${room}: ${error}`));
  }
};
