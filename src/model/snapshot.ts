import type {Place} from './place.ts';

/** The recorded state of a thing; `value` is whatever its kind reads. */
export type SnapshotState =
  | {readonly type: 'absent'}
  | {
      readonly type: 'file';
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
      /** Milliseconds since 1970. */
      readonly modified: number;
      /** Its size, if it was too large to keep a copy: it cannot be restored. */
      readonly omitted?: number;
    }
  | {readonly type: 'directory'; readonly mode: number; readonly uid: number; readonly gid: number}
  | {readonly type: 'link'; readonly target: string}
  | {readonly type: 'other'; readonly mode: number; readonly uid: number; readonly gid: number}
  | RecordedUnit
  | {readonly type: 'value'; readonly value: string}
  | RecordedProject
  /** A table of nftables, and the file that loads it. */
  | {readonly type: 'table'; readonly isLoaded: boolean; readonly file: string};

/** A systemd unit: `UnitFileState` and `ActiveState` as systemctl prints them. */
export type RecordedUnit = {
  readonly type: 'unit';
  readonly enabled: string;
  readonly active: string;
  /** The files it reads, and what brings new ones into effect; releases before 0.2 recorded neither. */
  readonly reads?: readonly string[];
  readonly refresh?: 'reload' | 'restart';
};

/** A compose project: where it is, the tool that drives it, and which services had a container, running or stopped. */
export type RecordedProject = {
  readonly type: 'project';
  readonly directory: string;
  readonly argv: readonly [string, ...string[]];
  readonly running: readonly string[];
  readonly stopped: readonly string[];
};

/** The state that stands for "was there" where nothing else matters. */
export const present: SnapshotState = {type: 'value', value: 'present'};
export const absent: SnapshotState = {type: 'absent'};

/**
 * Sorts of things that snapshots are taken of. `trace` is a path and `account` a user or group that a package leaves behind when it is
 * purged; `rule` is a routing rule by its number, `port` one that a firewall lets in, `forward` one that the router was asked for, `copy` the relay's copy of a certificate, `lines` some lines
 * of a foreign file.
 */
export type SnapshotThing =
  | 'path'
  | 'package'
  | 'unit'
  | 'user'
  | 'sysctl'
  | 'project'
  | 'image'
  | 'lineage'
  | 'rule'
  | 'table'
  | 'port'
  | 'forward'
  | 'copy'
  | 'lines'
  | 'trace'
  | 'account';

/** A thing as it was right before a change, with a file's bytes. Undo and uninstall restore it from this. */
export type Snapshot = {
  readonly thing: SnapshotThing;
  readonly name: string;
  readonly was: SnapshotState;
  /** Releases before 0.2 did not record it. */
  readonly place?: Place;
  readonly bytes?: Uint8Array;
};

/** Writes snapshots down; of each thing, the first one in a store is kept. */
export type Recorder = (snapshots: readonly Snapshot[]) => Promise<void>;
