import type {Place} from '../model/place.ts';
import type {Resource} from '../model/resource.ts';
import {publicFile} from './path.ts';
import {snapshotPaths} from './path-snapshots.ts';

export type LeftOutLinesOptions = {
  /** A file of a package. */
  readonly path: string;
  /** The lines, which become comments. */
  readonly line: RegExp;
  readonly summary: string;
  readonly title: string;
  readonly place: Place;
  /** The resource that installs its package. */
  readonly comesWith: string;
};

/** The id of a file without some of its lines. */
export const leftOutLinesId = (path: string) => `left-out-lines:${path}`;

/** A file of a package, without lines that cannot work on this host. */
export function leftOutLines(options: LeftOutLinesOptions): Resource<string | undefined> {
  const {path, line, summary, title, place, comesWith} = options;
  const isLeftOut = (text: string) => !text.split('\n').some(each => line.test(each));
  return {
    id: leftOutLinesId(path),
    title,
    place,
    kind: 'file',
    needs: [comesWith],
    locks: [],
    writes: [path],
    read: ({files}) => files.read(path),
    diff(text, outlook) {
      // Right before the step its package is here, with the file or without.
      if (text === undefined ? outlook.changes(comesWith).length === 0 : isLeftOut(text)) return [];
      return [{change: 'update', summary, content: true}];
    },
    record: ({files}) => snapshotPaths(files, [path], place),
    async apply({host: {files}}, text) {
      if (text === undefined) return;
      const lines = text.split('\n').map(each => (line.test(each) ? `# ${each.trimStart()}` : each));
      await files.write(path, lines.join('\n'), publicFile);
    },
  };
}
