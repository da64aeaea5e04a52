import type {Look} from './plan.ts';
import {countOf} from './words.ts';

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
