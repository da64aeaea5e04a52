/** How a thing was before a change: undo and uninstall put it back from this. */
export type KeptState =
  | {readonly type: 'absent'}
  | {
      readonly type: 'file';
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
      readonly modified: number;
    }
  | {readonly type: 'directory'; readonly mode: number; readonly uid: number; readonly gid: number}
  | {readonly type: 'link'; readonly target: string}
  | {readonly type: 'other'; readonly mode: number; readonly uid: number; readonly gid: number}
  | {readonly type: 'unit'; readonly enabled: string; readonly active: string}
  | {readonly type: 'value'; readonly value: string}
  | KeptProject;

/** A compose project: where it is, what drives it, and which of its services had a container that ran, or one that did not. */
export type KeptProject = {
  readonly type: 'project';
  readonly directory: string;
  readonly argv: readonly [string, ...string[]];
  readonly running: readonly string[];
  readonly stopped: readonly string[];
};

/**
 * Kinds of things. A `trace` is a path, `account` a user or group, that a package leaves behind when it is purged; `rule` is a routing
 * rule of one number, `port` one that a firewall lets in.
 */
export type KeptThing =
  | 'path'
  | 'package'
  | 'unit'
  | 'user'
  | 'sysctl'
  | 'project'
  | 'image'
  | 'lineage'
  | 'rule'
  | 'port'
  | 'trace'
  | 'account';

/** A thing as it was, with a file's bytes. */
export type Kept = {
  readonly thing: KeptThing;
  readonly name: string;
  readonly was: KeptState;
  readonly bytes?: Uint8Array;
};
