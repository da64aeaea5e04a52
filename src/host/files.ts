import type {Stats} from 'node:fs';
import {lstat, mkdir, readdir, readFile, readlink, realpath, rm, symlink} from 'node:fs/promises';
import {dirname} from 'node:path';
import type {FileState, Files} from '../model/host.ts';
import {besideOf, putInPlace, replaceFile, setAttributes, syncDirectory} from './replace-file.ts';

/** Makes the file door of the real machine. */
export function createFiles(): Files {
  return {
    read: path => unlessAbsent(readFile(path, 'utf8')),
    readBytes: path => unlessAbsent(readFile(path)),
    stat: async path => describe(await unlessAbsent(lstat(path))),
    readLink: path => unlessAbsent(readlink(path), 'EINVAL'),
    resolve: path => unlessAbsent(realpath(path)),
    list: async path => (await unlessAbsent(readdir(path)))?.sort(),
    write: replaceFile,
    setAttributes: (path, attributes) => setAttributes(path, attributes),
    async makeDirectory(path, attributes) {
      await unless(mkdir(path, {mode: 0o700}), 'EEXIST');
      await setAttributes(path, attributes, 'directory');
      await syncDirectory(dirname(path));
    },
    async link(path, target) {
      const beside = besideOf(path);
      await rm(beside, {force: true});
      await symlink(target, beside);
      await putInPlace(beside, path);
    },
    async remove(path) {
      await rm(path, {recursive: true, force: true});
      await unlessAbsent(syncDirectory(dirname(path)));
    },
  };
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
