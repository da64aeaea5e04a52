import {mkdir} from 'node:fs/promises';
import {fetchIssuingRoot, makeCertificates} from './authority.ts';
import {makeBase} from './base.ts';
import {clean} from './clean.ts';
import {boot, powerOff, pullPlug} from './guest.ts';
import {type ImageSource, prepareImages, pushImage} from './images.ts';
import type {Suite} from './mirrors.ts';
import {layNetwork} from './network.ts';
import {checkout, logs} from './places.ts';
import type {Process} from './processes.ts';
import {buildProgram, installProgram} from './program.ts';
import {step} from './progress.ts';
import {makeFreshDisk, makeSeed, mountRoot, unmountRoot} from './root.ts';
import {start} from './server.ts';
import {makeCaches, servers} from './servers.ts';
import {type Lab, saveLab} from './state.ts';
import {makeMachineStore} from './trust.ts';

/** Builds a lab where there is none, after taking away what a killed one left. */
export async function buildLab(suite: Suite, source: ImageSource): Promise<Lab> {
  await step('clearing what an earlier lab left', clean);
  await mkdir(logs, {recursive: true, mode: 0o755});
  const images = step(`${source} images`, () => prepareImages(source));
  // They are awaited below; until then a failure must not count as one that nobody looks at.
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
  const next = {...lab, suite, base, guest: await bootFresh(base)};
  await saveLab(next);
  return next;
}

/** Powers the guest off and boots the same disk again, with nothing kept in its network. */
export async function rebootGuest(lab: Lab): Promise<Lab> {
  await step('powering the guest off', () => powerOff(lab.guest));
  const next = {...lab, guest: await step('booting the guest', boot)};
  await saveLab(next);
  return next;
}

async function startInternet(): Promise<Record<string, Process>> {
  await Promise.all([makeCaches(), layNetwork(), makeCertificates()]);
  const started = await Promise.all(servers.map(async server => [server.name, await start(server)] as const));
  await fetchIssuingRoot();
  await makeMachineStore();
  return Object.fromEntries(started);
}

async function makeGuest(suite: Suite): Promise<Pick<Lab, 'base' | 'guest'>> {
  const base = await prepareBase(suite);
  return {base, guest: await bootFresh(base)};
}

async function prepareBase(suite: Suite): Promise<string> {
  const base = await makeBase(suite);
  await step(`preparing ${suite} for the lab`, () => makeSeed(base));
  return base;
}

async function bootFresh(base: string): Promise<Lab['guest']> {
  await step('building the program', buildProgram);
  await step('a fresh disk', async () => {
    await installProgram(await makeFreshDisk());
    await mountRoot(base);
  });
  return step('booting the guest', boot);
}
