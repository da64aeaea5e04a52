import type {CheckCode} from './catalogue.ts';
import type {MapData} from './map.ts';
import type {Forward} from './ui.ts';

/**
 * What a run was asked for, as `request.json` holds it. The worker draws the run plan from it, and viewers show it; there is no
 * secret in it.
 */
export type RunRequest = AnyRequest & {
  /** The digest of the approved plan; empty until one is approved. */
  readonly digest: string;
  /** The fingerprints of the approved changes: a plan that has become shorter is still approved. */
  readonly approved: readonly string[];
  readonly by: string;
  /** When it was approved, ISO 8601 in UTC; release 0.1.0 did not record it. */
  readonly at?: string;
};

export type ApplyRequest = {
  readonly command: 'apply';
  /** The text of the settings file that is to be saved. */
  readonly settings: string;
  /** The facts that the plan was made from, as `detect --json` prints them. */
  readonly facts: string;
  readonly takeOver: readonly string[];
  /** Whether steps that interrupt meetings wait until there is none. */
  readonly whenIdle: boolean;
  /** The names of the passwords to renew. */
  readonly renew?: readonly string[];
  /** What the run is limited to: the public address, where the containers name it. */
  readonly only?: 'address';
  /** What viewers show besides the run; release 0.1.0 did not record these. */
  readonly map?: MapData;
  readonly address?: string;
  readonly forwards?: readonly Forward[];
};

/** A package that is newer in a new image, and the security faults that its changelog names as fixed. */
export type Upgrade = {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly fixes: readonly string[];
};

/** The way to build an image on this host. */
export type Rebuild = {
  /** The digest of the image that it is built from. */
  readonly base: string;
  /** All packages that are upgraded in it, with their versions: `bash=5.2.37-2`. */
  readonly packages: readonly string[];
  /** Those that are newer than in the image in use. */
  readonly upgrades: readonly Upgrade[];
};

/** The image that a name is to refer to: `to` is a digest, or the local name of one that is built. */
export type ImageMove = {readonly from?: string | undefined; readonly to: string; readonly rebuild?: Rebuild};

/** Moves images to other digests, and nothing else. */
export type UpdateRequest = {
  readonly command: 'update';
  /** The text of the saved settings, and the facts: the proof after the update is drawn from them. */
  readonly settings: string;
  readonly facts: string;
  /** The digest that each image has and the one it is to have, by its name. */
  readonly images: Readonly<Record<string, ImageMove>>;
  /** The checks that did not pass before: the proof does not count them. */
  readonly despite?: readonly CheckCode[];
  /** Bytes on the disk that the new images need at most, where the registry says so. */
  readonly bytes?: number;
  readonly map?: MapData;
  readonly address?: string;
};

/** Restores the state before a run, or before the first one. */
export type UndoRequest =
  | {
      readonly command: 'undo';
      readonly run: string;
      readonly packages: boolean;
      /** The checks that may fail after the undo of an update, besides those that the update tolerated. */
      readonly despite?: readonly CheckCode[];
    }
  | {
      readonly command: 'uninstall';
      readonly purge: boolean;
      /** The directory of the backups that the timer made, which stay. */
      readonly backups?: string;
    };

export type AnyRequest = ApplyRequest | UpdateRequest | UndoRequest;

/** Returns whether a request undoes runs. */
export function isUndo<Request extends AnyRequest>(request: Request): request is Extract<Request, UndoRequest> {
  return request.command === 'undo' || request.command === 'uninstall';
}
