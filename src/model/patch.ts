import {structuredPatch} from 'diff';
import type {Change} from './plan.ts';

export type PatchLine = {readonly kind: 'note' | 'hunk' | 'added' | 'removed' | 'context'; readonly text: string};

/** Everything a change would do, line by line: its summaries, and a unified diff wherever the texts may be shown. */
export function explainChange({differences}: Pick<Change, 'differences'>): readonly PatchLine[] {
  return differences.flatMap(({summary, text, secret}) => {
    const note: PatchLine = {kind: 'note', text: summary};
    if (text) return [note, ...diffLines(text.before, text.after)];
    return secret ? [note, {kind: 'note', text: '(not shown: it holds secrets)'}] : [note];
  });
}

/** How many lines a change adds and removes; undefined where it shows no text. */
export function countLines({differences}: Pick<Change, 'differences'>): {added: number; removed: number} | undefined {
  if (!differences.some(difference => difference.text)) return undefined;
  const lines = explainChange({differences});
  const count = (kind: PatchLine['kind']) => lines.filter(line => line.kind === kind).length;
  return {added: count('added'), removed: count('removed')};
}

function diffLines(before: string, after: string): readonly PatchLine[] {
  const {hunks} = structuredPatch('', '', before, after, undefined, undefined, {context: 3});
  return hunks.flatMap(({oldStart, oldLines, newStart, newLines, lines}) => [
    {kind: 'hunk', text: `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`} satisfies PatchLine,
    ...lines.map(line => ({kind: kindOf(line), text: line})),
  ]);
}

function kindOf(line: string): PatchLine['kind'] {
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : 'context';
}
