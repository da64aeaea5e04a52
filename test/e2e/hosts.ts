import {listingFile} from '../lab/installed.ts';
import {listHost} from '../lab/listing.ts';
import {ask, guest, lab, settings, settingsFile} from './lab.ts';

/** Boots another guest as Debian's installer leaves it, with the file of settings that `apply` takes. */
export async function bootFresh(): Promise<void> {
  await lab('fresh');
  await guest(`cat > ${settingsFile}`, settings);
}

/** Boots another guest with a whole installation, from the disk that is kept for that. */
export const bootInstalled = () => lab('installed');

/** Makes sure of a guest with a whole installation: the one that is there, where another test left it so. */
export async function requireInstalled(): Promise<void> {
  const saved = await ask('guest', ['cat', '/etc/jitsi-onebox/settings.yaml']);
  if (saved.stdout === settings.trimEnd() && (await isWhole())) return;
  await bootInstalled();
}

/** Returns whether every check passes, once everything has started, and warns of the lab's kernel only. */
async function isWhole(): Promise<boolean> {
  for (;;) {
    const {exitCode, stdout} = await ask('guest', ['jitsi-onebox', 'status', '--json']);
    if (exitCode === 75) continue;
    if (exitCode !== 0) return false;
    const {checks}: {checks: readonly {code: string; state: string}[]} = JSON.parse(stdout);
    return checks.every(({code, state}) => state === 'ok' || code === 'udp-buffers');
  }
}

/** Reboots the guest, and keeps its disk for the tests that begin with an installation. */
export async function keepInstalled(): Promise<void> {
  await lab('keep', 'installed');
}

/** Lists a guest before its installation, and leaves the list in the guest. */
export async function saveListing(): Promise<void> {
  await guest(`cat > ${listingFile}`, (await listHost(guest)).join('\n'));
}

/** Returns the guest's list from before its installation. */
export async function readListing(): Promise<readonly string[]> {
  return (await guest(`cat ${listingFile}`)).split('\n');
}
