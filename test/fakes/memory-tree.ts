import {posix} from 'node:path';

export type MemoryEntry = {
  readonly type: 'file' | 'directory' | 'link';
  /** A file's content, or where a link points. */
  readonly content: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modified: number;
};

export type Tree = Map<string, MemoryEntry>;

/** An error as the kernel's come through Node. */
export function failure(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), {code, path});
}

/** The path with its directories' links resolved, and with `last` its own link too. */
export function locate(tree: Tree, path: string, last: boolean, depth = 0): string {
  if (depth > 20) throw failure('ELOOP', path);
  if (path === '/') return path;
  const place = posix.join(locate(tree, posix.dirname(path), true, depth + 1), posix.basename(path));
  const entry = tree.get(place);
  if (!last || entry?.type !== 'link') return place;
  return locate(tree, posix.resolve(posix.dirname(place), entry.content), true, depth + 1);
}

/** The paths below a place, relative to it. */
export function pathsBelow(tree: Tree, place: string): string[] {
  const prefix = place === '/' ? '/' : `${place}/`;
  return [...tree.keys()]
    .filter(path => path !== '/' && path.startsWith(prefix))
    .map(path => path.slice(prefix.length));
}
