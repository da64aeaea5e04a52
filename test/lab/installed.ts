import {step, waitUntil} from './command.ts';
import {callGuest} from './guest.ts';
import {listHost, type Shell} from './listing.ts';
import type {Lab} from './state.ts';
import {keepGuest, listFitting, replaceGuest, replaceGuestFrom} from './up.ts';

/** The settings of every installation in the lab: the three answers that an installation needs. */
export const settings = `# Our meetings
domain: meet.example.test
contact: admin@example.test
turn:
  domain: turn.example.test
`;

export const settingsFile = '/root/meet.yaml';

/** Where a guest keeps its listing from before the installation. */
export const listingFile = '/root/before-installation';

const name = 'installed';

/** Replaces the guest with one that has a whole installation, from a disk that is kept; the first time it makes that disk. */
export async function bootInstalled(lab: Lab): Promise<Lab> {
  const isKept = (await listFitting(lab)).some(disk => disk.name === name);
  const next = isKept ? await replaceGuestFrom(lab, name) : await install(lab);
  await step('waiting until everything is healthy', () => untilHealthy(openShell(next)));
  return next;
}

/** Opens the guest's shell: a line that fails throws. */
export function openShell({guest}: Lab): Shell {
  const call = callGuest(guest);
  return async (line, input) => {
    const {exitCode, stdout, stderr} = await call(['sh', '-c', line], {input: input ?? ''});
    if (exitCode !== 0) throw new Error(`${line} exited with ${exitCode}: ${stderr || stdout}`);
    return stdout.trim();
  };
}

async function install(lab: Lab): Promise<Lab> {
  const fresh = await replaceGuest(lab);
  const shell = openShell(fresh);
  await shell(`cat > ${settingsFile}`, settings);
  await shell(`cat > ${listingFile}`, (await listHost(shell)).join('\n'));
  await step('installing', () => shell(`jitsi-onebox apply --yes --plain --settings ${settingsFile} 2>&1`));
  return keepGuest(fresh, name);
}

async function untilHealthy(shell: Shell): Promise<void> {
  const isHealthy = async () => (await shell('docker ps --filter health=healthy --quiet | wc -l')) === '5';
  await waitUntil(isHealthy, {seconds: 90, every: 200, otherwise: () => shell('docker ps')});
  // Jicofo is healthy before it has logged in, and status says until then that it is starting.
  const isGreen = async () => (await shell('jitsi-onebox status >/dev/null && echo yes || echo no')) === 'yes';
  await waitUntil(isGreen, {seconds: 90, every: 500, otherwise: () => shell('jitsi-onebox status || true')});
}
