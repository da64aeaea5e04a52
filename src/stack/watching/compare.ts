import {type CheckCode, titleOf} from '../../model/catalogue.ts';
import type {CheckResult} from '../../model/check.ts';
import type {Item} from '../../model/message.ts';
import type {Watched} from './record.ts';

type State = Watched['checks'][string]['state'];

/** What a round says about a check: its state, or the failed check that keeps it from having one. */
type Verdict = {readonly result: CheckResult; readonly state?: State; readonly cause?: CheckCode};

type Verdicts = ReadonlyMap<CheckCode, Verdict>;

/** Judges a round: what is starting, or was not tried because of another failure, says nothing about itself. */
export function judgeRound(results: readonly CheckResult[]): Verdicts {
  return new Map(
    results.map((result): [CheckCode, Verdict] => {
      const {code, state, cause} = result;
      if (state === 'ok' || state === 'warning') return [code, {result, state}];
      if (cause !== undefined) return [code, {result, cause}];
      return [code, state === 'starting' ? {result} : {result, state: 'failed'}];
    }),
  );
}

/** Lists the checks whose state is another one than the last round reported. A first round takes warnings as known. */
export function findChanged(known: Watched | undefined, verdicts: Verdicts): readonly CheckCode[] {
  const isChanged = ([code, {state}]: [CheckCode, Verdict]) => {
    if (state === undefined) return false;
    const before = known?.checks[code]?.state;
    if (before !== undefined || known !== undefined) return state !== (before ?? 'ok');
    return state === 'failed';
  };
  return [...verdicts].filter(isChanged).map(([code]) => code);
}

/** Lists the changes that a second look confirms. */
export function confirm(changed: readonly CheckCode[], first: Verdicts, second: Verdicts): readonly CheckCode[] {
  return changed.filter(code => first.get(code)?.state === second.get(code)?.state);
}

/** Merges a round into what is known: confirmed changes, and checks that were not there before. Checks that are gone are forgotten. */
export function remember(
  known: Watched | undefined,
  verdicts: Verdicts,
  {confirmed, at}: {readonly confirmed: readonly CheckCode[]; readonly at: string},
): Watched['checks'] {
  return Object.fromEntries(
    [...verdicts].flatMap(([code, {state}]) => {
      const before = known?.checks[code];
      if (state !== undefined && confirmed.includes(code)) return [[code, {state, since: at}]];
      if (before !== undefined) return [[code, before]];
      // A failure that a second look did not confirm is not known yet.
      return state === undefined || state === 'failed' ? [] : [[code, {state, since: at}]];
    }),
  );
}

/** Describes confirmed changes for a message, each with what else it affects. */
export function describeChanges(
  confirmed: readonly CheckCode[],
  verdicts: Verdicts,
  {known, at}: {readonly known: Watched | undefined; readonly at: string},
): readonly Item[] {
  return confirmed.flatMap((code): readonly Item[] => {
    const {result, state} = verdicts.get(code) ?? {};
    if (!result || state === undefined) return [];
    const item = {at, code, title: titleOf(code)};
    if (state === 'ok') {
      const since = known?.checks[code]?.since;
      const length =
        since === undefined ? '' : ` This check had not passed since ${since.slice(0, 16).replace('T', ' ')} UTC.`;
      return [{...item, kind: 'recovered', text: `${result.summary}${length}`}];
    }
    const others = [...verdicts].filter(([, {cause}]) => cause === code).map(([each]) => titleOf(each));
    const effect = others.length === 0 ? '' : `\nNot working because of it: ${others.join(', ')}.`;
    const {summary, remedy} = result;
    return [{...item, kind: state, text: `${summary}${effect}`, ...(remedy !== undefined && {remedy})}];
  });
}
