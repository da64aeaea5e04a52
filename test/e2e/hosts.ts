import {expect} from 'vitest';
import {listHost} from '../lab/listing.ts';
import {apply, ask, guest, lab, settings, settingsFile} from './lab.ts';

/** The name of the kept disk with a whole installation on it. */
const installed = 'installed';
const listing = '/root/before-installation';

/** Boots another guest as Debian's installer leaves it, with the file of settings that `apply` takes. */
export async function bootFresh(): Promise<void> {
  await lab('fresh');
  await guest(`cat > ${settingsFile}`, settings);
}

/** Boots a guest with a whole installation: from the disk that is kept, which is made first where there is none of this program. */
export async function bootInstalled(): Promise<void> {
  if (await isKept()) await lab('fresh', '--from', installed);
  else {
    await bootFresh();
    await saveListing();
    const {exitCode, all} = await apply('--settings', settingsFile);
    expect(exitCode, all).toBe(0);
    await keepInstalled();
  }
  await untilHealthy();
}

/** Makes sure of a guest with a whole installation: the one that is there, where another test left it so. */
export async function requireInstalled(): Promise<void> {
  const saved = await ask('guest', ['cat', '/etc/jitsi-onebox/settings.yaml']);
  if (saved.stdout === settings.trimEnd() && (await ask('guest', ['jitsi-onebox', 'status'])).exitCode === 0) return;
  await bootInstalled();
}

/** Reboots the guest, and keeps its disk for the tests that begin with an installation. */
export async function keepInstalled(): Promise<void> {
  await lab('keep', installed);
}

/** Lists a guest before its installation, and leaves the list in the guest. */
export async function saveListing(): Promise<void> {
  await guest(`cat > ${listing}`, (await listHost(guest)).join('\n'));
}

/** Returns the guest's list from before its installation. */
export async function readListing(): Promise<readonly string[]> {
  return (await guest(`cat ${listing}`)).split('\n');
}

/** Waits after a boot until every container is healthy and every check passes. */
async function untilHealthy(): Promise<void> {
  const count = 'docker ps --filter health=healthy --quiet | wc -l';
  await guest(`timeout 90 sh -c 'until [ "$(${count})" = 5 ]; do sleep 0.2; done'`);
  const {exitCode, all} = await ask('guest', ['jitsi-onebox', 'status']);
  expect(exitCode, all).toBe(0);
}

async function isKept(): Promise<boolean> {
  return (await lab('kept')).split('\n').includes(installed);
}
