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

/** Returns whether every check passes, once everything has started. */
async function isWhole(): Promise<boolean> {
  for (;;) {
    const {exitCode} = await ask('guest', ['jitsi-onebox', 'status']);
    if (exitCode !== 75) return exitCode === 0;
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
