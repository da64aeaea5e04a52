import type {Resource} from '../model/resource.ts';
import {absent, type Snapshot} from '../model/snapshot.ts';
import {isWithin} from '../model/within.ts';
import {restorePath} from '../resources/path.ts';
import {fileId} from '../resources/path-state.ts';

/** A path to restore, and in which order. */
export type PathToRestore = {
  readonly snapshot: Snapshot;
  /** Whether others may have put something there: then it is removed only when it is empty. */
  readonly isShared: boolean;
  /** Directories that must be restored before it. */
  readonly above: readonly string[];
  /** Paths that must be removed before it. */
  readonly below: readonly string[];
};

/** Debian's directories, where others may have put something since. */
const isSharedPath = (path: string) =>
  /^\/(etc|usr|var\/lib)\//.test(path) && !/^\/(etc|var\/lib)\/jitsi-onebox/.test(path);

/** Makes the paths of some snapshots what they were; systemd hears of unit files. */
export function restorePaths(snapshots: readonly Snapshot[]): readonly (Resource | undefined)[] {
  return listPaths(snapshots).map(({snapshot, isShared, above, below}) => {
    const isUnit = snapshot.name.startsWith('/etc/systemd/system/');
    const afterwards = isUnit ? ({argv: ['systemctl', 'daemon-reload']} as const) : undefined;
    return restorePath(snapshot, {isShared, afterwards, needs: [...above, ...below].map(fileId)});
  });
}

/** Lists the paths to restore. If a directory was absent, so was everything below it, even if a later run recorded it. */
export function listPaths(snapshots: readonly Snapshot[]): readonly PathToRestore[] {
  const paths = snapshots.filter(({thing}) => thing === 'path');
  const names = paths.map(({name}) => name);
  const missing = paths.filter(({was}) => was.type === 'absent').map(({name}) => name);
  const isUnder = (name: string, root: string) => name !== root && isWithin(name, root);
  return paths
    .filter(({name}) => !missing.some(root => !isSharedPath(root) && isUnder(name, root)))
    .map(snapshot => {
      const {name, was} = snapshot;
      const isAbsent = was.type === 'absent' || missing.some(root => isUnder(name, root));
      return {
        snapshot: isAbsent ? withoutBytes(snapshot) : snapshot,
        isShared: isSharedPath(name),
        above: isAbsent ? [] : names.filter(other => isUnder(name, other) && !missing.includes(other)),
        below: isAbsent && isSharedPath(name) ? names.filter(other => isUnder(other, name)) : [],
      };
    });
}

const withoutBytes = ({bytes: _bytes, ...snapshot}: Snapshot): Snapshot => ({...snapshot, was: absent});
