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

const undo = ['jitsi-onebox', 'undo', '--yes', '--plain'];
/** The program and its records stay after an undo, and those of the torture. */
const explained: readonly RegExp[] = [...toolTraces, / \/(opt|var\/lib)\/jitsi-onebox/];

/**
 * Prepares the undo of an installation. In the end the guest has to be as after an undo that nobody killed, and that has to leave
 * nothing of the installation but packages and certificates.
 */
export async function prepareUndoing(lab: Lab): Promise<Ordeal> {
  const shell = openShell(await bootInstalled(lab));
  const before = (await shell(`cat ${listingFile}`)).split('\n');
  await shell(undo.join(' '));
  const undone = await listHost(shell);
  demandNothing(compareUnexplained(before, undone).filter(isOurs), 'left by an undo that nobody killed');
  return {
    name: 'undo',
    fewest: 30,
    command: undo,
    prepare: bootInstalled,
    async demandDone(shell) {
      demandNothing(compareUnexplained(undone, await listHost(shell)), 'not as after an undo that nobody killed');
    },
  };
}

const isOurs = (line: string) => /jitsi|mmproxy:|renew_(meet|turn)|:4443|:8289|lookup 123/.test(line);

function compareUnexplained(before: readonly string[], after: readonly string[]): readonly string[] {
  return compareListings(before, after).filter(line => !explained.some(pattern => pattern.test(line)));
}

const most = 40;

function demandNothing(lines: readonly string[], what: string): void {
  if (lines.length > 0) throw new Error(`${lines.length} lines are ${what}:\n${lines.slice(0, most).join('\n')}`);
}

/** Boots a guest for an ordeal, with the build of the program that kills itself. */
export async function prepareVictim(lab: Lab, ordeal: Ordeal): Promise<Victim> {
  const next = await ordeal.prepare(lab);
  await installKilling();
  return {guest: callGuest(next.guest), shell: openShell(next), ordeal};
}
