import type {Stats} from 'node:fs';
import {lstat, readdir, readFile, readlink} from 'node:fs/promises';
import {join} from 'node:path';
import type {SnapshotState} from '../model/snapshot.ts';

/** What is seen of a thing right now. */
export type Sight = {readonly was: SnapshotState; readonly bytes?: Uint8Array};

/** What stands at a path, byte for byte (files of others need not be UTF-8), or only its kind. */
export async function lookAtPath(path: string, {isShallow = false} = {}): Promise<Sight> {
  const stats = await lstat(path).catch(acceptAbsence);
  if (!stats) return {was: {type: 'absent'}};
  const attributes = {mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid};
  if (stats.isSymbolicLink()) return {was: {type: 'link', target: await readlink(path)}};
  if (stats.isDirectory()) return {was: {type: 'directory', ...attributes}};
  if (!stats.isFile()) return {was: {type: 'other', ...attributes}};
  const was = {type: 'file', ...attributes, modified: stats.mtimeMs} as const;
  return isShallow ? {was} : {was, bytes: await readFile(path)};
}

/** A path and all below it, from the top down; links are not entered. */
export async function* walk(path: string): AsyncGenerator<string> {
  yield path;
  const stats = await lstat(path).catch(acceptAbsence);
  if (!stats?.isDirectory()) return;
  for (const name of await readdir(path)) yield* walk(join(path, name));
}

function acceptAbsence(error: NodeJS.ErrnoException): Stats | undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
