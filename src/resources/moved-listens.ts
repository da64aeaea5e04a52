import type {FileAttributes, Host} from '../model/host.ts';
import {Problem} from '../model/problem.ts';
import type {Resource} from '../model/resource.ts';
import type {Snapshot} from '../model/snapshot.ts';
import {describeLines, type EditedLine} from './edited-lines.ts';
import {fileId} from './path-state.ts';

/** A `listen` directive of a foreign site of nginx, and the socket that it gets in place of its own. */
export type ListenMove = {
  /** The line of the directive, from 1. */
  readonly line: number;
  /** The address and port as written. */
  readonly text: string;
  /** The new ones; undefined if the site has them in another directive. */
  readonly to: string | undefined;
  /** Whether it is the first of its socket: nginx takes options of a socket only once. */
  readonly isFirstOfSocket: boolean;
  readonly isFirstOfSite: boolean;
};

export type MovedListensOptions = {
  readonly path: string;
  readonly moves: readonly ListenMove[];
  readonly needs: readonly string[];
};

/** Moves of one file. */
export type FileMoves = Pick<MovedListensOptions, 'path' | 'moves'>;

/** The text of a file, with the path that it has behind links. */
export type FileText = {readonly path: string; readonly text: string} | undefined;

/** The id of the second step, after which the sites have left their former sockets. */
export const leftListensId = (path: string) => `left-listens:${path}`;

/**
 * Sites that listen on their new sockets too, and let another program open the former ones beside them. So there is no moment at
 * which nobody listens there.
 */
export function sharedListens({path, moves, needs}: MovedListensOptions): Resource<FileText> {
  return {
    ...rewriteListens({path, needs, moves, rewrite: shareListens}),
    id: fileId(path),
    title: `Sites in ${path}, on both ports`,
    read: async host => demandLines(await readText(host, path), path, moves),
    diff: state =>
      state && shareListens(state.text, moves) !== state.text
        ? [
            {
              change: 'update',
              summary: `let ${path} listen on the new port too, and share the former one (behind a CDN or proxy, raise limits.connections: HAProxy counts by address)`,
              content: true,
            },
          ]
        : [],
  };
}

/** Sites that have left their former sockets. */
export function leftListens({path, moves, needs}: MovedListensOptions): Resource<FileText> {
  return {
    ...rewriteListens({path, needs, moves, rewrite: leaveListens}),
    id: leftListensId(path),
    title: `Sites in ${path}, behind HAProxy`,
    diff(state) {
      const after = state && leaveListens(state.text, moves);
      if (!state || after === undefined || after === state.text) return [];
      return [{change: 'update', summary: `change ${path}`, text: {before: state.text, after}, content: true}];
    },
  };
}

type Rewriting = MovedListensOptions & {readonly rewrite: (text: string, moves: readonly ListenMove[]) => string};

function rewriteListens({path, moves, needs, rewrite}: Rewriting) {
  return {
    place: 'nginx',
    kind: 'nginx-listens',
    needs,
    locks: [],
    writes: [path],
    read: (host: Host) => readText(host, path),
    record: (_host: Host, state: FileText) => (state ? [snapshotLines(path, state.text, moves)] : []),
    async apply({host}: {readonly host: Host}, state: FileText) {
      const remedy = 'Let the sites in it listen on the port of the setting ports.https, and run jitsi-onebox again.';
      if (state) await writeAccepted(host, {...state, after: rewrite(state.text, moves), remedy});
    },
  } as const;
}

/** Reads a file that may be a link, such as one in sites-enabled. */
export async function readText({files}: Host, path: string): Promise<FileText> {
  const resolved = await files.resolve(path);
  const text = resolved === undefined ? undefined : await files.read(resolved);
  return resolved === undefined || text === undefined ? undefined : {path: resolved, text};
}

/** Refuses a directive that is written over several lines, for example. */
function demandLines(state: FileText, path: string, moves: readonly ListenMove[]): FileText {
  // A recorded machine has no files.
  if (!state) return state;
  const lines = state.text.split('\n');
  const hasNew = ({line, to}: ListenMove) => to !== undefined && lines[line - 1]?.includes(`listen ${to}`);
  const lost = moves.find(move => !directiveOf(move).test(lines[move.line - 1] ?? '') && !hasNew(move));
  if (lost === undefined) return state;
  throw new Problem({
    code: 'site-on-443',
    summary: `${path}:${lost.line} lets a site of nginx listen on ${lost.text}, in a form that jitsi-onebox does not change.`,
    remedy:
      'Write the directive on one line, and try again. Or let the site listen on the port of the setting ports.https.',
  });
}

/** Returns the attributes that a file keeps. */
export const attributesOf = ({mode, uid, gid}: FileAttributes): FileAttributes => ({mode, uid, gid});

type Edit = NonNullable<FileText> & {readonly after: string; readonly remedy: string};

/** Writes a text that nginx accepts; the former one stays if it does not. */
export async function writeAccepted(host: Host, {path, text, after, remedy}: Edit): Promise<void> {
  const stat = await host.files.stat(path);
  if (!stat) return;
  const attributes = attributesOf(stat);
  await host.files.write(path, after, attributes);
  const {exitCode, stderr} = await host.query({argv: ['nginx', '-t', '-q']});
  if (exitCode === 0) return;
  await host.files.write(path, text, attributes);
  throw new Problem({
    code: 'configuration-refused',
    summary: `nginx refuses ${path} with another port, so the former state was restored:\n${stderr.trim()}`,
    remedy,
  });
}

/** Adds the new sockets to the directives, and the option with which another program may open the former ones too. */
export function shareListens(text: string, moves: readonly ListenMove[]): string {
  const saysPort = /port_in_redirect/.test(text);
  return editLines(text, moves, (line, move) =>
    line.replace(directiveOf(move), (_whole, before: string, options: string) => {
      const {to, isFirstOfSocket, isFirstOfSite} = move;
      const others = options.replace(/\s+reuseport\b/, '');
      const former = `listen ${move.text}${others}${isFirstOfSocket ? ' reuseport' : ''};`;
      // In a redirect nginx names its own port, which visitors do not reach.
      const plain = isFirstOfSite && !saysPort ? ' port_in_redirect off;' : '';
      const isThere = to === undefined || line.includes(`listen ${to}${others};`);
      return `${before}${former}${isThere ? '' : ` listen ${to}${others};${plain}`}`;
    }),
  );
}

/** Gives the directives the new sockets alone. */
export function leaveListens(text: string, moves: readonly ListenMove[]): string {
  return editLines(shareListens(text, moves), moves, (line, move) =>
    line.replace(new RegExp(`${directiveOf(move).source}\\s*`), '$1').trimEnd(),
  );
}

function editLines(
  text: string,
  moves: readonly ListenMove[],
  edit: (line: string, move: ListenMove) => string,
): string {
  const lines = text.split('\n');
  for (const move of moves) {
    const line = lines[move.line - 1];
    if (line !== undefined && directiveOf(move).test(line)) lines[move.line - 1] = edit(line, move);
  }
  return lines.join('\n');
}

/** Matches the directive, with what is before it and its options. */
function directiveOf({text}: ListenMove): RegExp {
  const pattern = text.replaceAll(/[.[\]*+?{}()|^$\\/]/g, '\\$&');
  return new RegExp(`(^\\s*|[\\s;{])listen\\s+["']?${pattern}["']?((?:\\s[^;#]*)?);`);
}

/** Records the lines that the move edits. */
function snapshotLines(path: string, text: string, moves: readonly ListenMove[]): Snapshot {
  const [before, shared, left] = [text, shareListens(text, moves), leaveListens(text, moves)].map(each =>
    each.split('\n'),
  );
  const edited = (before ?? []).flatMap((line, index): EditedLine[] => {
    const now = [shared?.[index] ?? '', left?.[index] ?? ''].filter(each => each !== line);
    return now.length === 0 ? [] : [{now, before: line}];
  });
  return describeLines(path, edited);
}
