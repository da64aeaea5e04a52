import type {Event} from '../model/event.ts';
import {advance, noRun, type Run, type StepView} from '../model/run.ts';
import {countOf, countOutcomes, formatClock, formatDuration, formatProgress} from '../model/words.ts';

/** How far a run has been told: the run itself, and when what was said last. Times are milliseconds since 1970. */
export type Narration = {readonly run: Run; readonly said: number; readonly progressSaid: ReadonlyMap<string, number>};

type Told = {readonly narration: Narration; readonly lines: readonly string[]};

const progressPause = 2000;
const longestSilence = 4500;

/** Before the first event. */
export const nothingTold: Narration = {run: noRun, said: 0, progressSaid: new Map()};

/** Takes one event in and says what a reader of lines should know of it. */
export function tellEvent(before: Narration, event: Event): Told {
  const run = advance(before.run, event);
  const now = Date.parse(event.at);
  const narration = {...before, run};
  if (event.type === 'step-progress') return tellProgress(narration, event.step, now);
  const lines = describe(run, event);
  if (lines.length === 0) return {narration, lines};
  return {narration: {...narration, said: now}, lines: stamp(run, now, lines)};
}

/** Breaks a long silence with what is running. */
export function tellTime(narration: Narration, now: number): Told {
  const running = [...narration.run.steps.values()].filter(({state}) => state === 'running');
  const lines = running.length > 0 ? running.map(step => tellRunning(step, now)) : tellWaiting(narration.run);
  if (now - narration.said < longestSilence || lines.length === 0) return {narration, lines: []};
  return {narration: {...narration, said: now}, lines: stamp(narration.run, now, lines)};
}

const tellRunning = (step: StepView, now: number) =>
  `...     ${step.title} (${formatClock(now - (step.started ?? now))})${newest(step)}`;

/** What all that is left waits for. */
function tellWaiting({steps, stopping}: Run): readonly string[] {
  const waiting = [...steps.values()].filter(({state}) => state === 'waiting');
  const reasons = [...new Set(waiting.map(({waitingFor}) => waitingFor))];
  return stopping ? [] : reasons.map(reason => `...     waiting until ${reason} is done`);
}

function tellProgress(narration: Narration, id: string, now: number): Told {
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
      return [`start   ${titleOf(run, event.step)}`];
    case 'step-waiting':
      return [`wait    ${titleOf(run, event.step)}: until ${event.holder ?? event.lock} is done`];
    case 'step-finished':
      return describeEnd(run, event);
    case 'check-finished':
      return describeCheck(event);
    case 'stop-requested':
      return ['Stopping: the steps in hand are finished first.'];
    case 'run-finished':
      return [`${event.outcome}: ${countOutcomes(run) || 'nothing was done'}, ${formatDuration(event.ms)}`];
    default:
      return [];
  }
}

const endWords = {
  changed: 'done',
  unchanged: 'same',
  warned: 'warned',
  failed: 'FAILED',
  skipped: 'skipped',
  stopped: 'stopped',
} as const;

function describeEnd(run: Run, event: Extract<Event, {type: 'step-finished'}>): readonly string[] {
  const {step, outcome, ms, problem, cause} = event;
  const because = cause === undefined ? '' : `: it needs "${titleOf(run, cause)}"`;
  const time = outcome === 'skipped' ? '' : ` (${formatDuration(ms)})`;
  const line = `${endWords[outcome].padEnd(8)}${titleOf(run, step)}${time}${because}`;
  return problem ? [line, ...below(problem.summary), ...below(`What to do: ${problem.remedy}`)] : [line];
}

function describeCheck({state, summary, remedy}: Extract<Event, {type: 'check-finished'}>): readonly string[] {
  const line = `check   ${state}: ${summary}`;
  return remedy && state !== 'ok' ? [line, ...below(`What to do: ${remedy}`)] : [line];
}

function below(text: string): readonly string[] {
  return text.split('\n').map(line => `        ${line}`);
}

function titleOf(run: Run, id: string): string {
  return run.steps.get(id)?.title ?? id;
}

function newest({line}: StepView): string {
  return line === undefined ? '' : `: ${line.trim()}`;
}

function stamp(run: Run, now: number, lines: readonly string[]): readonly string[] {
  const clock = formatClock(now - (run.started ?? now)).padStart(7);
  return lines.map(line => `${clock}  ${line}`.trimEnd());
}
