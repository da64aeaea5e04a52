import {createHash} from 'node:crypto';
import {access, mkdir, readdir, readFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import type {Kept, KeptState, KeptThing} from '../model/kept.ts';
import {replaceFile} from './replace-file.ts';
import {obtainSealKey, readSealKey, seal, sealKeyPath, unseal} from './seal.ts';

/**
 * One record: a JSON file in a store. `content` names the file beside it that holds a file's bytes, sealed where not everybody might
 * read them.
 */
export type KeptEntry = {
  readonly v: 1;
  readonly thing: KeptThing;
  readonly name: string;
  readonly kept: string;
  readonly was: KeptState;
  readonly content?: string;
  readonly sealed?: true;
};

/** What is seen of a thing right now. */
export type Sight = {readonly was: KeptState; readonly bytes?: Uint8Array};

/** Records how a thing is, once for each store: the first record stands for good. */
export type Keep = (thing: KeptThing, name: string, look: () => Promise<Sight>) => Promise<void>;

const mine = {uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, mode: 0o600};

/** Makes the keeper of some stores, which are directories that only root may enter. */
export function createKeeper(stores: readonly string[], keyPath: string = sealKeyPath): Keep {
  let key: Promise<string> | undefined;
  const getKey = () => (key ??= obtainSealKey(keyPath));
  // By record: two steps that are about to change the same thing at the same time share one look at it.
  const kept = new Map<string, Promise<void>>();
  return async (thing, name, look) => {
    for (const store of stores) {
      const entry = join(store, entryName(thing, name));
      const keeping = kept.get(entry) ?? recordOnce({entry, thing, name, look, getKey});
      kept.set(entry, keeping);
      await keeping;
    }
  };
}

type Task = {
  readonly entry: string;
  readonly thing: KeptThing;
  readonly name: string;
  look(): Promise<Sight>;
  getKey(): Promise<string>;
};

async function recordOnce(task: Task): Promise<void> {
  if (!(await isThere(`${task.entry}.json`))) await record(task);
}

/** The record comes last: content without one is a leftover of a run that died, and is written again. */
async function record({entry, thing, name, look, getKey}: Task): Promise<void> {
  await mkdir(join(entry, '..'), {recursive: true, mode: 0o700});
  const {was, bytes} = await look();
  const sealed = isPrivate(was) && {sealed: true as const};
  if (bytes) await replaceFile(`${entry}.content`, sealed ? seal(bytes, await getKey()) : bytes, mine);
  const content = bytes && {content: `${basename(entry)}.content`, ...sealed};
  const kept: KeptEntry = {v: 1, thing, name, kept: new Date().toISOString(), was, ...content};
  await replaceFile(`${entry}.json`, `${JSON.stringify(kept, undefined, 2)}\n`, mine);
}

/** Passwords and keys are only in what not everybody may read. */
const isPrivate = (was: KeptState) => was.type === 'file' && (was.mode & 0o004) === 0;

/** The end of the name is for those who look into a store by hand. */
function entryName(thing: KeptThing, name: string): string {
  const hash = createHash('sha256').update(`${thing}:${name}`).digest('hex').slice(0, 16);
  const end = basename(name)
    .replace(/[^\w.@-]/g, '_')
    .slice(0, 100);
  return `${thing}-${hash}-${end}`;
}

/** Whether a store holds anything. */
export async function hasKept(store: string): Promise<boolean> {
  return (await readdir(store).catch(() => [])).length > 0;
}

/** What some stores hold: of a thing that several have, the first one's record. */
export async function readStores(stores: readonly string[], keyPath: string = sealKeyPath): Promise<readonly Kept[]> {
  const found = new Map<string, Kept>();
  for (const kept of (await Promise.all(stores.map(store => readStore(store, keyPath)))).flat()) {
    const id = `${kept.thing}:${kept.name}`;
    if (!found.has(id)) found.set(id, kept);
  }
  return [...found.values()];
}

async function readStore(store: string, keyPath: string): Promise<readonly Kept[]> {
  const names = await readdir(store).catch(() => []);
  const records = names.filter(name => name.endsWith('.json')).sort();
  return Promise.all(records.map(name => readRecord(store, name, keyPath)));
}

async function readRecord(store: string, record: string, keyPath: string): Promise<Kept> {
  const {thing, name, was, content, sealed}: KeptEntry = JSON.parse(await readFile(join(store, record), 'utf8'));
  if (content === undefined) return {thing, name, was};
  const bytes = await readFile(join(store, content));
  return {thing, name, was, bytes: sealed ? unseal(bytes, await readSealKey(keyPath)) : bytes};
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
