import {constants} from 'node:fs';
import {type FileHandle, lstat, open, readlink} from 'node:fs/promises';
import {basename, dirname} from 'node:path';
import {Problem} from '../model/problem.ts';

/** Linux's O_PATH, which Node does not name: it takes no right to read a directory. */
const asPlace = 0o10000000;
const flags = asPlace | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const mostLinks = 40;

const isOurs = (uid: number) => uid === 0 || uid === process.getuid?.();

/**
 * Changes something in the directory of a path, which stays the same directory whatever others put in its place meanwhile. Containers
 * own directories in which root writes: a link of theirs on the way would lead elsewhere, so it is refused.
 */
export async function inDirectoryOf<T>(path: string, change: (held: string) => Promise<T>): Promise<T> {
  const directory = await openDirectory(dirname(path));
  const held = placeOf(directory);
  try {
    return await change(`${held}${basename(path)}`);
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replaceAll(held, `${dirname(path)}/`);
    throw error;
  } finally {
    await directory.close();
  }
}

const placeOf = ({fd}: FileHandle) => `/proc/self/fd/${fd}/`;

/** Opens a directory name by name. */
async function openDirectory(path: string): Promise<FileHandle> {
  const names = path.split('/');
  let directory = await open(path.startsWith('/') ? '/' : '.', flags);
  try {
    for (let links = 0; names.length > 0; ) {
      const name = names.shift() || '.';
      // After too many links, the next one counts as the directory that it is not.
      const target = links < mostLinks ? await readOwnLink(directory, name, path) : undefined;
      if (target !== undefined) {
        links++;
        names.unshift(...target.split('/'));
        if (!target.startsWith('/')) continue;
      }
      const former = directory;
      directory = await open(target === undefined ? `${placeOf(former)}${name}` : '/', flags);
      await former.close();
    }
    return directory;
  } catch (error) {
    await directory.close();
    if (error instanceof Error) error.message = error.message.replace(/\/proc\/self\/fd\/\d+\/[^']*/, path);
    throw error;
  }
}

/** Reads a link. Only where link and directory belong to root can nobody else replace it. */
async function readOwnLink(directory: FileHandle, name: string, path: string): Promise<string | undefined> {
  const link = `${placeOf(directory)}${name}`;
  const stats = await lstat(link);
  if (!stats.isSymbolicLink()) return undefined;
  if (isOurs(stats.uid) && isOurs((await directory.stat()).uid)) return readlink(link);
  throw new Problem({
    code: 'foreign-link',
    summary: `On the way to ${path}, ${name} is a link that others than root can replace.`,
    why: 'Through it, a container or a user of this host could have root write elsewhere.',
    remedy: `See who made it: \`namei -l ${path}\`. Remove it, or put the directory itself there.`,
  });
}
