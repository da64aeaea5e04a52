import {setTimeout as sleep} from 'node:timers/promises';
import {isDeepStrictEqual} from 'node:util';
import {entryOf} from '../model/catalogue.ts';
import type {Check, CheckResult, CheckState} from '../model/check.ts';
import type {Event, EventBody} from '../model/event.ts';
import type {Change, Plan} from '../model/plan.ts';
import {exits} from '../model/program.ts';
import type {Difference} from '../model/resource.ts';

/** Parts of a recording besides facts, for a rehearsal to show. */
export type Props = {
  /** The settings file of a machine that is installed already. */
  readonly settings?: string;
  /** The addresses of domain names; any other name has the machine's public address. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  /** What checks find, by their codes; the others find nothing wrong. */
  readonly checks?: Readonly<
    Record<string, {readonly state: CheckState; readonly summary: string; readonly remedy?: string}>
  >;
};

/** Returns what would change on an installed machine: the difference between two plans for a bare one. */
export function comparePlans(before: Plan, after: Plan): Plan {
  const old = new Map(before.changes.map(change => [change.id, change]));
  const changes = after.changes.flatMap(change => updateOf(old.get(change.id), change));
  const ids = new Set(changes.map(({id}) => id));
  const unchanged = after.changes.filter(({id}) => !ids.has(id)).map(({id}) => id);
  return {...after, changes, unchanged: [...after.unchanged, ...unchanged]};
}

function updateOf(before: Change | undefined, after: Change): readonly Change[] {
  if (!before) return [after];
  const differences = after.differences.flatMap(difference => {
    const old = before.differences.find(({text, summary}) =>
      difference.text ? text !== undefined : summary === difference.summary,
    );
    return old && isDeepStrictEqual(old, difference) ? [] : [rewrite(old, difference)];
  });
  return differences.length === 0 ? [] : [{...after, change: 'update', differences}];
}

function rewrite(old: Difference | undefined, difference: Difference): Difference {
  if (!difference.text || !old?.text) return difference;
  return {...difference, change: 'update', text: {before: old.text.after, after: difference.text.after}};
}

type Moment = readonly [at: number, body: EventBody];

/** Milliseconds that a step takes: long ones feel long here too. */
function lengthOf({kind, change}: Change): number {
  if (change === 'pull') return 3000;
  return kind === 'apt-packages' ? 2500 : 120;
}

const workers = 4;

/** Yields the events of a run as it could be: every step succeeds, and checks find what was recorded. */
export async function* rehearse(
  plan: Plan,
  checks: readonly Check[],
  props: Props,
  stop: AbortSignal,
): AsyncGenerator<Event> {
  const started = Date.now();
  const moments = script(plan, checks, props);
  for (const [at, body] of moments) {
    const isStopped = await waitUntil(started + at, stop);
    if (!isStopped) {
      yield stamp(body);
      continue;
    }
    yield stamp({type: 'stop-requested', by: 'you'});
    yield stamp({type: 'run-finished', outcome: 'stopped', exit: exits.stopped, counts: {}, ms: Date.now() - started});
    return;
  }
}

/** Yields what checks find on a recorded machine, as events of a run without steps. */
export async function* rehearseChecks(checks: readonly Check[], props: Props): AsyncGenerator<Event> {
  for (const [, body] of scriptChecks(checks, props, 0)) {
    await sleep(60);
    yield stamp(body);
  }
}

async function waitUntil(moment: number, stop: AbortSignal): Promise<boolean> {
  await sleep(Math.max(0, moment - Date.now()), undefined, {signal: stop}).catch(() => undefined);
  return stop.aborted;
}

function stamp(body: EventBody): Event {
  return {v: 1, at: new Date().toISOString(), ...body};
}

function script(plan: Plan, checks: readonly Check[], props: Props): readonly Moment[] {
  const steps = plan.changes.map(({differences: _differences, ...step}) => step);
  const run = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const {digest} = plan;
  const work = scriptSteps(plan.changes);
  const end = Math.max(0, ...work.map(([at]) => at));
  const proofs = scriptChecks(checks, props, end);
  const ms = Math.max(end, ...proofs.map(([at]) => at));
  const isProved = proofs.every(([, body]) => body.type !== 'check-finished' || body.state !== 'failed');
  const outcome = isProved ? 'done' : 'failed';
  return [
    [0, {type: 'run-started', run, command: 'apply', version: 'rehearsal', digest, pid: process.pid, by: 'you'}],
    [0, {type: 'plan-made', steps, unchanged: plan.unchanged.length}],
    ...work.toSorted(([one], [other]) => one - other),
    ...proofs,
    [
      ms,
      {type: 'run-finished', outcome, exit: isProved ? exits.done : exits.failed, counts: {changed: steps.length}, ms},
    ],
  ];
}

/** Schedules steps on the workers, each after those it needs. */
function scriptSteps(changes: readonly Change[]): readonly Moment[] {
  const ends = new Map<string, number>();
  const free = Array.from({length: workers}, () => 0);
  return changes.flatMap((change): readonly Moment[] => {
    const worker = free.indexOf(Math.min(...free));
    const start = Math.max(free[worker] ?? 0, ...change.needs.map(id => ends.get(id) ?? 0));
    const ms = lengthOf(change);
    free[worker] = start + ms;
    ends.set(change.id, start + ms);
    return [
      [start, {type: 'step-started', step: change.id}],
      ...describeStep(change, ms).map(([at, body]): Moment => [start + at, body]),
      [start + ms, {type: 'step-finished', step: change.id, outcome: 'changed', ms}],
    ];
  });
}

function describeStep({id: step, change, differences}: Change, ms: number): readonly Moment[] {
  const lines = differences.map(
    ({summary}): Moment => [0, {type: 'step-output', step, stream: 'command', line: `would ${summary}`}],
  );
  if (change !== 'pull') return lines;
  const total = 96_000_000;
  const parts = Array.from({length: 20}, (_, part): Moment => {
    const done = (total * (part + 1)) / 20;
    return [(ms * (part + 1)) / 21, {type: 'step-progress', step, done, total, unit: 'bytes'}];
  });
  return [...lines, ...parts];
}

function scriptChecks(checks: readonly Check[], {checks: recorded = {}}: Props, start: number): readonly Moment[] {
  return checks.flatMap(({code: check}, index): readonly Moment[] => {
    const {title, place} = entryOf(check);
    const found: Omit<CheckResult, 'code' | 'place' | 'ms'> = recorded[check] ?? {state: 'ok', summary: title};
    const at = start + 120 * index;
    return [
      [at, {type: 'check-started', check}],
      [at + 100, {type: 'check-finished', check, place, ...found, ms: 100}],
    ];
  });
}
