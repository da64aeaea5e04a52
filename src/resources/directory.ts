import type {FileAttributes} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';
import {type PathOptions, type PathState, pathResource} from './path.ts';

export type DirectoryOptions = PathOptions & {readonly attributes?: FileAttributes};

/** The id of a directory. */
export const directoryId = (path: string) => `directory:${path}`;

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
