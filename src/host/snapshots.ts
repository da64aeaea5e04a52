import {createCipheriv, createDecipheriv, createHash, pbkdf2Sync, randomBytes} from 'node:crypto';
import {access, mkdir, readdir, readFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {Problem} from '../model/problem.ts';
import type {Recorder, Snapshot, SnapshotState, SnapshotThing} from '../model/snapshot.ts';
import {replaceFile} from './files.ts';

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

/** The record is written last: content without one is a leftover of a run that died, and is written again. */
async function writeSnapshot(entry: string, {bytes, ...snapshot}: Snapshot, getKey: () => Promise<string>) {
  await mkdir(join(entry, '..'), {recursive: true, mode: 0o700});
  const sealed = isPrivate(snapshot.was) && {sealed: true as const};
  if (bytes) await replaceFile(`${entry}.content`, sealed ? seal(bytes, await getKey()) : bytes, mine);
  const content = bytes && {content: `${basename(entry)}.content`, ...sealed};
  const record: SnapshotRecord = {v: 1, kept: new Date().toISOString(), ...snapshot, ...content};
  await replaceFile(`${entry}.json`, `${JSON.stringify(record, undefined, 2)}\n`, mine);
}

/** Returns whether a file may hold a secret: others cannot read it. */
const isPrivate = (was: SnapshotState) => was.type === 'file' && (was.mode & 0o004) === 0;

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
  const {v: _v, kept: _kept, content, sealed, ...snapshot}: SnapshotRecord = JSON.parse(text);
  if (content === undefined) return snapshot;
  const bytes = await readFile(join(store, content));
  return {...snapshot, bytes: sealed ? unseal(bytes, await readSealKey(keyPath)) : bytes};
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The key that opens sealed snapshots. It is outside the stores, so that a run's directory can be shown without its passwords. */
export const sealKeyPath = '/var/lib/jitsi-onebox/seal.key';

const magic = Buffer.from('Salted__');
const saltLength = 8;
const start = magic.length + saltLength;

/** Encrypts like `openssl enc -aes-256-cbc -pbkdf2`, so that an admin can open it without this program. */
export function seal(bytes: Uint8Array, key: string): Buffer {
  const salt = randomBytes(saltLength);
  const cipher = createCipheriv('aes-256-cbc', ...derive(key, salt));
  return Buffer.concat([magic, salt, cipher.update(bytes), cipher.final()]);
}

/** Decrypts with the key it was sealed with; throws if the key is another one or bytes are missing. */
export function unseal(sealed: Uint8Array, key: string): Buffer {
  const decipher = createDecipheriv('aes-256-cbc', ...derive(key, sealed.subarray(magic.length, start)));
  return Buffer.concat([decipher.update(sealed.subarray(start)), decipher.final()]);
}

/** Derives the cipher's key and first block as openssl does. */
function derive(key: string, salt: Uint8Array): [Buffer, Buffer] {
  const bytes = pbkdf2Sync(key, salt, 10_000, 48, 'sha256');
  return [bytes.subarray(0, 32), bytes.subarray(32)];
}

/** Reads the key, or makes one. */
export async function obtainSealKey(path: string): Promise<string> {
  const found = await readFile(path, 'utf8').catch(acceptAbsence);
  if (found !== undefined) return found.trim();
  const key = randomBytes(32).toString('hex');
  await replaceFile(path, `${key}\n`, {mode: 0o600, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0});
  return key;
}

/** Reads the key; throws a Problem where there is none. */
export async function readSealKey(path: string): Promise<string> {
  const found = await readFile(path, 'utf8').catch(acceptAbsence);
  if (found !== undefined) return found.trim();
  throw new Problem({
    code: 'seal-key-missing',
    summary: `${path} is missing, and without it the files that held passwords cannot be restored.`,
    remedy: 'Restore it from a backup of this host. Or set the former settings by hand, and apply them.',
  });
}

function acceptAbsence(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
