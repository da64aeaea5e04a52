import type {Stats} from 'node:fs';
import {constants} from 'node:fs';
import {lstat, mkdir, open, readdir, readlink, realpath, rename, rm, symlink} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {type FileAttributes, type FileState, type Files, largestFile} from '../model/host.ts';
import {Problem} from '../model/problem.ts';
import {formatBytes} from '../model/words.ts';
import {inDirectoryOf} from './held-directory.ts';

/** Makes the file door of the real machine. */
export function createFiles(): Files {
  return {
    read: async path => (await unlessAbsent(readWhole(path)))?.toString(),
    readBytes: path => unlessAbsent(readWhole(path)),
    stat: async path => describe(await unlessAbsent(lstat(path))),
    readLink: path => unlessAbsent(readlink(path), 'EINVAL'),
    resolve: path => unlessAbsent(realpath(path)),
    list: async path => (await unlessAbsent(readdir(path)))?.sort(),
    write: replaceFile,
    setAttributes: (path, attributes) => inDirectoryOf(path, held => setAttributes(held, attributes)),
    makeDirectory: (path, attributes) =>
      inDirectoryOf(path, async held => {
        await unless(mkdir(held, {mode: 0o700}), 'EEXIST');
        await setAttributes(held, attributes, 'directory');
        await syncDirectory(dirname(held));
      }),
    link: (path, target) =>
      inDirectoryOf(path, async held => {
        const beside = besideOf(held);
        await rm(beside, {force: true});
        await symlink(target, beside);
        await putInPlace(beside, held);
      }),
    remove: path =>
      unlessAbsent(
        inDirectoryOf(path, async held => {
          await rm(held, {recursive: true, force: true});
          await syncDirectory(dirname(held));
        }),
      ),
  };
}

/** Reads a file up to the limit, even one that says nothing of its size or has no end. Opening a pipe does not wait for its writer. */
async function readWhole(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const {size} = await file.stat();
    const parts: Buffer[] = [];
    for (let length = 0; Math.max(size, length) <= largestFile; ) {
      // One byte more than is left shows its end.
      const {bytesRead, buffer} = await file.read(Buffer.alloc(Math.max(size - length, 65_536) + 1));
      if (bytesRead === 0) return Buffer.concat(parts);
      parts.push(buffer.subarray(0, bytesRead));
      length += bytesRead;
    }
    throw tooLarge(path, size);
  } finally {
    await file.close();
  }
}

function tooLarge(path: string, size: number): Problem {
  return new Problem({
    code: 'file-too-large',
    summary: `${path} has ${formatBytes(Math.max(size, largestFile))}, too much for a file of configuration.`,
    remedy: 'Move it away, then try again.',
  });
}

function describe(stats: Stats | undefined): FileState | undefined {
  if (!stats) return undefined;
  const {mode, uid, gid, size, mtimeMs} = stats;
  return {type: typeOf(stats), mode: mode & 0o7777, uid, gid, size, modified: mtimeMs};
}

function typeOf(stats: Stats): FileState['type'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

/** ESRCH is what /proc says of a process that ended while it was read. */
function unlessAbsent<T>(answer: Promise<T>, ...also: string[]): Promise<T | undefined> {
  return unless(answer, 'ENOENT', 'ENOTDIR', 'ESRCH', ...also);
}

async function unless<T>(answer: Promise<T>, ...codes: string[]): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && 'code' in error && codes.includes(String(error.code))) return undefined;
    throw error;
  }
}

/**
 * Returns where a file is made before it takes its place: hidden from every `include *`, and always the same path, so that the next
 * run removes what a killed one left.
 */
const besideOf = (path: string) => join(dirname(path), `.${basename(path)}.jitsi-onebox`);

/** Replaces a file atomically: after a crash at any moment, either the old or the new one is there, whole. */
export function replaceFile(path: string, content: string | Uint8Array, attributes: FileAttributes): Promise<void> {
  return inDirectoryOf(path, async held => {
    const beside = besideOf(held);
    await rm(beside, {force: true});
    try {
      await writeNew(beside, content, attributes);
      await putInPlace(beside, held);
    } catch (error) {
      await rm(beside, {force: true});
      throw error;
    }
  });
}

async function writeNew(path: string, content: string | Uint8Array, attributes: FileAttributes): Promise<void> {
  // O_EXCL: a file or link that another process has put there is neither followed nor written.
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.chown(attributes.uid, attributes.gid);
    // After chown, which clears bits, and by fchmod, which no umask narrows.
    await file.chmod(attributes.mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Renames a finished file into its place, and waits until the directory is on the disk. */
async function putInPlace(beside: string, path: string): Promise<void> {
  await rename(beside, path);
  await syncDirectory(dirname(path));
}

/** Sets owner and mode of a file or directory; a link is refused, never followed. */
async function setAttributes(path: string, {mode, uid, gid}: FileAttributes, type?: 'directory'): Promise<void> {
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
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
