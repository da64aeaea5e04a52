import {titleOf} from '../../../model/catalogue.ts';
import type {CheckView, Run} from '../../../model/run.ts';
import {wrapLines} from '../../components/text.tsx';
import {explainKeys, type Offers} from './keys.ts';

export const viewTitles = {checks: 'Checks', log: 'Log of the last run', keys: 'Keys'} as const;

/** Explains every key in lines. */
export function listKeys(offers: Offers, columns: number): readonly string[] {
  return explainKeys(offers).flatMap(([key, text]) => indent(`${key} `, text, columns));
}

const worstFirst: readonly CheckView['state'][] = ['failed', 'unknown', 'starting', 'warning', 'running', 'ok'];

/** Lists the checks in lines, worst first, with what to do. */
export function listChecks(
  run: Run,
  marks: Readonly<Record<CheckView['state'], string>>,
  columns: number,
): readonly string[] {
  return [...run.checks.values()]
    .toSorted((one, other) => worstFirst.indexOf(one.state) - worstFirst.indexOf(other.state))
    .flatMap(({state, summary, check, evidence, remedy}) => [
      ...indent(`${marks[state]} `, summary ?? titleOf(check), columns),
      ...(evidence !== undefined && state !== 'ok' ? indent('  ', `Seen: ${evidence}`, columns) : []),
      ...(remedy !== undefined && state !== 'ok' ? indent('  ', `What to do: ${remedy}`, columns) : []),
    ]);
}

/** Wraps a text behind a sign; all lines are indented by its width. */
function indent(sign: string, text: string, columns: number): readonly string[] {
  return wrapLines(text, columns - 2).map((line, index) => (index === 0 ? sign : '  ') + line);
}
