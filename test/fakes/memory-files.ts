import {posix} from 'node:path';
import {type FileState, type Files, largestFile} from '../../src/model/host.ts';
import {failure, locate, type MemoryEntry, pathsBelow, type Tree} from './memory-tree.ts';

/** Describes a path for a test; a string is a root-owned 0644 file with that content. */
export type Seed =
  | string
  | ({readonly content: string} & Partial<Omit<MemoryEntry, 'type'>>)
  | {readonly link: string}
  | ({readonly directory: true} & Partial<Omit<MemoryEntry, 'type' | 'content'>>);

const debian =
  '/etc/systemd/system /etc/sysctl.d /opt /root /run /srv /tmp /usr/local/sbin /usr/local/bin /var/lib /var/log'.split(
    ' ',
  );

/** Makes `Files` over a map: links resolve, a missing parent is ENOENT, `denied` paths are EACCES. */
export function createMemoryFiles({
  seeds,
  denied,
  now,
  onChange,
}: {
  seeds: Readonly<Record<string, Seed>>;
  denied: readonly string[];
  now: () => number;
  onChange: (change: string) => void;
}): {files: Files; tree: Tree} {
  const tree = seedTree(seeds, now);
  const look = (path: string, last: boolean) => {
    if (denied.some(hidden => path === hidden || path.startsWith(`${hidden}/`))) throw failure('EACCES', path);
    return tree.get(locate(tree, path, last));
  };
  const put = (path: string, entry: Partial<MemoryEntry>, verb: string) => {
    const place = locate(tree, path, false);
    if (tree.get(posix.dirname(place))?.type !== 'directory') throw failure('ENOENT', path);
    if (entry.type !== 'directory' && tree.get(place)?.type === 'directory') throw failure('EISDIR', path);
    if (entry.type === 'directory' && tree.has(place)) throw failure('ENOTDIR', path);
    tree.set(place, {...blank, modified: now(), ...entry});
    onChange(`${verb} ${path}`);
  };
  const files: Files = {
    async read(path) {
      const entry = look(path, true);
      if (entry?.type === 'directory') throw failure('EISDIR', path);
      if ((entry?.size ?? 0) > largestFile) throw failure('ERR_FS_FILE_TOO_LARGE', path);
      return entry?.content;
    },
    async readBytes(path) {
      const text = await files.read(path);
      return text === undefined ? undefined : new Uint8Array(Buffer.from(text));
    },
    async stat(path) {
      const entry = look(path, false);
      return entry && describe(entry);
    },
    async readLink(path) {
      const entry = look(path, false);
      return entry?.type === 'link' ? entry.content : undefined;
    },
    resolve: async path => look(path, true) && locate(tree, path, true),
    async list(path) {
      if (look(path, true)?.type !== 'directory') return undefined;
      const paths = pathsBelow(tree, locate(tree, path, true));
      return paths.filter(name => !name.includes('/')).sort();
    },
    write: async (path, content, attributes) =>
      put(path, {content: Buffer.from(content).toString(), ...attributes}, 'write'),
    async setAttributes(path, attributes) {
      const entry = look(path, false);
      if (!entry) throw failure('ENOENT', path);
      tree.set(locate(tree, path, false), {...entry, ...attributes});
      onChange(`setAttributes ${path}`);
    },
    async makeDirectory(path, attributes) {
      if (look(path, false)?.type === 'directory') await files.setAttributes(path, attributes);
      else put(path, {type: 'directory', ...attributes}, 'makeDirectory');
    },
    link: async (path, target) => put(path, {type: 'link', content: target, mode: 0o777}, 'link'),
    async remove(path) {
      const place = locate(tree, path, false);
      for (const name of pathsBelow(tree, place)) tree.delete(posix.join(place, name));
      if (tree.delete(place)) onChange(`remove ${path}`);
    },
  };
  return {files, tree};
}

const blank = {type: 'file', content: '', mode: 0o644, uid: 0, gid: 0} as const;

/** Makes a tree with Debian's directories, and the seeds with theirs. */
function seedTree(seeds: Readonly<Record<string, Seed>>, now: () => number): Tree {
  const tree: Tree = new Map();
  const grow = (path: string): void => {
    if (tree.has(path)) return;
    if (path !== '/') grow(posix.dirname(path));
    tree.set(path, {...blank, type: 'directory', mode: 0o755, modified: now()});
  };
  for (const path of debian) grow(path);
  for (const [path, seed] of Object.entries(seeds)) {
    grow(posix.dirname(path));
    tree.set(path, {...blank, modified: now(), ...plant(seed)});
  }
  return tree;
}

function plant(seed: Seed): Partial<MemoryEntry> {
  if (typeof seed === 'string') return {content: seed};
  if ('link' in seed) return {type: 'link', content: seed.link, mode: 0o777};
  if ('content' in seed) return seed;
  const {directory: _directory, ...attributes} = seed;
  return {type: 'directory', mode: 0o755, ...attributes};
}

function describe({
  type,
  mode,
  uid,
  gid,
  content,
  modified,
  size = Buffer.byteLength(content),
}: MemoryEntry): FileState {
  return {type, mode, uid, gid, size, modified};
}
