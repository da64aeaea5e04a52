import {explainChange, type PatchLine} from '../../../model/patch.ts';
import type {Change} from '../../../model/plan.ts';
import type {ProblemReport} from '../../../model/problem.ts';
import {pageOf, type ReaderState, type Reading} from '../../components/reader.tsx';
import {foldCommand, wrapLines} from '../../components/text.tsx';
import type {Size} from '../../display.ts';
import type {Row} from './items.ts';
import {listKeys, type Offers} from './keys.ts';

/** A row that is open for reading, or the list of keys. */
export type Opened = {
  readonly row: Row | {readonly type: 'keys'};
  readonly reader: ReaderState;
};

/** Writes what is open in lines that fit the terminal as it is now. */
export function linesOf({row}: Opened, offers: Offers, {columns}: Size): readonly PatchLine[] {
  switch (row.type) {
    case 'keys':
      return linesOfKeys(offers, columns);
    case 'change':
      return linesOfChange(row.change, columns);
    case 'problem':
    case 'warning':
      return linesOfProblem(row.problem, columns);
    default:
      return [];
  }
}

/** Returns what a reader needs to know of what is open. */
export function readingOf(opened: Opened, offers: Offers, size: Size): Reading {
  return {lines: linesOf(opened, offers, size).map(({text}) => text), page: pageOf(size, hasLead(opened))};
}

/** Tests whether a line above the text names what is open. */
export function hasLead({row}: Opened): boolean {
  return row.type === 'change';
}

function linesOfKeys(offers: Offers, columns: number): readonly PatchLine[] {
  const width = 'Enter'.length + 1;
  const lines = listKeys(offers).flatMap(([key, text]) =>
    wrapLines(text, columns - width).map((line, at) => (at === 0 ? key : '').padEnd(width) + line),
  );
  return lines.map(text => ({kind: 'context', text}));
}

/** Explains a change. Its sentences are wrapped, its diff is not. The lead names the file already. */
function linesOfChange(change: Change, columns: number): readonly PatchLine[] {
  return explainChange(change).flatMap((line): readonly PatchLine[] => {
    if (line.kind === 'file') return [];
    return line.kind === 'note' ? wrapLines(line.text, columns).map(text => ({...line, text})) : [line];
  });
}

/** Writes a problem in lines, for terminals that have no room for a panel. */
function linesOfProblem({summary, why, remedy, command}: ProblemReport, columns: number): readonly PatchLine[] {
  const parts: readonly (readonly [PatchLine['kind'], string | undefined])[] = [
    ['note', summary],
    ['context', why],
    ['note', 'What to do'],
    ['context', remedy],
    ['context', command === undefined ? undefined : foldCommand(command, columns)],
  ];
  return parts.flatMap(([kind, text]) =>
    text === undefined ? [] : wrapLines(text, columns).map(line => ({kind, text: line})),
  );
}
