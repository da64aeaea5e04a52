import {createHash} from 'node:crypto';
import {access, mkdir, readdir, readFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import type {Recorder, Snapshot, SnapshotThing} from '../model/snapshot.ts';
import {replaceFile} from './files.ts';
import {authenticate, obtainSealKey, open, readSealKey, seal, sealKeyPath} from './seal.ts';

/** The store for uninstall: the state of each thing before our first change of it. */
export const originalsDirectory = '/var/lib/jitsi-onebox/originals';

/** The store for undo: how each thing was before one run. */
export const beforeDirectory = (runDirectory: string) => `${runDirectory}/before`;

/** A snapshot as a JSON file in a store. `content` names the file beside it that holds the bytes. */
export type SnapshotRecord = Omit<Snapshot, 'bytes'> & {
  readonly v: 1;
  /** When, in ISO 8601. */
  readonly kept: string;
  readonly content?: string;
  readonly sealed?: true;
  /** The authentication code of the sealed bytes; releases before 0.2 wrote none, and sealed only what others could not read. */
  readonly mac?: string;
};

const mine = {uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, mode: 0o600};

/** Makes the recorder of some stores, which are directories that only root may enter. */
export function createRecorder(stores: readonly string[], keyPath: string = sealKeyPath): Recorder {
  let key: Promise<string> | undefined;
  const getKey = () => (key ??= obtainSealKey(keyPath));
  // Steps run at the same time, and two of them may be about to change the same thing.
  const writing = new Map<string, Promise<void>>();
  return async snapshots => {
    for (const snapshot of snapshots)
      for (const store of stores) {
        const entry = join(store, entryName(snapshot));
        const write = writing.get(entry) ?? writeOnce(entry, snapshot, getKey);
        writing.set(entry, write);
        await write;
      }
  };
}

async function writeOnce(entry: string, snapshot: Snapshot, getKey: () => Promise<string>): Promise<void> {
  if (!(await exists(`${entry}.json`))) await writeSnapshot(entry, snapshot, getKey);
}

/**
 * Writes the record last: content without one is a leftover of a run that died, and is written again. Every file is sealed, since
 * neither its mode nor its name proves that it holds no secret.
 */
async function writeSnapshot(entry: string, {bytes, ...snapshot}: Snapshot, getKey: () => Promise<string>) {
  await mkdir(join(entry, '..'), {recursive: true, mode: 0o700});
  const content = bytes && (await writeSealed(`${entry}.content`, bytes, await getKey()));
  const record: SnapshotRecord = {v: 1, kept: new Date().toISOString(), ...snapshot, ...content};
  await replaceFile(`${entry}.json`, `${JSON.stringify(record, undefined, 2)}\n`, mine);
}

async function writeSealed(path: string, bytes: Uint8Array, key: string) {
  const sealed = seal(bytes, key);
  await replaceFile(path, sealed, mine);
  return {content: basename(path), sealed: true, mac: authenticate(sealed, key)} as const;
}

/** The end of the name is for people who look into a store. */
function entryName({thing, name}: {thing: SnapshotThing; name: string}): string {
  const hash = createHash('sha256').update(`${thing}:${name}`).digest('hex').slice(0, 16);
  const end = basename(name)
    .replace(/[^\w.@-]/g, '_')
    .slice(0, 100);
  return `${thing}-${hash}-${end}`;
}

/** Returns whether a store holds anything. */
export async function hasSnapshots(store: string): Promise<boolean> {
  return (await readdir(store).catch(() => [])).length > 0;
}

/** Reads some stores; where several hold the same thing, the first one counts. */
export async function readStores(
  stores: readonly string[],
  keyPath: string = sealKeyPath,
): Promise<readonly Snapshot[]> {
  const found = new Map<string, Snapshot>();
  for (const snapshot of (await Promise.all(stores.map(store => readStore(store, keyPath)))).flat()) {
    const id = `${snapshot.thing}:${snapshot.name}`;
    if (!found.has(id)) found.set(id, snapshot);
  }
  return [...found.values()];
}

async function readStore(store: string, keyPath: string): Promise<readonly Snapshot[]> {
  const names = await readdir(store).catch(() => []);
  const records = names.filter(name => name.endsWith('.json')).sort();
  return Promise.all(records.map(name => readSnapshot(store, name, keyPath)));
}

async function readSnapshot(store: string, name: string, keyPath: string): Promise<Snapshot> {
  const text = await readFile(join(store, name), 'utf8');
  const {v: _v, kept: _kept, content, sealed, mac, ...snapshot}: SnapshotRecord = JSON.parse(text);
  if (content === undefined) return snapshot;
  const bytes = await readFile(join(store, content));
  if (!sealed) return {...snapshot, bytes};
  return {...snapshot, bytes: open({path: join(store, content), sealed: bytes, mac, key: await readSealKey(keyPath)})};
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
