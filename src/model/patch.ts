import {structuredPatch} from 'diff';
import type {Change} from './plan.ts';
import type {Difference} from './resource.ts';

export type PatchLine = {
  readonly kind: 'note' | 'file' | 'hunk' | 'added' | 'removed' | 'context';
  readonly text: string;
};

type Text = NonNullable<Difference['text']>;

/** Explains a change line by line: its summaries, and a unified diff of every text that may be shown. */
export function explainChange({id, differences}: Pick<Change, 'id' | 'differences'>): readonly PatchLine[] {
  return differences.flatMap(({summary, text, secret}) => {
    const note: PatchLine = {kind: 'note', text: summary};
    if (text) return [note, ...nameFiles(id, text), ...diffLines(text)];
    return secret ? [note, {kind: 'note', text: '(not shown: it holds secrets)'}] : [note];
  });
}

/** Counts the lines that a change adds and removes; undefined if it shows no text. */
export function countLines({
  id,
  differences,
}: Pick<Change, 'id' | 'differences'>): {added: number; removed: number} | undefined {
  if (!differences.some(difference => difference.text)) return undefined;
  const lines = explainChange({id, differences});
  const count = (kind: PatchLine['kind']) => lines.filter(line => line.kind === kind).length;
  return {added: count('added'), removed: count('removed')};
}

/** Writes the head of a unified diff, as `patch` reads it. */
function nameFiles(id: string, {before, after}: Text): readonly PatchLine[] {
  const path = id.replace(/^[^:]*:/, '');
  const name = (text: string) => (text === '' ? '/dev/null' : path);
  return [
    {kind: 'file', text: `--- ${name(before)}`},
    {kind: 'file', text: `+++ ${name(after)}`},
  ];
}

function diffLines({before, after}: Text): readonly PatchLine[] {
  const {hunks} = structuredPatch('', '', before, after, undefined, undefined, {context: 3});
  return hunks.flatMap(({oldStart, oldLines, newStart, newLines, lines}) => [
    {kind: 'hunk', text: `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`} satisfies PatchLine,
    ...lines.map(line => ({kind: kindOf(line), text: line})),
  ]);
}

// An empty range is named after the line before it.
function range(start: number, lines: number): string {
  return `${lines === 0 ? start - 1 : start},${lines}`;
}

function kindOf(line: string): PatchLine['kind'] {
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : 'context';
}
