import type {Snapshot} from '../model/snapshot.ts';

/** A line of a foreign file that was edited: the texts that it may have now, and the one that it had. */
export type EditedLine = {readonly now: readonly string[]; readonly before: string};

/** Records only the edited lines: the file is the user's, who may change the others at any time. */
export function describeLines(path: string, edited: readonly EditedLine[]): Snapshot {
  return {thing: 'lines', name: path, place: 'nginx', was: {type: 'value', value: JSON.stringify(edited)}};
}

/** Parses the edited lines of a snapshot. */
export function parseLines({was}: Snapshot): readonly EditedLine[] {
  return was.type === 'value' ? JSON.parse(was.value) : [];
}

/**
 * Gives edited lines another text; a line that the user has changed since stays. Lines may be equal now that were not before, so each
 * edit is used once, in the order of the file.
 */
export function rewriteLines(
  text: string,
  edited: readonly EditedLine[],
  rewrite: (edit: EditedLine) => string,
): string {
  const unused = [...edited];
  const rewriteLine = (line: string) => {
    const index = unused.findIndex(({now}) => now.includes(line));
    const [edit] = index < 0 ? [] : unused.splice(index, 1);
    return edit ? rewrite(edit) : line;
  };
  return text.split('\n').map(rewriteLine).join('\n');
}
