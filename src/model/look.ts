import type {Place} from './place.ts';
import type {ProblemReport} from './problem.ts';
import {countOf} from './words.ts';

/** One thing that is looked at before the first change, and what was found there. A problem stops the plan, a warning does not. */
export type Look = {
  readonly title: string;
  readonly place: Place;
  readonly state: 'ok' | 'warning' | 'accepted' | 'problem' | 'unknown';
  /** What was seen there. */
  readonly saw: string;
  readonly findings: readonly ProblemReport[];
  readonly code: string;
};

/** Counts looks by their state. */
export function countLooks(looks: readonly Look[]): Readonly<Record<Look['state'], number>> {
  const counts = {ok: 0, warning: 0, accepted: 0, problem: 0, unknown: 0};
  for (const {state} of looks) counts[state] += 1;
  return counts;
}

/** Summarizes looks in a sentence: `62 things looked at, 2 findings.` */
export function summarizeLooks(looks: readonly Look[]): string {
  const {warning, problem, accepted, unknown} = countLooks(looks);
  const more = [
    ...(accepted > 0 ? [`${accepted} accepted`] : []),
    ...(unknown > 0 ? [`${unknown} could not be looked at`] : []),
  ];
  return `${[`${countOf(looks.length, 'thing')} looked at`, countOf(warning + problem, 'finding'), ...more].join(', ')}.`;
}
