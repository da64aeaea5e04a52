import {createHash} from 'node:crypto';
import {existsSync} from 'node:fs';
import {mkdir, readdir, rename, rm} from 'node:fs/promises';
import {extname, join} from 'node:path';
import {execa} from 'execa';

/** One step of a build: what it is made from, and how an OCI layout is made from that. */
export type Stage = {
  readonly cache: string;
  readonly key: unknown;
  readonly make: (layout: string) => Promise<void>;
};

/** Names what something was made from in a few characters. */
export const digestOf = (key: unknown): string =>
  createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 24);

/** Makes a layout once for each key; one that is there is used as it is. */
export const buildStage = async ({cache, key, make}: Stage): Promise<string> => {
  const layout = join(cache, digestOf(key));
  if (existsSync(layout)) {
    return layout;
  }
  const unfinished = `${layout}.${process.pid}`;
  await rm(unfinished, {recursive: true, force: true});
  await mkdir(cache, {recursive: true});
  await make(unfinished);
  await rename(unfinished, layout);
  return layout;
};

/** Starts a layout where another one ended; blobs never change, so both share them on the disk. */
export const continueFrom = async (previous: string, layout: string): Promise<void> => {
  await execa('cp', ['--archive', '--link', previous, layout]);
  await execa('cp', ['--remove-destination', join(previous, 'index.json'), layout]);
};

/** Removes what earlier versions of the recipes left, so that the cache does not grow for ever. */
export const forgetOtherStages = async (cache: string, layouts: readonly string[]): Promise<void> => {
  const inUse = new Set(layouts);
  const entries = (await readdir(cache)).map(entry => join(cache, entry));
  const stale = entries.filter(entry => !inUse.has(entry) && !isBeingMade(entry));
  await Promise.all(stale.map(entry => rm(entry, {recursive: true, force: true})));
};

/** An unfinished layout ends with the number of the process that makes it. */
const isBeingMade = (entry: string): boolean => extname(entry) !== '' && existsSync(`/proc/${extname(entry).slice(1)}`);
