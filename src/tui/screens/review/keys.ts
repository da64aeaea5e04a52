import {wrapLines} from '../../components/text.tsx';

type Offered = {
  readonly hasProblems: boolean;
  readonly hasSettings: boolean;
  readonly canTry: boolean;
  readonly canWait: boolean;
};

/** Explains every key of the review that does something now. */
export function listReviewKeys(
  {hasProblems, hasSettings, canTry, canWait}: Offered,
  columns: number,
): readonly string[] {
  const all: readonly (readonly [key: string, text: string, isOffered: boolean])[] = [
    ['a', 'apply: approve this plan, and begin', !hasProblems],
    ['r', 'look at this machine again', hasProblems],
    ['Enter', 'what a line changes, or what to do about it', true],
    ['c', 'change the settings', hasSettings],
    ['s', 'save the settings to a new file in the working directory', hasSettings],
    ['m', 'the map of the parts', true],
    ['t', 'try from outside whether the ports can be reached', canTry],
    ['w', 'wait until the DNS has the names', canWait],
    ['q', 'quit; nothing is changed', true],
  ];
  const width = 'Enter'.length + 1;
  return all.flatMap(([key, text, isOffered]) =>
    isOffered ? wrapLines(text, columns - width).map((line, at) => (at === 0 ? key : '').padEnd(width) + line) : [],
  );
}
