import type {Command, FileAttributes, FileState, Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import {Problem} from '../model/problem.ts';
import type {Difference, Outlook, Resource} from '../model/resource.ts';
import {absent, type Snapshot, type SnapshotState} from '../model/snapshot.ts';

/** What should be at a path. */
export type WantedPath =
  /** `isShared`: a directory that others use too is removed only when it is empty. */
  | {readonly type: 'absent'; readonly isShared?: boolean}
  | {
      readonly type: 'file';
      readonly bytes: Uint8Array;
      readonly attributes: FileAttributes;
      /** Whether differences hide the text. */
      readonly isSecret: boolean;
    }
  | {readonly type: 'directory'; readonly attributes: FileAttributes}
  | {readonly type: 'link'; readonly target: string};

/** A command that accepts or refuses what is at the path now. */
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
  /** Throws a Problem when the text belongs to somebody else. */
  readonly guard?: ((current: string, host: Host) => Promise<void>) | undefined;
  /** Whether something of another type is replaced; else it stops the plan. */
  readonly replaces?: boolean;
  /** Runs after each change. */
  readonly afterwards?: Command | undefined;
};

/** What is at a path; `bytes`, `target` and `names` only where they are compared. */
export type PathState = {
  readonly stat: FileState | undefined;
  readonly bytes?: Uint8Array | undefined;
  readonly target?: string | undefined;
  readonly names?: readonly string[] | undefined;
};

/** The id of a file, a link, or their absence. */
export const fileId = (path: string) => `file:${path}`;

/** A path with a wanted state: a file, a directory, a link, or nothing. */
export function pathResource(options: PathDetails): Resource<PathState> {
  const {path, title, place, needs = [], wanted, afterwards} = options;
  return {
    id: options.id ?? fileId(path),
    title,
    place,
    kind: options.kind ?? (wanted.type === 'absent' ? 'file' : wanted.type),
    needs,
    locks: [],
    read: host => readPath(host, options),
    diff: (state, outlook) =>
      wanted.type === 'absent' ? compareAbsent(path, wanted, state, outlook) : compare(options, wanted, state),
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
  const attributes = {mode: was.mode, uid: was.uid, gid: was.gid};
  if (was.type === 'directory') return {type: 'directory', attributes};
  // Nobody but the owner could read it, so no plan shows it.
  return {type: 'file', bytes, attributes, isSecret: (was.mode & 0o077) === 0};
}

/** Takes snapshots of some paths, byte for byte, links not followed. */
export function snapshotPaths(
  files: Host['files'],
  paths: readonly string[],
  place: Place,
): Promise<readonly Snapshot[]> {
  return Promise.all(paths.map(path => snapshotPath(files, path, place)));
}

/** Takes snapshots of a path and all below it, from the top down. */
export async function snapshotTree(files: Host['files'], path: string, place: Place): Promise<readonly Snapshot[]> {
  const top = await snapshotPath(files, path, place);
  if (top.was.type !== 'directory') return [top];
  const below: Snapshot[] = [];
  for (const name of (await files.list(path)) ?? [])
    below.push(...(await snapshotTree(files, `${path}/${name}`, place)));
  return [top, ...below];
}

async function snapshotPath(files: Host['files'], name: string, place: Place): Promise<Snapshot> {
  const stat = await files.stat(name);
  const about = {thing: 'path', name, place} as const;
  if (!stat) return {...about, was: absent};
  const {type, mode, uid, gid, modified} = stat;
  if (type === 'link') return {...about, was: {type, target: (await files.readLink(name)) ?? ''}};
  if (type !== 'file') return {...about, was: {type, mode, uid, gid}};
  return {...about, was: {type, mode, uid, gid, modified}, bytes: (await files.readBytes(name)) ?? Buffer.of()};
}

async function readPath(host: Host, {path, wanted, guard, replaces}: PathDetails): Promise<PathState> {
  const {files} = host;
  const stat = await files.stat(path);
  if (!stat) return {stat};
  if (wanted.type === 'absent') return {stat, names: wanted.isShared ? await files.list(path) : undefined};
  if (stat.type !== wanted.type) {
    if (replaces) return {stat};
    throw taken(path, stat.type, wanted.type);
  }
  if (wanted.type === 'link') return {stat, target: await files.readLink(path)};
  if (wanted.type === 'directory') return {stat};
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

function compareAbsent(
  path: string,
  {isShared}: WantedPath & {type: 'absent'},
  {stat, names = []}: PathState,
  outlook: Outlook,
): readonly Difference[] {
  const isRemoved = (name: string) =>
    outlook.changes(fileId(`${path}/${name}`)).some(({change}) => change === 'remove');
  if (!stat || (isShared && !names.every(isRemoved))) return [];
  return [{change: 'remove', summary: `remove ${path}`, content: true}];
}

function compare(
  options: PathDetails,
  wanted: Exclude<WantedPath, {type: 'absent'}>,
  state: PathState,
): readonly Difference[] {
  const {path} = options;
  const {stat, bytes, target} = state;
  const shown = wanted.type === 'file' ? showText(options, wanted, state) : {};
  const summary = {
    file: `write ${path}`,
    directory: `make ${path}`,
    link: `${path} → ${'target' in wanted ? wanted.target : ''}`,
  }[wanted.type];
  if (!stat) return [{change: 'create', summary, ...(wanted.type !== 'directory' && {content: true}), ...shown}];
  if (stat.type !== wanted.type)
    return [
      {change: 'update', summary: `replace the ${stat.type} ${path} with a ${wanted.type}`, content: true, ...shown},
    ];
  if (wanted.type === 'link') return target === wanted.target ? [] : [{change: 'update', summary, content: true}];
  const attributes = compareAttributes(path, wanted.attributes, stat);
  if (wanted.type === 'directory' || (bytes && isSame(bytes, wanted.bytes))) return attributes;
  return [{change: 'update', summary: `change ${path}`, content: true, ...shown}, ...attributes];
}

/** A restored text is hidden as well while the current one is private. */
function showText(
  {replaces}: PathDetails,
  {bytes, isSecret}: WantedPath & {type: 'file'},
  {stat, bytes: current}: PathState,
): Partial<Difference> {
  if (isSecret || (replaces && stat && (stat.mode & 0o077) === 0)) return {secret: true};
  return {text: {before: current ? textOf(current) : '', after: textOf(bytes)}};
}

function compareAttributes(path: string, wanted: FileAttributes, current: FileAttributes): readonly Difference[] {
  const octal = (mode: number) => mode.toString(8).padStart(4, '0');
  const owner = ({uid, gid}: FileAttributes) => `${uid}:${gid}`;
  const change = 'update';
  return [
    ...(current.mode === wanted.mode
      ? []
      : [{change, summary: `mode of ${path}: ${octal(current.mode)} → ${octal(wanted.mode)}`} as const]),
    ...(owner(current) === owner(wanted)
      ? []
      : [{change, summary: `owner of ${path}: ${owner(current)} → ${owner(wanted)}`} as const]),
  ];
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

const isSame = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0;

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString();
