import type {Host} from '../model/host.ts';
import {Problem} from '../model/problem.ts';
import {Secret} from '../model/secret.ts';
import type {Settings} from '../model/settings/schema.ts';
import {isTokenSecret} from './passwords.ts';
import {closeFile, findSecretFileFault} from './root-only.ts';

/** The secret that tokens are signed with, as far as the settings decide on it; undefined if there are no tokens. */
export type TokenSecret = {readonly secret?: Secret; readonly problems: readonly Problem[]} | undefined;

/** Reads the secret from the file that the settings name. Without one, .env has a secret of our own. */
export async function readTokenSecret({files}: Host, {access}: Settings): Promise<TokenSecret> {
  if (access.kind !== 'jwt') return undefined;
  const path = access.secret;
  if (path === 'generated') return {problems: []};
  const refuse = (fault: string) => ({problems: [badSecret(path, fault)]});
  try {
    const fault = findSecretFileFault(await files.stat(path));
    if (fault !== undefined) return refuse(fault);
    const secret = ((await files.read(path)) ?? '').trim();
    if (!isTokenSecret(secret)) return refuse('does not hold a secret that is strong enough, in one word');
    return {secret: new Secret(secret), problems: []};
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES')
      return refuse('can only be read with sudo');
    throw error;
  }
}

function badSecret(path: string, fault: string): Problem {
  return new Problem({
    code: 'token-secret',
    summary: `${path} ${fault}.`,
    why: 'Whoever guesses it can make tokens for every room.',
    remedy: `Put at least 32 letters and digits there, such as those of \`openssl rand -hex 32\`; then ${closeFile(path)}. Or let jitsi-onebox make a secret: --set access.secret=generated.`,
  });
}
