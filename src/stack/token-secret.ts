import type {Host} from '../model/host.ts';
import {Problem} from '../model/problem.ts';
import {Secret} from '../model/secret.ts';
import type {Settings} from '../model/settings/schema.ts';
import {isTokenSecret} from './passwords.ts';

/** The secret that tokens are signed with, as far as the settings decide on it; undefined if there are no tokens. */
export type TokenSecret = {readonly secret?: Secret; readonly problems: readonly Problem[]} | undefined;

/** Reads the secret from the file that the settings name. Without one, .env has a secret of our own. */
export async function readTokenSecret({files}: Host, {access}: Settings): Promise<TokenSecret> {
  if (access.kind !== 'jwt') return undefined;
  const path = access.secret;
  if (path === 'generated') return {problems: []};
  const text = await files.read(path).catch(error => {
    if (error instanceof Error && 'code' in error && ['EACCES', 'EISDIR'].includes(String(error.code)))
      return undefined;
    throw error;
  });
  if (text === undefined) return {problems: [badSecret(`${path} cannot be read.`)]};
  const secret = text.trim();
  if (!isTokenSecret(secret))
    return {problems: [badSecret(`${path} does not hold a secret that is strong enough, in one word.`)]};
  return {secret: new Secret(secret), problems: []};
}

function badSecret(summary: string): Problem {
  return new Problem({
    code: 'token-secret',
    summary,
    why: 'Whoever guesses it can make tokens for every room.',
    remedy:
      'Put at least 32 letters and digits there, such as those of `openssl rand -hex 32`; or let jitsi-onebox make a secret: --set access.secret=generated.',
  });
}
