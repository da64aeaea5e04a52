import {mkdir} from 'node:fs/promises';
import {fetchIssuingRoots, makeCertificates, makeMachineStore} from './authority.ts';
import {makeBase} from './base.ts';
import {clean} from './clean.ts';
import {step} from './command.ts';
import {boot, powerOff, pullPlug} from './guest.ts';
import {type ImageSource, prepareImages, pushImage} from './images.ts';
import {discardStale, type KeptDisk, keepDisk, listKept} from './kept.ts';
import type {Suite} from './mirrors.ts';
import {layNetwork} from './network.ts';
import {checkout, logs} from './places.ts';
import type {Process} from './processes.ts';
import {makeProgram, stampSources} from './program.ts';
import {makeSeed, mountDisk, seed, unmountRoot} from './root.ts';
import {start} from './server.ts';
import {makeCaches, servers} from './servers.ts';
import {type Disk, type Lab, saveLab} from './state.ts';

/** Builds a lab where there is none, after it removed what a killed one left. */
export async function buildLab(suite: Suite, source: ImageSource): Promise<Lab> {
  await step('clearing what an earlier lab left', clean);
  await mkdir(logs, {recursive: true, mode: 0o755});
  const images = step(`images: ${source}`, () => prepareImages(source));
  // They are awaited below; until then a failure must not count as unhandled.
  images.catch(() => undefined);
  const running = await step('network and servers', startInternet);
  const [guest] = await Promise.all([
    makeGuest(suite),
    images.then(made => step('giving the images to the registry', () => Promise.all(made.map(pushImage)))),
  ]);
  const lab = {suite, images: source, ...guest, since: new Date().toISOString(), checkout, servers: running};
  await saveLab(lab);
  return lab;
}

/** Throws the guest away and boots another that has only the program as it is built now. */
export async function replaceGuest(lab: Lab, suite: Suite = lab.suite): Promise<Lab> {
  await pullPlug();
  await unmountRoot();
  const base = suite === lab.suite ? lab.base : await prepareBase(suite);
  const next = {...lab, suite, base, ...(await bootFresh(suite, base))};
  await saveLab(next);
  return next;
}

/** Throws the guest away and boots another with a disk that was kept. */
export async function replaceGuestFrom(lab: Lab, name: string): Promise<Lab> {
  const kept = (await listFitting(lab)).find(each => each.name === name);
  if (kept === undefined)
    throw new Error(
      `No ${lab.suite} disk with the program as it is now is kept as ${name}: scripts/lab keep makes one.`,
    );
  await pullPlug();
  await unmountRoot();
  return bootKept(lab, kept);
}

/** Keeps the guest's disk as it is, and boots a guest that begins with it. */
export async function keepGuest(lab: Lab, name: string): Promise<Lab> {
  await step('powering the guest off', () => powerOff(lab.guest));
  await unmountRoot();
  return bootKept(lab, await keepDisk(name, {suite: lab.suite, ...lab.disk}));
}

/** Lists the kept disks that have the program as it is now. */
export async function listFitting({suite}: Lab): Promise<readonly KeptDisk[]> {
  const program = await stampSources();
  return (await listKept()).filter(kept => kept.suite === suite && kept.program === program);
}

/** Powers the guest off and boots the same disk again, in a new network namespace. */
export async function rebootGuest(lab: Lab): Promise<Lab> {
  await step('powering the guest off', () => powerOff(lab.guest));
  const next = {...lab, guest: await step('booting the guest', boot)};
  await saveLab(next);
  return next;
}

async function startInternet(): Promise<Record<string, Process>> {
  await Promise.all([makeCaches(), layNetwork(), makeCertificates()]);
  const started = await Promise.all(servers.map(async server => [server.name, await start(server)] as const));
  await fetchIssuingRoots();
  await makeMachineStore();
  return Object.fromEntries(started);
}

async function makeGuest(suite: Suite): Promise<Pick<Lab, 'base' | 'disk' | 'guest'>> {
  const base = await prepareBase(suite);
  return {base, ...(await bootFresh(suite, base))};
}

async function prepareBase(suite: Suite): Promise<string> {
  const base = await makeBase(suite);
  await step(`preparing ${suite} for the lab`, () => makeSeed(base));
  return base;
}

async function bootFresh(suite: Suite, base: string): Promise<Pick<Lab, 'disk' | 'guest'>> {
  const {stamp, layer} = await step('building the program', makeProgram);
  await discardStale(kept => kept.suite === suite && kept.program === stamp, layer);
  const layers = [layer, seed, base];
  await step('a fresh disk', () => mountDisk(layers));
  return {disk: {program: stamp, layers}, guest: await step('booting the guest', boot)};
}

async function bootKept(lab: Lab, {name, program, layers, docker}: KeptDisk): Promise<Lab> {
  const disk: Disk = {program, layers};
  await step(`a disk that begins with ${name}`, () => mountDisk(layers, docker));
  const next = {...lab, disk, guest: await step('booting the guest', boot)};
  await saveLab(next);
  return next;
}
