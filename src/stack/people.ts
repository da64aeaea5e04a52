import {Problem} from '../model/problem.ts';
import type {Settings} from '../model/settings/schema.ts';
import type {EnvironmentValue} from './passwords.ts';

/** Who opens rooms, who gets in, and how registered people prove who they are. */
export type People = {
  readonly rooms: Settings['rooms'];
  readonly lobby: boolean;
  readonly prejoin: boolean;
  readonly welcomePage: boolean;
  /** Set if registered people come with signed tokens, not with accounts on this server. */
  readonly tokens:
    | {readonly id: string; readonly issuers: readonly string[]; readonly audience: readonly string[]}
    | undefined;
};

/** Takes from the settings what concerns people. */
export function planPeople({rooms, lobby, prejoin, access, 'welcome-page': welcomePage}: Settings): People {
  const {kind, id, issuers, audience} = access;
  return {rooms, lobby, prejoin, welcomePage, tokens: kind === 'jwt' ? {id, issuers, audience} : undefined};
}

type Variables = Readonly<Record<string, EnvironmentValue>>;

/** Returns the variables of a container. What upstream does without them is left out, so that nothing differs by default. */
export function peopleVariables(people: People): Readonly<Record<'web' | 'prosody' | 'jicofo', Variables>> {
  const {lobby, prejoin, welcomePage, tokens} = people;
  const access = accessVariables(people);
  return {
    web: {
      ...access,
      ...(!prejoin && {ENABLE_PREJOIN_PAGE: '0'}),
      ...(!welcomePage && {ENABLE_WELCOME_PAGE: '0'}),
    },
    prosody: {
      ...access,
      ...typeVariable(people),
      ...(tokens && {
        JWT_APP_ID: tokens.id,
        JWT_APP_SECRET: {password: 'JWT_APP_SECRET'},
        JWT_ACCEPTED_ISSUERS: tokens.issuers.join(','),
        JWT_ACCEPTED_AUDIENCES: tokens.audience.join(','),
        JWT_ALLOW_EMPTY: '0',
        // A token says who is a moderator.
        XMPP_MUC_MODULES: 'token_affiliation',
      }),
      ...(!lobby && {ENABLE_LOBBY: '0'}),
    },
    jicofo: {...jicofoAccess(people), ...typeVariable(people), ...(tokens && {ENABLE_AUTO_OWNER: '0'})},
  };
}

function accessVariables({rooms}: People): Variables {
  if (rooms === 'anyone') return {};
  return {ENABLE_AUTH: '1', ENABLE_GUESTS: rooms === 'registered' ? '1' : '0'};
}

/** With authentication, Jicofo makes everybody with a token a moderator. Without guests, it has nobody to refuse. */
function jicofoAccess({rooms, tokens}: People): Variables {
  if (rooms === 'anyone') return {};
  return {ENABLE_AUTH: tokens && rooms === 'members' ? '0' : '1'};
}

function typeVariable({rooms, tokens}: People): Variables {
  return rooms === 'anyone' ? {} : {AUTH_TYPE: tokens ? 'jwt' : 'internal'};
}

const newRules = {
  anyone: 'Everybody gets back in, and accounts and tokens are not asked for any more.',
  registered: 'Guests get back in when a registered person has opened the room again.',
  members: 'Guests do not get back in: only registered people do.',
} as const;

/** Says what happens to running meetings if other people may open rooms from now on. */
export function warnOfRooms(former: People['rooms'] | undefined, {rooms, tokens}: People): readonly Problem[] {
  if (former === undefined || former === rooms) return [];
  return [
    new Problem({
      code: 'rooms-change',
      summary: `The setting rooms changes from "${former}" to "${rooms}". Running meetings end. ${newRules[rooms]}`,
      why: 'Prosody and Jicofo read this only at their start, and every participant has to log in again.',
      remedy:
        rooms === 'anyone' || tokens
          ? 'Choose a quiet moment, or wait for one: `jitsi-onebox apply --when-idle`.'
          : 'Choose a quiet moment (`jitsi-onebox apply --when-idle`). Afterwards, add accounts: `jitsi-onebox users add NAME`.',
    }),
  ];
}
