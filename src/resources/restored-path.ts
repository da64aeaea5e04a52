import type {Command, FileAttributes, FileState, Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import type {Difference, Outlook, Resource} from '../model/resource.ts';
import type {Snapshot, SnapshotState} from '../model/snapshot.ts';
import {compareAttributes, fileId} from './file.ts';

export type RestoredPathOptions = {
  readonly kept: Pick<Snapshot, 'name' | 'was' | 'bytes'>;
  readonly place: Place;
  readonly needs: readonly string[];
  /** Whether a directory that was not there goes with all that is in it; one that others share goes only when it is empty. */
  readonly isOurs: boolean;
  /** What has to be told that the path is as it was. */
  readonly afterwards?: Command;
};

type PathState = {
  readonly state: FileState | undefined;
  readonly isEqual: boolean;
  /** What is in a directory. */
  readonly names: readonly string[];
  /** What it would be compared with in a diff, where it is text. */
  readonly text: string | undefined;
};

/** A path as it was: absent, or a file, directory or link with what was in it, its mode and its owner. */
export function restoredPath({kept, place, needs, isOurs, afterwards}: RestoredPathOptions): Resource<PathState> {
  const {name: path, was} = kept;
  return {
    id: fileId(path),
    title: was.type === 'absent' ? path : `${path}, as it was`,
    place,
    kind: 'file',
    needs,
    locks: [],
    read: host => readPath(host, kept),
    diff: (now, outlook) => (was.type === 'absent' ? compareAbsent({path, isOurs, now, outlook}) : compare(kept, now)),
    async apply({host}, now) {
      await putBack(host, kept, now);
      if (afterwards) await host.run(afterwards);
    },
  };
}

async function putBack({files}: Host, {name: path, was, bytes}: RestoredPathOptions['kept'], now: PathState) {
  const {state, isEqual} = now;
  if (was.type === 'absent' || (state && !isKind(state, was))) await files.remove(path);
  if (was.type === 'link') await files.link(path, was.target);
  else if (was.type === 'directory') await files.makeDirectory(path, attributesOf(was));
  else if (was.type === 'file' && isEqual) await files.setAttributes(path, attributesOf(was));
  else if (was.type === 'file') await files.write(path, bytes ?? '', attributesOf(was));
}

async function readPath(host: Host, {name: path, was, bytes}: RestoredPathOptions['kept']): Promise<PathState> {
  const state = await host.files.stat(path);
  const isFile = state?.type === 'file';
  const [now, target, names] = await Promise.all([
    isFile && was.type === 'file' ? host.files.readBytes(path) : undefined,
    was.type === 'link' ? host.files.readLink(path) : undefined,
    state?.type === 'directory' ? host.files.list(path) : undefined,
  ]);
  return {
    state,
    isEqual:
      was.type === 'link'
        ? target === was.target
        : now !== undefined && Buffer.compare(now, bytes ?? Buffer.of()) === 0,
    names: names ?? [],
    text: now === undefined ? undefined : Buffer.from(now).toString(),
  };
}

type Absence = {readonly path: string; readonly isOurs: boolean; readonly now: PathState; readonly outlook: Outlook};

function compareAbsent({path, isOurs, now: {state, names}, outlook}: Absence): readonly Difference[] {
  const isGoing = (name: string) => outlook.changes(fileId(`${path}/${name}`)).some(({change}) => change === 'remove');
  return state && (isOurs || names.every(isGoing))
    ? [{change: 'remove', summary: `remove ${path}`, content: true}]
    : [];
}

function compare({name: path, was, bytes}: RestoredPathOptions['kept'], now: PathState): readonly Difference[] {
  if (was.type === 'other' || was.type === 'absent') return [];
  if (!now.state) return [{change: 'create', summary: `put ${path} back`, content: true}];
  if (!isKind(now.state, was)) return [{change: 'update', summary: `${path} is a ${was.type} again`, content: true}];
  if (was.type === 'directory') return compareAttributes(path, attributesOf(was), now.state);
  if (was.type === 'link')
    return now.isEqual ? [] : [{change: 'update', summary: `${path} → ${was.target}`, content: true}];
  const attributes = was.type === 'file' ? compareAttributes(path, attributesOf(was), now.state) : [];
  if (now.isEqual) return attributes;
  // What only its owner may read is not shown.
  const isSecret = was.type !== 'file' || (was.mode & 0o077) === 0 || (now.state.mode & 0o077) === 0;
  const text = {before: now.text ?? '', after: Buffer.from(bytes ?? []).toString()};
  const shown = isSecret ? {secret: true} : {text};
  return [{change: 'update', summary: `put the former ${path} back`, content: true, ...shown}, ...attributes];
}

const isKind = ({type}: FileState, was: SnapshotState) => type === was.type;

const attributesOf = ({mode, uid, gid}: FileAttributes): FileAttributes => ({mode, uid, gid});
