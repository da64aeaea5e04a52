import type {Part, StartingPart} from './check.ts';
import type {RunOutcome, StepOutcome} from './event.ts';
import type {Place} from './place.ts';
import type {Change, Plan} from './plan.ts';
import type {ChangeKind, Progress} from './resource.ts';
import {hasEnded, type Run} from './run.ts';
import type {Recovery} from './ui.ts';

/** The places' names on screen. */
export const placeNames: Readonly<Record<Place, string>> = {
  internet: 'Internet',
  router: 'Router',
  nginx: 'nginx',
  haproxy: 'HAProxy',
  mmproxy: 'go-mmproxy',
  web: 'Web',
  prosody: 'Prosody',
  jicofo: 'Jicofo',
  videobridge: 'Videobridge',
  turn: 'Relay',
  host: 'This machine',
};

const partNames: Readonly<Record<Part, string>> = {
  docker: 'Docker',
  nginx: 'nginx',
  haproxy: 'HAProxy',
  mmproxy: 'go-mmproxy',
  web: 'the meeting pages',
  prosody: 'Prosody',
  jicofo: 'Jicofo',
  videobridge: 'the bridge',
  turn: 'the relay',
  whiteboard: 'the whiteboard',
  etherpad: 'Etherpad',
};

/** Lists parts that are starting: `Jicofo (started at 08:12:03 UTC, not logged in yet)`. */
export function describeStart(starting: readonly StartingPart[]): string {
  return starting
    .map(({part, since, state}) => `${partNames[part]} (started at ${since.slice(11, 19)} UTC, ${state})`)
    .join(', ');
}

/** The outcomes of a step in words. */
export const outcomeWords: Readonly<Record<StepOutcome, string>> = {
  changed: 'done',
  unchanged: 'already right',
  warned: 'done with a warning',
  failed: 'failed',
  skipped: 'skipped',
  stopped: 'stopped',
};

/** Groups the changes of a plan by place, in order of first appearance. */
export function groupByPlace(changes: readonly Change[]): ReadonlyMap<Place, readonly Change[]> {
  const groups = new Map<Place, readonly Change[]>();
  for (const change of changes) groups.set(change.place, [...(groups.get(change.place) ?? []), change]);
  return groups;
}

/** Counts changes by their kind: `12 create, 3 update`. */
export function countKinds(changes: readonly Change[]): string {
  const counts = new Map<ChangeKind, number>();
  for (const {change} of changes) counts.set(change, (counts.get(change) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
}

/** Formats a number of things: `1 change`, `3 changes`. */
export function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** Summarizes a plan in one line. */
export function summarizePlan({changes, unchanged, unknown}: Plan): string {
  const rest = [
    `${unchanged.length} already right`,
    ...(unknown.length > 0 ? [`${unknown.length} could not be read`] : []),
  ];
  const work = changes.length === 0 ? 'Nothing to do' : `${countOf(changes.length, 'change')} (${countKinds(changes)})`;
  return `${[work, ...rest].join('; ')}.`;
}

/** Formats a duration: `0.4 s`, `12 s`, `2 min 05 s`. */
export function formatDuration(ms: number): string {
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** Formats a moment in UTC, to the minute. */
export function formatMoment(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Formats a running clock: `0:07`, `12:31`, `1:02:03`. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const tail = [Math.floor(seconds / 60) % 60, seconds % 60].map(part => String(part).padStart(2, '0'));
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? [hours, ...tail].join(':') : tail.join(':').replace(/^0/, '');
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Formats a number of bytes: `45.2 MB`. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const amount = bytes / 1000 ** power;
  return `${power === 0 || amount >= 99.95 ? Math.round(amount) : amount.toFixed(1)} ${units[power]}`;
}

/** Formats progress: `45.2 MB of 120.4 MB`. */
export function formatProgress({done, total, unit}: Progress): string {
  const format = (amount: number) => (unit === 'bytes' ? formatBytes(amount) : String(amount));
  const amount = total === undefined ? format(done) : `${format(done)} of ${format(total)}`;
  return unit === 'bytes' ? amount : `${amount} steps`;
}

/** Counts the steps that ended by their outcome: `40 done, 1 failed`. */
export function countOutcomes(run: Run): string {
  const counts = new Map<StepOutcome, number>();
  for (const {state} of run.steps.values()) {
    if (hasEnded(state)) counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return [...counts].map(([outcome, count]) => `${count} ${outcomeWords[outcome]}`).join(', ');
}

const origins: ReadonlyMap<string, string> = new Map(
  Object.entries({
    default: 'the default',
    saved: 'the current value',
    file: 'from the settings file',
    flag: 'from the command line',
    detected: 'detected on this machine',
    answer: 'your answer',
    former: 'from the server that is taken over',
  }),
);

/** Describes the source of a value that was filled in, for the note below its field. */
export function formatSource(source: string): string {
  return origins.get(source) ?? source;
}

/** Shown to a user who leaves a run. */
export const backgroundNotice = 'The run continues in the background. Come back with: sudo jitsi-onebox attach';

const headlines: Readonly<Record<RunOutcome, string>> = {
  done: 'The server is set up',
  failed: 'Not everything worked',
  stopped: 'Stopped, as you asked',
  'plan-changed': 'The plan has changed since it was approved, so nothing was done',
};

/** Returns the first words of a report; a run without an outcome is one whose worker died. */
export function headlineOf(outcome: RunOutcome | undefined): string {
  return outcome ? headlines[outcome] : 'The run ended unexpectedly';
}

/** Asked after a run that failed. */
export const recoveryQuestion = 'The run failed. What next?';

/** Explains what each answer leads to. */
export const recoveryTexts: Readonly<Record<Recovery, string>> = {
  again: 'Trying again continues where the run stopped.',
  undo: 'Undo shows a plan first. It restores the state before the first of these tries.',
  leave: 'You can leave now and do all of this later.',
};
