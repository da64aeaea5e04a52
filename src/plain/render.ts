import {titleOf} from '../model/catalogue.ts';
import type {CheckResult, CheckState} from '../model/check.ts';
import {describeFacts, type Facts} from '../model/facts.ts';
import {listMap, type MapData} from '../model/map.ts';
import {explainChange} from '../model/patch.ts';
import type {Change, Plan} from '../model/plan.ts';
import type {ProblemReport} from '../model/problem.ts';
import type {ListedSetting} from '../model/settings/complete.ts';
import type {DetectedFact, Forward, Home, Report} from '../model/ui.ts';
import {
  countOf,
  countOutcomes,
  formatDuration,
  groupByPlace,
  headlineOf,
  placeNames,
  summarizePlan,
} from '../model/words.ts';

/** Renders a plan in full: every change with its unified diff, then the summary. */
export function renderPlan(plan: Plan): string {
  return joinBlocks([...plan.changes.map(renderChange), renderSummary(plan)]);
}

/** Renders a plan on one page: a line per change, then warnings, problems, and the things that could not be read. */
export function renderSummary(plan: Plan): string {
  const groups = [...groupByPlace(plan.changes)].map(([place, changes]) =>
    [`${placeNames[place]}:`, ...changes.map(({change, title}) => `  ${change.padEnd(8)}${title}`)].join('\n'),
  );
  return joinBlocks([
    ...groups,
    ...plan.warnings.map(problem => renderProblem(problem, 'Warning')),
    ...plan.problems.map(problem => renderProblem(problem)),
    renderUnknown(plan),
    summarizePlan(plan),
  ]);
}

/** Renders all facts, a line each. */
export function renderFacts(facts: Facts): string {
  return renderDetected(describeFacts(facts));
}

/** Renders facts in columns: name, value, source. */
export function renderDetected(detected: readonly DetectedFact[]): string {
  const width = Math.max(0, ...detected.map(({fact}) => fact.length));
  return detected.map(({fact, text, source}) => `${fact.padEnd(width)}  ${text}  (${source})`).join('\n');
}

/** Renders results of checks, the worst last, with remedies. If `isThorough`, all have their evidence. */
export function renderChecks(results: readonly CheckResult[], {isThorough}: {isThorough: boolean}): string {
  const order: readonly CheckState[] = ['ok', 'warning', 'unknown', 'failed'];
  const sorted = results.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const faulty = sorted.findLast(({state}) => state === 'failed' || state === 'unknown');
  const hint = faulty ? `\nMore about a code: jitsi-onebox explain ${faulty.code}` : '';
  return joinBlocks([sorted.map(result => renderCheck(result, isThorough)).join('\n'), countChecks(results) + hint]);
}

/** Renders a problem with its remedy. */
export function renderProblem({code, summary, remedy, why, command}: ProblemReport, word = 'Problem'): string {
  const reason = why === undefined ? '' : `\n  Why it matters: ${indent(why, '  ')}`;
  const line = command === undefined ? '' : `\n  ${command}`;
  return `${word} (${code}): ${summary}${reason}\n  What to do: ${indent(remedy, '  ')}${line}`;
}

/** Renders the map as lines: each box with its port or address, and the boxes that it is connected to. */
export function renderMap(map: MapData): string {
  const lines = listMap(map).map(
    ({name, detail = '', leadsTo}) => `  ${`${name} ${detail}`.trim()}${leadsTo === '' ? '' : ` -> ${leadsTo}`}`,
  );
  return ['How the parts connect:', ...lines].join('\n');
}

/** Renders an installation in three lines. */
export function renderHome({address, versions, lastRun}: Home): string {
  return `Your meetings are at ${address}\n${versions}\nLast run: ${lastRun}`;
}

function renderForwards(forwards: readonly Forward[]): string {
  if (forwards.length === 0) return '';
  const lines = forwards.map(
    ({port, protocol, to, purpose}) => `  ${`${port}/${protocol}`.padEnd(10)} to ${to}, for ${purpose}`,
  );
  return ['The router has to forward:', ...lines].join('\n');
}

/** Renders the end of a run: the address, the changes, the problems, and what to do next. */
export function renderReport({run, address, done, journal, forwards, next}: Report): string {
  const problems = [...run.steps.values()].flatMap(({problem, title}) => (problem ? [{title, problem}] : []));
  const checks = [...run.checks.values()].filter(({state}) => state !== 'ok' && state !== 'running');
  return joinBlocks([
    run.outcome === 'done' ? (done ?? `Your meetings are at ${address}`) : `${headlineOf(run.outcome)}.`,
    [countOutcomes(run), run.ms !== undefined && `took ${formatDuration(run.ms)}`].filter(Boolean).join('; '),
    ...problems.map(({title, problem}) => `${title}\n${renderProblem(problem)}`),
    ...checks.map(
      ({summary, remedy, check}) =>
        `${summary ?? titleOf(check)}${remedy ? `\n  What to do: ${indent(remedy, '  ')}` : ''}`,
    ),
    renderForwards(forwards),
    next.map(step => `- ${step}`).join('\n'),
    journal === undefined ? '' : `Everything that was done is in ${journal}`,
  ]);
}

function renderChange(change: Change): string {
  const lines = explainChange(change).map(({kind, text}) => (kind === 'note' ? `# ${text}` : text));
  return [`# ${change.title} (${change.change} ${change.id})`, ...lines].join('\n');
}

function renderUnknown({unknown}: Plan): string {
  if (unknown.length === 0) return '';
  const lines = unknown.map(({id, reason}) => `  ${id}: ${reason}`);
  return [`${countOf(unknown.length, 'thing')} could not be read (never counted as a change):`, ...lines].join('\n');
}

function renderCheck({code, state, summary, evidence, remedy}: CheckResult, isThorough: boolean): string {
  const lines = [
    ...(evidence && (isThorough || state !== 'ok') ? [evidence] : []),
    ...(remedy ? [`What to do: ${remedy}`] : []),
    ...(isThorough || state !== 'ok' ? [`(${code})`] : []),
  ];
  const margin = ' '.repeat(8);
  return [`${state.padEnd(8)}${summary}`, ...lines.map(line => `${margin}${indent(line, margin)}`)].join('\n');
}

function countChecks(results: readonly CheckResult[]): string {
  const count = (state: CheckState) => results.filter(result => result.state === state).length;
  return `${count('ok')} ok, ${count('warning')} warnings, ${count('failed')} failed, ${count('unknown')} unknown`;
}

function indent(text: string, margin: string): string {
  return text.replaceAll('\n', `\n${margin}`);
}

function joinBlocks(blocks: readonly string[]): string {
  return blocks.filter(block => block !== '').join('\n\n');
}

/** Renders all settings with their values and sources. */
export function renderSettings(settings: Readonly<Record<string, ListedSetting>>): string {
  const rows = Object.entries(settings).map(([key, {value, from, line}]) => ({
    key,
    value: value === undefined ? '(not set)' : String(value),
    from: line === undefined ? from : `${from}, line ${line}`,
  }));
  const width = Math.max(...rows.map(({key}) => key.length));
  return rows.map(({key, value, from}) => `${key.padEnd(width)}  ${value}  (${from})`).join('\n');
}
