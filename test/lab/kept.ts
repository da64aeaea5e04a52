import {existsSync} from 'node:fs';
import {mkdir, readdir, readFile, rename, writeFile} from 'node:fs/promises';
import {basename} from 'node:path';
import type {Suite} from './mirrors.ts';
import {disk} from './places.ts';
import {changes, discard, docker} from './root.ts';

const home = `${disk}/kept`;

/** A guest's disk that fresh guests can begin with: the layers that it lies on, and what it was made with. */
export type KeptDisk = {
  readonly name: string;
  readonly suite: Suite;
  /** The stamp of the program that is on it. */
  readonly program: string;
  /** Its own changes, and below them what they were made on. */
  readonly layers: readonly string[];
  readonly docker: string;
};

/** Keeps the disk of the guest, which is off, in place of an earlier one of that name. */
export async function keepDisk(
  name: string,
  {suite, program, layers}: {suite: Suite; program: string; layers: readonly string[]},
): Promise<KeptDisk> {
  if (!/^[a-z][a-z-]*$/.test(name)) throw new Error('A disk is kept by a name of small letters, such as installed.');
  const folder = `${home}/${name}`;
  if (layers.some(layer => layer.startsWith(`${folder}/`)))
    throw new Error(`This guest began with the disk ${name}, which its own disk lies on: keep it by another name.`);
  await discard(folder);
  await mkdir(folder, {recursive: true});
  await rename(changes, `${folder}/changes`);
  await rename(docker, `${folder}/docker`);
  const kept = {name, suite, program, layers: [`${folder}/changes`, ...layers], docker: `${folder}/docker`};
  await writeFile(`${folder}/disk.json`, `${JSON.stringify(kept, undefined, 2)}\n`);
  return kept;
}

/** Lists the disks that are kept, the whole ones: what they lie on is there too. */
export async function listKept(): Promise<readonly KeptDisk[]> {
  const names = await readdir(home).catch(() => []);
  const texts = await Promise.all(names.map(name => readFile(`${home}/${name}/disk.json`, 'utf8').catch(() => '')));
  const disks: readonly KeptDisk[] = texts.filter(text => text !== '').map(text => JSON.parse(text));
  return disks.filter(({layers}) => layers.every(layer => existsSync(layer)));
}

/** Throws away what no guest can begin with any more: disks with another program, or made on another seed. */
export async function discardStale(fits: (disk: KeptDisk) => boolean, program: string): Promise<void> {
  const stale = (await listKept()).filter(kept => !fits(kept)).map(({name}) => `${home}/${name}`);
  const programs = await readdir(`${disk}/programs`).catch(() => []);
  const old = programs.filter(name => name !== basename(program)).map(name => `${disk}/programs/${name}`);
  await discard(...stale, ...old);
}
