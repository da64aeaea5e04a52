import {createHmac} from 'node:crypto';
import type {Secret} from '../../model/secret.ts';

export type RelayCredentials = {readonly username: string; readonly credential: string};

/** Makes credentials that the relay takes until a moment in seconds since 1970, as Prosody makes them for participants. */
export function makeRelayCredentials(secret: Secret, until: number, who: string): RelayCredentials {
  const username = `${until}:${who}`;
  return {username, credential: createHmac('sha1', secret.reveal()).update(username).digest('base64')};
}
