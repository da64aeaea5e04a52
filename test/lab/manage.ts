import {parseArgs} from 'node:util';
import {clean, listRemains} from './clean.ts';
import {step} from './command.ts';
import {runContract} from './contract.ts';
import {liftFaults} from './faults.ts';
import {callGuest} from './guest.ts';
import {exportStandIns, type ImageSource, readSource} from './images.ts';
import {bootInstalled} from './installed.ts';
import {type Suite, suites} from './mirrors.ts';
import {findLab, isGuestUp, type Lab, listDead} from './state.ts';
import {buildLab, keepGuest, listFitting, rebootGuest, replaceGuest, replaceGuestFrom} from './up.ts';

/** Brings the lab up unless it is; another suite replaces only the guest. */
export async function up(args: string[]): Promise<void> {
  const {suite, images} = await readChoice(args);
  const lab = await findLab();
  if (lab === undefined || listDead(lab).length > 0)
    return report(await buildLab(suite ?? 'trixie', images ?? 'stand-in'));
  if (images !== undefined && images !== lab.images)
    throw new Error(`This lab has ${nameImages(lab.images)}. scripts/lab down makes room for another.`);
  const fits = suite === undefined || suite === lab.suite;
  report(fits && isGuestUp(lab) ? lab : await replaceGuest(lab, suite));
}

/** Replaces the guest with a fresh one: just installed, or with `--from NAME` with a disk that was kept. */
export async function fresh(lab: Lab, args: string[]): Promise<void> {
  const {from} = parseArgs({args, options: {from: {type: 'string'}}}).values;
  await liftFaults(lab);
  report(await (from === undefined ? replaceGuest(lab) : replaceGuestFrom(lab, from)));
}

/** Replaces the guest with one that has a whole installation. */
export async function installed(lab: Lab): Promise<void> {
  await liftFaults(lab);
  report(await bootInstalled(lab));
}

/** Keeps the guest's disk for fresh guests to begin with. */
export async function keep(lab: Lab, [name, ...rest]: string[]): Promise<void> {
  if (name === undefined || rest.length > 0) throw new Error('scripts/lab keep NAME, for example: installed.');
  await liftFaults(lab);
  report(await keepGuest(lab, name));
}

/** Prints the names of the disks that a fresh guest can begin with. */
export async function kept(lab: Lab): Promise<void> {
  for (const {name} of await listFitting(lab)) console.log(name);
}

/** Boots the guest again, as it is. */
export async function reboot(lab: Lab): Promise<void> {
  report(await rebootGuest(lab));
}

/** Takes the lab down, whatever state it is in. */
export async function down(): Promise<void> {
  await step('taking the lab down', clean);
}

/** Prints the state of the lab; fails when something of it is not up. */
export async function status(): Promise<void> {
  const lab = await findLab();
  if (lab === undefined) throw new Error(await describeAbsence());
  report(lab);
  const dead = [...listDead(lab), ...(isGuestUp(lab) ? [] : ['guest'])];
  if (dead.length > 0) throw new Error(`Not running any more: ${dead.join(', ')}.`);
}

/** Writes the stand-in images into a directory, from which `up --images` takes them as it takes any others. */
export async function exportImages([directory, ...rest]: string[]): Promise<void> {
  if (directory === undefined || rest.length > 0)
    throw new Error('scripts/lab export DIR, for example: /var/tmp/images.');
  await exportStandIns(directory);
}

/** Proves that the stand-in images keep the contract of the real ones; fails when one of them does not. */
export async function contract(lab: Lab): Promise<void> {
  if (!isGuestUp(lab)) throw new Error('The guest is off; scripts/lab reboot boots it.');
  const {passed, total} = await runContract({guest: callGuest(lab.guest), log: line => console.log(line)});
  if (passed < total) throw new Error(`${total - passed} of ${total} cases of the contract do not hold.`);
}

async function describeAbsence(): Promise<string> {
  const remains = await listRemains();
  if (remains.length === 0) return 'The lab is down.';
  return `The lab is not up, but this is left of one: ${remains.join(', ')}. It is being built, or scripts/lab down removes it.`;
}

type Choice = {readonly suite: Suite | undefined; readonly images: ImageSource | undefined};

async function readChoice(args: string[]): Promise<Choice> {
  const {values} = parseArgs({args, options: {suite: {type: 'string'}, images: {type: 'string'}}});
  const images = values.images === undefined ? undefined : await readSource(values.images);
  return {suite: readOneOf('suite', suites, values.suite), images};
}

function readOneOf<Word extends string>(option: string, words: readonly Word[], given?: string): Word | undefined {
  const known = words.find(word => word === given);
  if (given !== undefined && known === undefined)
    throw new Error(`--${option} is one of ${words.join(', ')}, not ${given}.`);
  return known;
}

function report({suite, images, since, checkout, guest: {leader}}: Lab): void {
  console.log(`lab: up since ${since} from ${checkout}; ${suite} guest, process ${leader.pid}; ${nameImages(images)}`);
}

const nameImages = (source: ImageSource) => (source.startsWith('/') ? `the images of ${source}` : `${source} images`);
