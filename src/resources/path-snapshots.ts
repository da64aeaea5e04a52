import {type FileState, type Files, largestFile} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import {absent, type Snapshot} from '../model/snapshot.ts';

/** Bytes of all files of a tree together of which copies are kept. */
const largestTree = 4 * largestFile;

type Entry = {
  readonly name: string;
  readonly stat: FileState | undefined;
  /** Too large to keep a copy. */
  readonly isOmitted: boolean;
};

/** Takes snapshots of some paths, byte for byte, links not followed. */
export function snapshotPaths(files: Files, paths: readonly string[], place: Place): Promise<readonly Snapshot[]> {
  return Promise.all(paths.map(async path => snapshotEntry(files, await readEntry(files, path), place)));
}

/** Takes snapshots of a path and all below it, from the top down. */
export async function snapshotTree(files: Files, path: string, place: Place): Promise<readonly Snapshot[]> {
  const entries = await listTree(files, path);
  return Promise.all(entries.map(entry => snapshotEntry(files, entry, place)));
}

/** Lists the files at or below a path of which a snapshot keeps no copy, since they are too large. */
export async function listOmitted(files: Files, path: string): Promise<readonly string[]> {
  return (await listTree(files, path)).flatMap(({name, isOmitted}) => (isOmitted ? [name] : []));
}

/** Lists a path and all below it, from the top down. */
async function listTree(files: Files, path: string, room = {left: largestTree}): Promise<readonly Entry[]> {
  const top = await readEntry(files, path, room.left);
  if (top.stat?.type === 'file' && !top.isOmitted) room.left -= top.stat.size;
  const below: Entry[] = [];
  if (top.stat?.type === 'directory')
    for (const name of (await files.list(path)) ?? []) below.push(...(await listTree(files, `${path}/${name}`, room)));
  return [top, ...below];
}

async function readEntry(files: Files, name: string, room = largestFile): Promise<Entry> {
  const stat = await files.stat(name);
  return {name, stat, isOmitted: stat?.type === 'file' && stat.size > Math.min(room, largestFile)};
}

async function snapshotEntry(files: Files, {name, stat, isOmitted}: Entry, place: Place): Promise<Snapshot> {
  const about = {thing: 'path', name, place} as const;
  if (!stat) return {...about, was: absent};
  const {type, mode, uid, gid, modified, size} = stat;
  if (type === 'link') return {...about, was: {type, target: (await files.readLink(name)) ?? ''}};
  if (type !== 'file') return {...about, was: {type, mode, uid, gid}};
  if (isOmitted) return {...about, was: {type, mode, uid, gid, modified, omitted: size}};
  return {...about, was: {type, mode, uid, gid, modified}, bytes: (await files.readBytes(name)) ?? Buffer.of()};
}
