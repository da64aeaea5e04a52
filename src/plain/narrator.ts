import {titleOf} from '../model/catalogue.ts';
import type {Event} from '../model/event.ts';
import {advance, noRun, type Run, type StepView} from '../model/run.ts';
import {countOf, countOutcomes, formatClock, formatDuration, formatProgress, outcomeWords} from '../model/words.ts';

/** The run so far, the time of the last line, and that of each step's last progress. Times are milliseconds since 1970. */
export type Narration = {readonly run: Run; readonly said: number; readonly progressSaid: ReadonlyMap<string, number>};

/** The lines to print now, and the state to continue from. */
export type Narrated = {readonly narration: Narration; readonly lines: readonly string[]};

const progressPause = 2000;
const longestSilence = 4500;

/** The state before the first event. */
export const noNarration: Narration = {run: noRun, said: 0, progressSaid: new Map()};

/** Adds one event, and describes it if it matters to someone who reads lines. */
export function narrateEvent(before: Narration, event: Event): Narrated {
  const run = advance(before.run, event);
  const now = Date.parse(event.at);
  const narration = {...before, run};
  if (event.type === 'step-progress') return narrateProgress(narration, event.step, now);
  const lines = describe(run, event);
  if (lines.length === 0) return {narration, lines};
  return {narration: {...narration, said: now}, lines: stamp(run, now, lines)};
}

/** Breaks a long silence: lists what is running, or what all remaining steps are waiting for. */
export function narrateSilence(narration: Narration, now: number): Narrated {
  const {steps, checks, stopping} = narration.run;
  const [all, proofs] = [[...steps.values()], [...checks.values()]];
  const running = [
    ...all.filter(({state}) => state === 'running').map(step => describeRunning(step, now)),
    ...proofs.filter(({state}) => state === 'running').map(({check}) => `...     checking: ${titleOf(check)}`),
    ...proofs.filter(({state}) => state === 'starting').map(({summary = ''}) => `...     ${summary}`),
  ];
  const reasons = new Set(all.filter(({state}) => state === 'waiting').map(({waitingFor}) => waitingFor));
  const waiting = stopping ? [] : [...reasons].map(reason => `...     waiting for: ${reason}`);
  const lines = running.length > 0 ? running : waiting;
  if (now - narration.said < longestSilence || lines.length === 0) return {narration, lines: []};
  return {narration: {...narration, said: now}, lines: stamp(narration.run, now, lines)};
}

function describeRunning({title, started, line}: StepView, now: number): string {
  const newest = line === undefined ? '' : `: ${line.trim()}`;
  return `...     ${title} (${formatClock(now - (started ?? now))})${newest}`;
}

function narrateProgress(narration: Narration, id: string, now: number): Narrated {
  const step = narration.run.steps.get(id);
  if (!step?.progress || now - (narration.progressSaid.get(id) ?? 0) < progressPause) return {narration, lines: []};
  const progressSaid = new Map(narration.progressSaid).set(id, now);
  const lines = stamp(narration.run, now, [`...     ${step.title}: ${formatProgress(step.progress)}`]);
  return {narration: {...narration, said: now, progressSaid}, lines};
}

function describe(run: Run, event: Event): readonly string[] {
  switch (event.type) {
    case 'run-started':
      return [`${event.command}, run ${event.run}`];
    case 'plan-made':
      return [`${countOf(event.steps.length, 'step')}, ${event.unchanged} already right`];
    case 'step-started':
      return [`start   ${stepTitle(run, event.step)}`];
    case 'step-waiting':
      return [`wait    ${stepTitle(run, event.step)}, waiting for: ${event.holder ?? event.lock}`];
    case 'step-finished':
      return describeEnd(run, event);
    case 'check-waiting':
      return [`check   starting: ${event.summary}`];
    case 'check-finished':
      return describeCheck(event);
    case 'stop-requested':
      return ['Stopping as soon as the current steps are finished.'];
    case 'run-finished':
      return [`${event.outcome}: ${countOutcomes(run) || 'nothing was done'}, ${formatDuration(event.ms)}`];
    default:
      return [];
  }
}

/** Capitals are found by the eye, and by grep. */
const endWords = {...outcomeWords, failed: 'FAILED'};

function describeEnd(run: Run, event: Extract<Event, {type: 'step-finished'}>): readonly string[] {
  const {step, outcome, ms, problem, cause} = event;
  const because = cause === undefined ? '' : `: it needs "${stepTitle(run, cause)}"`;
  const time = outcome === 'skipped' ? '' : ` (${formatDuration(ms)})`;
  const word = endWords[outcome];
  // A word that is wider than the column of words ends with a colon.
  const line = `${word.length < 8 ? word.padEnd(8) : `${word}: `}${stepTitle(run, step)}${time}${because}`;
  return problem ? [line, ...indent(problem.summary), ...indent(`What to do: ${problem.remedy}`)] : [line];
}

function describeCheck(event: Extract<Event, {type: 'check-finished'}>): readonly string[] {
  const {state, summary, remedy, isAccepted} = event;
  if (isAccepted) return [`check   accepted: ${summary}`];
  const line = `check   ${state}: ${summary}`;
  return remedy && state !== 'ok' ? [line, ...indent(`What to do: ${remedy}`)] : [line];
}

function indent(text: string): readonly string[] {
  return text.split('\n').map(line => `        ${line}`);
}

function stepTitle(run: Run, id: string): string {
  return run.steps.get(id)?.title ?? id;
}

function stamp(run: Run, now: number, lines: readonly string[]): readonly string[] {
  const clock = formatClock(now - (run.started ?? now)).padStart(7);
  return lines.map(line => `${clock}  ${line}`.trimEnd());
}
