import {isUtf8} from 'node:buffer';
import {createHash} from 'node:crypto';
import type {FileAttributes, FileState} from '../model/host.ts';
import {describeError, Problem} from '../model/problem.ts';
import type {Difference, Outlook} from '../model/resource.ts';
import {restoredPackagesId} from './apt.ts';

/** The id of a file, a link, or their absence. */
export const fileId = (path: string) => `file:${path}`;

/** The wanted state of a path. */
export type WantedPath =
  /** `isShared`: a directory that others use too is removed only when it is empty. */
  | {readonly type: 'absent'; readonly isShared?: boolean}
  | {
      readonly type: 'file';
      readonly bytes: Uint8Array;
      readonly attributes: FileAttributes;
      /** Whether differences hide the text. */
      readonly isSecret: boolean;
      /** Whether they show the text of a file that is private now. */
      readonly showsText?: boolean;
    }
  | {readonly type: 'directory'; readonly attributes: FileAttributes}
  | {readonly type: 'link'; readonly target: string};

/** The state of a path; `bytes`, `target` and `names` only where they are compared. */
export type PathState = {
  readonly stat: FileState | undefined;
  readonly bytes?: Uint8Array | undefined;
  readonly target?: string | undefined;
  readonly names?: readonly string[] | undefined;
  /** Whether the directory of an absent path is absent too. */
  readonly isOrphan?: boolean;
  /** The files of which no copy is kept when the path is removed or replaced. */
  readonly omitted?: readonly string[];
};

/** Returns whether a file of this mode may hold a secret: others cannot read it. */
export const isPrivate = (mode: number) => (mode & 0o004) === 0;

/** Compares a path with its wanted state. A text is hidden while the current one is private. */
export function comparePath(
  {path, wanted, replaces}: {readonly path: string; readonly wanted: WantedPath; readonly replaces?: boolean},
  state: PathState,
  outlook: Outlook,
): readonly Difference[] {
  if (wanted.type === 'absent') return compareAbsent(path, wanted, state, outlook);
  // The directory was removed with its package: there is nothing to restore, unless this plan makes it again.
  const makers = [fileId(path.slice(0, path.lastIndexOf('/'))), restoredPackagesId];
  const isMade = (id: string) => outlook.changes(id).some(({change}) => change === 'create');
  if (replaces && state.isOrphan && !makers.some(isMade)) return [];
  const isShown = wanted.type === 'file' && wanted.showsText === true;
  const hidesText = state.stat !== undefined && isPrivate(state.stat.mode) && !isShown;
  return compare(path, wanted, state, hidesText);
}

function compareAbsent(
  path: string,
  {isShared}: WantedPath & {type: 'absent'},
  {stat, names = [], omitted}: PathState,
  outlook: Outlook,
): readonly Difference[] {
  const isRemoved = (name: string) =>
    outlook.changes(fileId(`${path}/${name}`)).some(({change}) => change === 'remove');
  if (!stat || (isShared && !names.every(isRemoved))) return [];
  return [{change: 'remove', summary: `remove ${path}`, content: true, ...warnOfOmitted(omitted)}];
}

function compare(
  path: string,
  wanted: Exclude<WantedPath, {type: 'absent'}>,
  {stat, bytes, target, omitted}: PathState,
  hidesText: boolean,
): readonly Difference[] {
  const shown = wanted.type === 'file' ? showText(wanted, bytes, hidesText) : {};
  // A plan is approved by its words: they have to tell one picture from another.
  const content =
    'secret' in shown || 'text' in shown || wanted.type !== 'file' ? '' : ` (sha256 ${hash(wanted.bytes)})`;
  const summary = {
    file: `write ${path}${content}`,
    directory: `make ${path}`,
    link: `${path} → ${'target' in wanted ? wanted.target : ''}`,
  }[wanted.type];
  if (!stat) return [{change: 'create', summary, ...(wanted.type !== 'directory' && {content: true}), ...shown}];
  if (stat.type !== wanted.type)
    return [
      {
        change: 'update',
        summary: `replace the ${stat.type} ${path} with a ${wanted.type}`,
        ...warnOfOmitted(omitted),
        content: true,
        ...shown,
      },
    ];
  if (wanted.type === 'link') return target === wanted.target ? [] : [{change: 'update', summary, content: true}];
  const attributes = compareAttributes(path, wanted.attributes, stat);
  if (wanted.type === 'directory' || (bytes && isSame(bytes, wanted.bytes))) return attributes;
  return [
    {change: 'update', summary: `change ${path}${content}`, content: true, ...shown, ...warnOfOmitted(omitted)},
    ...attributes,
  ];
}

/** Warns of files that cannot come back. */
function warnOfOmitted(omitted: readonly string[] = []): Pick<Difference, 'warning'> {
  if (omitted.length === 0) return {};
  const more = omitted.length > 3 ? ` and ${omitted.length - 3} more` : '';
  const warning = new Problem({
    code: 'no-copy',
    summary: `No copy is kept of ${omitted.slice(0, 3).join(', ')}${more}, too large to keep.`,
    why: 'An undo cannot restore what has no copy.',
    remedy: 'If you need them, move them away first.',
  });
  return {warning: describeError(warning)};
}

function showText(
  {bytes, isSecret}: WantedPath & {type: 'file'},
  current: Uint8Array | undefined,
  hidesText: boolean,
): Partial<Difference> {
  if (isSecret || hidesText) return {secret: true};
  if (!isText(bytes) || (current && !isText(current))) return {};
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

/** Returns whether two texts are the same to the byte. */
export const isSame = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0;

/** Returns whether a plan can show the bytes: UTF-8, and not too much of it. */
const isText = (bytes: Uint8Array) => bytes.length < 65_536 && isUtf8(bytes) && !bytes.includes(0);

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

export const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString();
