import {callGuest} from '../guest.ts';
import {bootInstalled, listingFile, openShell, settings, settingsFile} from '../installed.ts';
import {compareListings, findRemains, listHost, type Shell, toolTraces} from '../listing.ts';
import type {Lab} from '../state.ts';
import {replaceGuest} from '../up.ts';
import {installKilling} from './build.ts';
import type {Victim} from './torture.ts';

/** Work that is killed at every change: how it begins, is started again, and is judged in the end. */
export type Ordeal = {
  readonly name: string;
  /** So many moments to be killed at it has at least. */
  readonly fewest: number;
  readonly command: readonly string[];
  prepare(lab: Lab): Promise<Lab>;
  /** Throws unless the guest is as it has to be after all. */
  demandDone(shell: Shell): Promise<void>;
};

/** An installation; in the end nothing is left to do, and nothing is left behind. */
export const installing: Ordeal = {
  name: 'install',
  fewest: 60,
  command: ['jitsi-onebox', 'apply', '--yes', '--json', '--settings', settingsFile],
  async prepare(lab) {
    const next = await replaceGuest(lab);
    await openShell(next)(`cat > ${settingsFile}`, settings);
    return next;
  },
  async demandDone(shell) {
    await shell('jitsi-onebox plan');
    const remains = await findRemains(shell);
    if (remains !== '') throw new Error(`This was left behind:\n${remains}`);
  },
};

/** The undo of an installation, its packages included; in the end the guest is as before the installation. */
export const undoing: Ordeal = {
  name: 'undo',
  fewest: 60,
  command: ['jitsi-onebox', 'undo', '--yes', '--plain', '--packages'],
  prepare: bootInstalled,
  async demandDone(shell) {
    const before = (await shell(`cat ${listingFile}`)).split('\n');
    const differences = compareListings(before, await listHost(shell));
    const unexplained = differences.filter(line => !explained.some(pattern => pattern.test(line)));
    if (unexplained.length > 0) throw new Error(`This is not as before the installation:\n${unexplained.join('\n')}`);
  },
};

/** The program and its own records stay after an undo, and those of this torture too. */
const explained: readonly RegExp[] = [...toolTraces, / \/(opt|var\/lib)\/jitsi-onebox/];

/** Boots a guest for an ordeal, with the build of the program that kills itself. */
export async function prepareVictim(lab: Lab, ordeal: Ordeal): Promise<Victim> {
  const next = await ordeal.prepare(lab);
  await installKilling();
  return {guest: callGuest(next.guest), shell: openShell(next), ordeal};
}
