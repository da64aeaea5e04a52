import {titleOf} from '../../../model/catalogue.ts';
import type {CheckView, Run} from '../../../model/run.ts';
import type {Home, Way} from '../../../model/ui.ts';
import type {Hint} from '../../components/foot.tsx';
import {wrapLines} from '../../components/text.tsx';
import {wayKeys} from './state.ts';

export const viewTitles = {checks: 'Checks', log: 'Log of the last run', keys: 'Keys'} as const;

/** Lists the keys by importance: where space is short, the last ones are dropped first. */
export function hintsFor(
  {ways, hasNoRun}: Home,
  {hasMap, isCut}: {readonly hasMap: boolean; readonly isCut: boolean},
): readonly Hint[] {
  const wayHints = Object.entries(wayKeys)
    .filter(([way]) => ways.includes(way as Way))
    .map(([way, key]) => [key, way] as const);
  return [
    ['c', 'settings'],
    ['d', 'doctor'],
    ['q', 'quit'],
    ['?', 'keys'],
    ...wayHints,
    ...(hasMap ? [] : [['m', 'map'] as const]),
    ...(isCut ? [['Arrows', 'scroll'] as const] : []),
    ['r', 'again'],
    ...(hasNoRun ? [] : [['o', 'last run'] as const]),
  ];
}

const wayTexts: Readonly<Record<Way, string>> = {
  logs: 'what the services log, with search and filter',
  update: 'look for updates of the images, and install them',
  backup: 'write a backup, encrypted with a passphrase, and leave',
  people: 'the accounts of registered people',
  sites: 'other web sites and TLS services on this host',
  undo: 'take back the last run; shows a plan first',
  uninstall: 'remove the server; shows a plan first',
};

/** Explains every key. */
export function listKeys({ways, hasNoRun}: Home, columns: number): readonly string[] {
  const wayLines = Object.entries(wayKeys)
    .filter(([way]) => ways.includes(way as Way))
    .map(([way, key]) => [key, wayTexts[way as Way]] as const);
  const all = [
    ['c', 'change the settings; shows a plan first'],
    ['d', 'doctor: all checks, and what to do'],
    ...wayLines,
    ['m', 'the map of the parts'],
    ...(hasNoRun ? [] : [['o', 'the log of the last run'] as const]),
    ['r', 'run the checks again'],
    ['q', 'quit; the server keeps running'],
  ] as const;
  return all.flatMap(([key, text]) => indent(`${key} `, text, columns));
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
