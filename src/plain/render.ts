import {titleOf} from '../model/catalogue.ts';
import type {CheckResult, CheckState} from '../model/check.ts';
import {describeFacts, type Facts} from '../model/facts.ts';
import {summarizeLooks} from '../model/look.ts';
import {listMap, type MapData} from '../model/map.ts';
import {explainChange} from '../model/patch.ts';
import type {Change, Look, Plan} from '../model/plan.ts';
import type {ProblemReport} from '../model/problem.ts';
import type {ListedSetting} from '../model/settings/complete.ts';
import {showValue} from '../model/settings/write.ts';
import type {DetectedFact, Home, Report} from '../model/ui.ts';
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
  const {changes, warnings, problems, unknown} = plan;
  const groups = [...groupByPlace(changes)].map(([place, group]) => {
    const lines = group.map(({change, title}) => `  ${change.padEnd(8)}${title}`);
    return renderSection(`${placeNames[place]}:`, lines);
  });
  const unread = unknown.map(({id, reason}) => `  ${id}: ${reason}`);
  return joinBlocks([
    ...groups,
    ...warnings.map(problem => renderProblem(problem, 'Warning')),
    ...problems.map(problem => renderProblem(problem)),
    renderSection(`${countOf(unknown.length, 'thing')} could not be read (never counted as a change):`, unread),
    [summarizePlan(plan), ...(plan.looks ? [summarizeLooks(plan.looks)] : [])].join('\n'),
  ]);
}

const lookOrder: readonly Look['state'][] = ['ok', 'accepted', 'unknown', 'warning', 'problem'];

/** Renders everything that was looked at, the findings last, each with its consequence and remedy. */
export function renderLooks(looks: readonly Look[]): string {
  const sorted = looks.toSorted((a, b) => lookOrder.indexOf(a.state) - lookOrder.indexOf(b.state));
  const lines = sorted.map(({state, subject, title, saw, findings: {length}}) => {
    return `${state.padEnd(8)} ${length === 0 ? `${subject}: ${saw}` : `${title} (${saw})`}`;
  });
  const findings = sorted.flatMap(look => (look.state === 'ok' || look.state === 'accepted' ? [] : [look]));
  return joinBlocks([
    lines.join('\n'),
    ...findings.flatMap(({state, findings: found}) =>
      found.map(each => renderProblem(each, state === 'problem' ? 'Problem' : 'Warning')),
    ),
    `${summarizeLooks(looks)} Look again with the same command; nothing was changed.`,
  ]);
}

/** Renders all facts. */
export const renderFacts = (facts: Facts): string => renderDetected(describeFacts(facts));

/** Renders facts in columns: name, value, source. */
export function renderDetected(detected: readonly DetectedFact[]): string {
  return renderColumns(detected.map(({fact, text, source}) => [fact, text, source]));
}

/** Renders all settings with their values and sources. */
export function renderSettings(settings: Readonly<Record<string, ListedSetting>>): string {
  const rows = Object.entries(settings).map(([key, {value = '(not set)', from, line}]) => {
    return [key, showValue(value), line === undefined ? from : `${from}, line ${line}`] as const;
  });
  return renderColumns(rows);
}

function renderColumns(rows: readonly (readonly [name: string, value: string, source: string])[]): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, value, source]) => `${name.padEnd(width)}  ${value}  (${source})`).join('\n');
}

/** Renders results of checks, the faults last, with remedies; what was not tried is counted. If `isThorough`, all have their evidence. */
export function renderChecks(results: readonly CheckResult[], {isThorough}: {isThorough: boolean}): string {
  const order: readonly CheckState[] = ['ok', 'warning', 'starting', 'failed', 'unknown'];
  const sorted = results.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const consequences = [...Map.groupBy(results, ({cause}) => cause)].flatMap(([cause, group]) =>
    cause !== undefined && group.length > 1 ? [{cause, group}] : [],
  );
  const shown = sorted.filter(({cause}) => !consequences.some(each => each.cause === cause));
  const count = (state: CheckState) => results.filter(each => each.state === state && !each.isAccepted).length;
  const known = results.filter(({isAccepted}) => isAccepted).length;
  const counts = `${count('ok')} ok, ${countOf(count('warning'), 'warning')}, ${count('failed')} failed, ${count('unknown')} unknown`;
  const starting = count('starting') > 0 ? `, ${count('starting')} starting` : '';
  const wait =
    starting === ''
      ? ''
      : `\nSomething is still starting. Look again in a moment; if it does not start within three minutes, it counts as failed.`;
  const faulty = shown.find(({state}) => state === 'failed' || state === 'unknown');
  const hint = faulty ? `\nMore about a code: jitsi-onebox explain ${faulty.code}` : '';
  return joinBlocks([
    [
      ...shown.map(result => renderCheck(result, isThorough)),
      ...consequences.map(
        each => `unknown ${each.group.length} checks were not tried, since ${each.cause} did not pass.`,
      ),
    ].join('\n'),
    counts + (known > 0 ? `, ${known} accepted` : '') + starting + wait + hint,
  ]);
}

/** Renders a problem with its remedy. */
export function renderProblem({code, summary, remedy, why, command}: ProblemReport, word = 'Problem'): string {
  const reason = why === undefined ? '' : `\n  Why it matters: ${indent(why, '  ')}`;
  const line = command === undefined ? '' : `\n  ${command}`;
  return `${word} (${code}): ${summary}${reason}\n  What to do: ${indent(remedy, '  ')}${line}`;
}

/** Renders the map as lines: each box with its port or address, and the boxes that it is connected to. */
export function renderMap(map: MapData): string {
  const lines = listMap(map).map(({name, detail = '', leadsTo}) => {
    return `  ${`${name} ${detail}`.trim()}${leadsTo === '' ? '' : ` -> ${leadsTo}`}`;
  });
  return renderSection('How the parts connect:', lines);
}

/** Renders an installation in a few lines. */
export function renderHome({address, title, versions, lastRun, update}: Home): string {
  const titled = title === undefined ? '' : ` (“${title}”)`;
  return `Your meetings are at ${address}${titled}\n${versions}\nLast run: ${lastRun}${update === undefined ? '' : `\n${update}`}`;
}

/** Renders the end of a run: the address, the changes, the problems, and what to do next. */
export function renderReport({run, address, done, journal, forwards, next}: Report): string {
  const problems = [...run.steps.values()].flatMap(({problem, title}) => (problem ? [{title, problem}] : []));
  const checks = [...run.checks.values()].filter(({state}) => state !== 'ok' && state !== 'running');
  const ports = forwards.map(({port, protocol, to, purpose}) => {
    return `  ${`${port}/${protocol}`.padEnd(10)} to ${to}, for ${purpose}`;
  });
  return joinBlocks([
    run.outcome === 'done' ? (done ?? `Your meetings are at ${address}`) : `${headlineOf(run.outcome)}.`,
    [countOutcomes(run), run.ms !== undefined && `took ${formatDuration(run.ms)}`].filter(Boolean).join('; '),
    ...problems.map(({title, problem}) => `${title}\n${renderProblem(problem)}`),
    ...checks.map(({summary, remedy, check}) =>
      [summary ?? titleOf(check), ...(remedy ? [`  What to do: ${indent(remedy, '  ')}`] : [])].join('\n'),
    ),
    renderSection('The router has to forward:', ports),
    next.map(step => `- ${step}`).join('\n'),
    journal === undefined ? '' : `Everything that was done is in ${journal}`,
  ]);
}

function renderChange(change: Change): string {
  const lines = explainChange(change).map(({kind, text}) => (kind === 'note' ? `# ${text}` : text));
  return [`# ${change.title} (${change.change} ${change.id})`, ...lines].join('\n');
}

function renderCheck({code, state, summary, evidence, remedy, isAccepted}: CheckResult, isThorough: boolean): string {
  if (isAccepted) return `accepted ${summary} (${code})`;
  const lines = [
    ...(evidence && (isThorough || state !== 'ok') ? [evidence] : []),
    ...(remedy ? [`What to do: ${remedy}`] : []),
    ...(isThorough || state !== 'ok' ? [`(${code})`] : []),
  ];
  const margin = ' '.repeat(8);
  return [`${state.padEnd(7)} ${summary}`, ...lines.map(line => `${margin}${indent(line, margin)}`)].join('\n');
}

function renderSection(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines].join('\n');
}

function indent(text: string, margin: string): string {
  return text.replaceAll('\n', `\n${margin}`);
}

function joinBlocks(blocks: readonly string[]): string {
  return blocks.filter(block => block !== '').join('\n\n');
}
