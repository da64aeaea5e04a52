import {posix} from 'node:path';

export type MemoryEntry = {
  readonly type: 'file' | 'directory' | 'link';
  /** A file's content, or where a link points. */
  readonly content: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modified: number;
  /** Its size where it is not that of the content: a file that is too large to have one here. */
  readonly size?: number;
};

export type Tree = Map<string, MemoryEntry>;

/** Makes a system error as Node reports it. */
export function failure(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), {code, path});
}

/** Resolves links in the directories of a path, and with `last` the final link too. */
export function locate(tree: Tree, path: string, last: boolean, depth = 0): string {
  if (depth > 20) throw failure('ELOOP', path);
  if (path === '/') return path;
  const place = posix.join(locate(tree, posix.dirname(path), true, depth + 1), posix.basename(path));
  const entry = tree.get(place);
  if (!last || entry?.type !== 'link') return place;
  return locate(tree, posix.resolve(posix.dirname(place), entry.content), true, depth + 1);
}

/** Lists the paths below a directory, relative to it. */
export function pathsBelow(tree: Tree, place: string): string[] {
  const prefix = place === '/' ? '/' : `${place}/`;
  return [...tree.keys()]
    .filter(path => path !== '/' && path.startsWith(prefix))
    .map(path => path.slice(prefix.length));
}
