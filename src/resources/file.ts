import type {FileAttributes, Host} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';
import {Secret} from '../model/secret.ts';
import {type PathOptions, type PathState, pathResource, type Validation} from './path.ts';

export {fileId, type Validation} from './path.ts';

/** Owned by root, readable by all: most configuration files. */
export const publicFile: FileAttributes = {mode: 0o644, uid: 0, gid: 0};

export type FileOptions = PathOptions & {
  /** A Secret never shows in a plan: only that it changes. */
  readonly content: string | Secret;
  readonly attributes?: FileAttributes;
  readonly validate?: Validation;
  /** Throws a Problem when the current text belongs to somebody else. */
  readonly guard?: (current: string, host: Host) => Promise<void>;
};

/** A file with this content, mode and owner. */
export function file({content, attributes = publicFile, ...options}: FileOptions): Resource<PathState> {
  const isSecret = content instanceof Secret;
  const bytes = Buffer.from(isSecret ? content.reveal() : content);
  return pathResource({...options, wanted: {type: 'file', bytes, attributes, isSecret}});
}

/** No file at this path. */
export function absentFile(options: PathOptions): Resource<PathState> {
  return pathResource({...options, wanted: {type: 'absent'}});
}
