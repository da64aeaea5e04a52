import {createHmac} from 'node:crypto';
import {Secret} from '../model/secret.ts';
import type {People} from './people.ts';

/** What a token says about its owner. */
export type TokenClaims = {
  readonly name: string;
  /** The only room it opens; undefined for all. */
  readonly room?: string | undefined;
  readonly isModerator: boolean;
  /** When it was made and until when it counts, in seconds since 1970. */
  readonly from: number;
  readonly until: number;
};

/** Makes a signed token (JWT, HS256) in the form that Jitsi's Prosody reads. */
export function makeToken(
  {name, room = '*', isModerator, from, until}: TokenClaims,
  {issuers, audience}: NonNullable<People['tokens']>,
  secret: Secret,
): Secret {
  const payload = {
    iss: issuers[0],
    aud: audience[0],
    sub: '*',
    // Rooms have lower-case names on the server.
    room: room.toLowerCase(),
    iat: from,
    exp: until,
    context: {user: {name, moderator: isModerator, affiliation: isModerator ? 'owner' : 'member'}},
  };
  const text = [{alg: 'HS256', typ: 'JWT'}, payload].map(encode).join('.');
  return new Secret(`${text}.${createHmac('sha256', secret.reveal()).update(text).digest('base64url')}`);
}

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
