import {constants} from 'node:fs';
import {open, rename, rm} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import type {FileAttributes} from '../model/host.ts';

/**
 * Returns where a file is made before it takes its place: hidden from every `include *`, and always the same path, so that the next
 * run removes what a killed one left.
 */
export function besideOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.jitsi-onebox`);
}

/** Replaces a file atomically: after a crash at any moment, either the old or the new one is there, whole. */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  attributes: FileAttributes,
): Promise<void> {
  const beside = besideOf(path);
  await rm(beside, {force: true});
  try {
    // O_EXCL: a file or link that another process has put there is neither followed nor written.
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.chown(attributes.uid, attributes.gid);
      // After chown, which clears bits, and by fchmod, which no umask narrows.
      await file.chmod(attributes.mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await putInPlace(beside, path);
  } catch (error) {
    await rm(beside, {force: true});
    throw error;
  }
}

/** Renames a finished file into its place, and waits until the directory is on the disk. */
export async function putInPlace(beside: string, path: string): Promise<void> {
  await rename(beside, path);
  await syncDirectory(dirname(path));
}

/** Sets owner and mode of a file or directory; a link is refused, never followed. */
export async function setAttributes(path: string, {mode, uid, gid}: FileAttributes, type?: 'directory'): Promise<void> {
  const directory = type === 'directory' ? constants.O_DIRECTORY : 0;
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | directory);
  try {
    await file.chown(uid, gid);
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Waits until a directory's entries are on the disk. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
