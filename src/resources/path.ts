import {dirname} from 'node:path';
import {type Command, type FileAttributes, type Host, largestFile} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import {Problem} from '../model/problem.ts';
import type {Difference, Resource} from '../model/resource.ts';
import {Secret} from '../model/secret.ts';
import type {Snapshot, SnapshotState} from '../model/snapshot.ts';
import {listOmitted, snapshotPaths, snapshotTree} from './path-snapshots.ts';
import {comparePath, fileId, isPrivate, isSame, type PathState, textOf, type WantedPath} from './path-state.ts';

/** A command that accepts or refuses the file at the path. */
export type Validation = {
  readonly command: Command;
  /** Finds fault with output of a command that exits 0 all the same. */
  readonly complaint?: (output: string) => string | undefined;
};

export type PathOptions = {
  readonly path: string;
  readonly title: string;
  readonly place: Place;
  readonly needs?: readonly string[];
};

type PathDetails = PathOptions & {
  readonly id?: string;
  readonly kind?: string;
  readonly wanted: WantedPath;
  /** Puts the former state back when the program that reads the path refuses the new one. */
  readonly validate?: Validation | undefined;
  /** Throws a Problem when the text is foreign. */
  readonly guard?: ((current: string, host: Host) => Promise<void>) | undefined;
  /** Whether an entry of another type is replaced; else it stops the plan. */
  readonly replaces?: boolean;
  /** Runs after each change. */
  readonly afterwards?: Command | undefined;
};

/** The id of a directory. */
export const directoryId = (path: string) => `directory:${path}`;

/** Owned by root, readable by all: most configuration files. */
export const publicFile: FileAttributes = {mode: 0o644, uid: 0, gid: 0};

export type FileOptions = PathOptions & {
  /** A Secret never shows in a plan: only that it changes. */
  readonly content: string | Uint8Array | Secret;
  readonly attributes?: FileAttributes;
  /** Whether a plan shows the text although others cannot read the file. */
  readonly showsText?: boolean;
} & Pick<PathDetails, 'validate' | 'guard'>;

/** A file with this content, mode and owner. */
export function file({content, attributes = publicFile, showsText = false, ...options}: FileOptions): FileResource {
  const isSecret = content instanceof Secret;
  const ours = Buffer.from(isSecret ? content.reveal() : content);
  const withBytes = (bytes: Uint8Array) =>
    pathResource({...options, wanted: {type: 'file', bytes, attributes, isSecret, showsText}});
  return {...withBytes(ours), file: {path: options.path, bytes: ours, isSecret, withBytes}};
}

/** A file, with what is needed to draw it with other content. */
export type FileResource = Resource<PathState> & {
  readonly file: {
    readonly path: string;
    readonly bytes: Uint8Array;
    readonly isSecret: boolean;
    withBytes(bytes: Uint8Array): Resource<PathState>;
  };
};

/** Returns whether a resource is a file that jitsi-onebox writes as a whole. */
export function isFileResource(resource: Resource): resource is FileResource & Resource {
  return 'file' in resource;
}

/** No file at this path. */
export function absentFile(options: PathOptions): Resource<PathState> {
  return pathResource({...options, wanted: {type: 'absent'}});
}

/** A symbolic link that points at `target`. */
export function link({
  target,
  ...options
}: PathOptions & {readonly target: string} & Pick<PathDetails, 'validate'>): Resource<PathState> {
  return pathResource({...options, wanted: {type: 'link', target}});
}

export type DirectoryOptions = PathOptions & {readonly attributes?: FileAttributes};

/** A directory with this mode and owner, whatever is in it. */
export function directory({
  attributes = {mode: 0o755, uid: 0, gid: 0},
  ...options
}: DirectoryOptions): Resource<PathState> {
  return pathResource({...options, id: directoryId(options.path), wanted: {type: 'directory', attributes}});
}

/** No directory at this path, nor anything in it. */
export function absentDirectory(options: PathOptions): Resource<PathState> {
  return pathResource({...options, id: directoryId(options.path), kind: 'directory', wanted: {type: 'absent'}});
}

/** A path with a wanted state: a file, a directory, a link, or nothing. */
function pathResource(options: PathDetails): Resource<PathState> {
  const {path, title, place, needs = [], wanted, afterwards} = options;
  return {
    id: options.id ?? fileId(path),
    title,
    place,
    kind: options.kind ?? (wanted.type === 'absent' ? 'file' : wanted.type),
    needs,
    locks: [],
    writes: [path],
    read: host => readPath(host, options),
    diff: (state, outlook) => comparePath(options, state, outlook),
    record: ({files}, {stat}) =>
      stat && stat.type !== wanted.type ? snapshotTree(files, path, place) : snapshotPaths(files, [path], place),
    async apply({host}, state, differences) {
      await put(host, options, state, differences);
      if (afterwards) await host.run(afterwards);
    },
  };
}

/** A path as a snapshot has it. */
export function restorePath(
  {name: path, was, place = 'host', bytes = Buffer.of()}: Snapshot,
  {needs, isShared, afterwards}: Pick<PathDetails, 'needs' | 'afterwards'> & {readonly isShared: boolean},
): Resource<PathState> | undefined {
  const wanted = wantedFrom(was, bytes, isShared);
  const title = was.type === 'absent' ? path : `${path}, restored`;
  return wanted && pathResource({path, title, place, needs: needs ?? [], wanted, replaces: true, afterwards});
}

function wantedFrom(was: SnapshotState, bytes: Uint8Array, isShared: boolean): WantedPath | undefined {
  if (was.type === 'absent') return {type: 'absent', isShared};
  if (was.type === 'link') return {type: 'link', target: was.target};
  if (was.type !== 'file' && was.type !== 'directory') return undefined;
  // A file of a container or of a user gets no setuid from root.
  const mode = was.type === 'file' && was.uid !== 0 ? was.mode & 0o777 : was.mode;
  const attributes = {mode, uid: was.uid, gid: was.gid};
  if (was.type === 'directory') return {type: 'directory', attributes};
  // There is no copy of it.
  if (was.omitted !== undefined) return undefined;
  // Only its owner could read it, so no plan shows it.
  return {type: 'file', bytes, attributes, isSecret: isPrivate(mode)};
}

async function readPath(host: Host, {path, wanted, guard, replaces}: PathDetails): Promise<PathState> {
  const {files} = host;
  const stat = await files.stat(path);
  if (!stat) return {stat, isOrphan: replaces === true && (await files.stat(dirname(path))) === undefined};
  // A directory of others is removed only when it is empty.
  if (wanted.type === 'absent')
    return wanted.isShared && stat.type === 'directory'
      ? {stat, names: await files.list(path)}
      : {stat, omitted: await listOmitted(files, path)};
  if (stat.type !== wanted.type) {
    if (replaces) return {stat, omitted: await listOmitted(files, path)};
    throw taken(path, stat.type, wanted.type);
  }
  if (wanted.type === 'link') return {stat, target: await files.readLink(path)};
  if (wanted.type === 'directory') return {stat};
  // An undo replaces it all the same.
  if (replaces && stat.size > largestFile) return {stat, omitted: [path]};
  const bytes = await files.readBytes(path);
  if (guard && bytes && !isSame(bytes, wanted.bytes)) await guard(textOf(bytes), host);
  return {stat, bytes};
}

function taken(path: string, type: string, wanted: string): Problem {
  return new Problem({
    code: 'path-taken',
    summary: `${path} is a ${type}, but jitsi-onebox needs a ${wanted} there.`,
    remedy: 'Move it away and run jitsi-onebox again.',
  });
}

async function put(
  host: Host,
  {path, wanted, validate}: PathDetails,
  before: PathState,
  differences: readonly Difference[],
): Promise<void> {
  const {files} = host;
  const hasContent = differences.some(({content}) => content);
  if (before.stat && before.stat.type !== wanted.type) await files.remove(path);
  if (wanted.type === 'absent') return;
  if (wanted.type === 'link') await files.link(path, wanted.target);
  else if (before.stat && !hasContent) await files.setAttributes(path, wanted.attributes);
  else if (wanted.type === 'directory') await files.makeDirectory(path, wanted.attributes);
  else await files.write(path, wanted.bytes, wanted.attributes);
  if (validate && hasContent) await validateOrRestore(host, path, before, validate);
}

async function validateOrRestore(
  host: Host,
  path: string,
  {stat, bytes, target}: PathState,
  validate: Validation,
): Promise<void> {
  const complaint = await findComplaint(host, validate);
  if (complaint === undefined) return;
  if (stat && bytes) await host.files.write(path, bytes, {mode: stat.mode, uid: stat.uid, gid: stat.gid});
  else if (target !== undefined) await host.files.link(path, target);
  else await host.files.remove(path);
  throw new Problem({
    code: 'configuration-refused',
    summary: `${validate.command.argv.join(' ')} refuses the new ${path}, so the former state was restored:\n${complaint}`,
    remedy: 'If the complaint is about a file of your own, correct that file first. Then run jitsi-onebox again.',
  });
}

async function findComplaint(host: Host, {command, complaint}: Validation): Promise<string | undefined> {
  const {exitCode, stdout, stderr} = await host.query(command);
  const output = `${stdout}${stderr}`.trim();
  return exitCode === 0 ? complaint?.(output) : output || `exit code ${exitCode}`;
}
