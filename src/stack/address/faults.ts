import type {Host} from '../../model/host.ts';
import {Problem} from '../../model/problem.ts';
import type {Settings} from '../../model/settings/schema.ts';
import {closeFile, findSecretFileFault} from '../root-only.ts';

/** Finds what prevents an address from being followed: a secret that nobody or everybody can read, an address that is given. */
export async function findFollowingFaults(host: Host, settings: Settings): Promise<readonly Problem[]> {
  const {changes, public: given} = settings.address;
  const fault = await findSecretFault(host, settings);
  return [...(fault ? [fault] : []), ...(changes !== 'off' && given !== 'auto' ? [addressGiven(given)] : [])];
}

function addressGiven(address: string): Problem {
  return new Problem({
    code: 'address-given',
    summary: `No other address can be followed, since address.public is ${address}.`,
    remedy: 'Set address.public to auto, or address.changes to off.',
  });
}

/** Finds out whether the file with the secret is there, and only root can read it. */
export async function findSecretFault(
  {files}: Pick<Host, 'files'>,
  {'dynamic-dns': {kind, secret}}: Pick<Settings, 'dynamic-dns'>,
): Promise<Problem | undefined> {
  if (kind === 'off' || secret === undefined) return undefined;
  const state = await files.stat(secret).catch(() => 'denied' as const);
  // Only root sees what is in root's directories.
  if (state === 'denied') return undefined;
  const fault = findSecretFileFault(state);
  if (fault === undefined) return undefined;
  return new Problem({
    code: 'dynamic-dns-secret',
    summary: `${secret}, the secret of dynamic DNS, ${fault}.`,
    remedy: `Put the secret there; then ${closeFile(secret)}.`,
  });
}
