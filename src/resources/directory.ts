import type {FileAttributes} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import {Problem} from '../model/problem.ts';
import type {Resource} from '../model/resource.ts';
import {compareAttributes} from './file.ts';

export type DirectoryOptions = {
  readonly path: string;
  readonly title: string;
  readonly place: Place;
  readonly attributes?: FileAttributes;
  readonly needs?: readonly string[];
};

/** The id under which others name a directory they need. */
export const directoryId = (path: string) => `directory:${path}`;

/** A directory with this mode and owner; what is in it is its own business. */
export function directory(options: DirectoryOptions): Resource<FileAttributes | undefined> {
  const {path, attributes = {mode: 0o755, uid: 0, gid: 0}} = options;
  return {
    id: directoryId(path),
    title: options.title,
    place: options.place,
    kind: 'directory',
    needs: options.needs ?? [],
    locks: [],
    async read(host) {
      const state = await host.files.stat(path);
      if (state && state.type !== 'directory') {
        throw new Problem({
          code: 'path-taken',
          summary: `${path} is a ${state.type}, where a directory of ours belongs.`,
          remedy: 'Move it away and run jitsi-onebox again.',
        });
      }
      return state;
    },
    diff: current =>
      current ? compareAttributes(path, attributes, current) : [{change: 'create', summary: `make ${path}`}],
    apply: ({host}, current) =>
      current ? host.files.setAttributes(path, attributes) : host.files.makeDirectory(path, attributes),
  };
}

/** No directory at this path, nor anything in it. */
export function absentDirectory({
  path,
  title,
  place,
  needs = [],
}: Omit<DirectoryOptions, 'attributes'>): Resource<boolean> {
  return {
    id: directoryId(path),
    title,
    place,
    kind: 'directory',
    needs,
    locks: [],
    read: async host => (await host.files.stat(path)) !== undefined,
    diff: exists => (exists ? [{change: 'remove', summary: `remove ${path}`}] : []),
    apply: ({host}) => host.files.remove(path),
  };
}
