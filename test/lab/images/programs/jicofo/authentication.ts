import {randomUUID} from 'node:crypto';
import type {Element} from '@xmpp/client';
import {stanzaError} from '../xmpp/stanza-error.ts';
import {say} from './log.ts';

/** Who asks for a room, from which machine, and the session that the person already has. */
export type Login = {
  readonly sender: string;
  readonly room: string;
  readonly machine: string | undefined;
  readonly session: string | undefined;
};

/** The session of a registered person. */
export type AuthenticationSession = {
  readonly id: string;
  readonly identity: string;
  readonly machine: string;
  readonly room: string;
  /** Who used it last. */
  address: string;
};

/** The sessions of registered people, as the real jicofo keeps them where only they may open a room. */
export type Authentication = {
  /** Finds the session of a request, or begins one; a guest has none. Returns the error that answers a wrong request. */
  readonly admit: (login: Login) => {readonly session?: AuthenticationSession; readonly error?: Element};
  readonly isKnown: (sender: string) => boolean;
  /** Ends a session; false if there is none. */
  readonly logOut: (session: string | undefined) => boolean;
  /** Ends the sessions of a room, unless they outlive it. */
  readonly endRoom: (room: string) => void;
};

type Rules = {
  /** The domain of people with an account. */
  readonly domain: string;
  /** Whether a session outlives its conference: the real jicofo ends it after a day, so that no second login is needed. */
  readonly outlivesRoom: boolean;
};

/** Keeps the sessions, and says so in the words of the real jicofo: no page of it shows them. */
export const keepSessions = ({domain, outlivesRoom}: Rules): Authentication => {
  const sessions = new Map<string, AuthenticationSession>();
  const begin = (identity: string, {sender, room}: Login, machine: string): AuthenticationSession => {
    const session = {id: randomUUID(), identity, machine, room, address: sender};
    sessions.set(session.id, session);
    say('INFO', `Authentication session created for ${identity} SID: ${session.id}`);
    return session;
  };
  return {
    admit: login => {
      const known = sessions.get(login.session ?? '');
      if (login.session && known === undefined) {
        return {error: stanzaError('not-acceptable', 'invalid session')};
      }
      if (known !== undefined && known.machine !== login.machine) {
        return {error: stanzaError('not-acceptable', 'machine UID mismatch or empty')};
      }
      const [identity = ''] = login.sender.split('/');
      if (known === undefined && !identity.endsWith(`@${domain}`)) {
        return {};
      }
      if (!login.machine) {
        return {error: stanzaError('not-acceptable', "Missing mandatory attribute 'machine-uid'")};
      }
      const session = known ?? begin(identity, login, login.machine);
      session.address = login.sender;
      return {session};
    },
    isKnown: sender => [...sessions.values()].some(({address}) => address === sender),
    logOut: id => {
      const session = sessions.get(id ?? '');
      if (session !== undefined) {
        sessions.delete(session.id);
        say('INFO', `Authentication removed: ${describe(session)}`);
      }
      return session !== undefined;
    },
    endRoom: room => {
      const ended = [...sessions.values()].filter(session => !outlivesRoom && session.room === room);
      for (const session of ended) {
        sessions.delete(session.id);
        say('INFO', `Removing session for ended conference, S: ${describe(session)}`);
      }
    },
  };
};

const describe = ({id, identity, machine, room, address}: AuthenticationSession): string =>
  `AuthSession[ID=${identity}, JID=${address}, SID=${id}, MUID=${machine}, R=${room}]`;
