import {setTimeout as sleep} from 'node:timers/promises';
import {runChecks} from '../engine/checks.ts';
import {findGoingRun} from '../engine/worker-unit.ts';
import type {Check} from '../model/check.ts';
import type {Host} from '../model/host.ts';
import type {Item} from '../model/message.ts';
import type {Problem} from '../model/problem.ts';
import {
  confirm,
  describeChanges,
  findChanged,
  judgeRound,
  readWatched,
  remember,
  type Watched,
  writeWatched,
} from '../stack/index.ts';

/** How long a second look waits, in milliseconds: what was only a moment is over by then. */
const pause = 10_000;

export type RoundOptions = {
  readonly host: Host;
  readonly checks: readonly Check[];
  readonly signal: AbortSignal;
  readonly pause?: number;
};

/** What a round found; nothing if a run was in progress. */
export type Round = {readonly items: readonly Item[]; readonly save: () => Promise<void>} | 'run in progress';

/**
 * Makes every check once parts that are starting have started, compares with the last round, and looks a second time at what
 * changed. The caller saves the round when its items are in the outbox.
 */
export async function lookAround({host, checks, signal, pause: length = pause}: RoundOptions): Promise<Round> {
  const look = async () => {
    const results = await runChecks({checks, host, signal, awaitsStart: true});
    // What was only stopped is not a failure.
    signal.throwIfAborted();
    return judgeRound(results);
  };
  if ((await findGoingRun(host)) !== undefined) return 'run in progress';
  const known = await readWatched(host);
  const first = await look();
  const changed = findChanged(known, first);
  if (changed.length > 0) await sleep(length, undefined, {signal});
  const last = changed.length > 0 ? await look() : first;
  // A run that began in between explains whatever was seen.
  if ((await findGoingRun(host)) !== undefined) return 'run in progress';
  const confirmed = confirm(changed, first, last);
  const at = new Date(host.now()).toISOString();
  const watched: Omit<Watched, 'v'> = {at, checks: remember(known, last, {confirmed, at})};
  const items = [...describeChanges(confirmed, last, {known, at}), ...describeEnd(known, at)];
  return {items, save: () => writeWatched(host, watched)};
}

const title = 'Regular checks';

/** Reports once that the checks cannot be made at all: silence would look like good news. */
export async function reportNoRound(host: Host, {summary, remedy}: Problem): Promise<Round> {
  const known = await readWatched(host);
  const at = new Date(host.now()).toISOString();
  const watched = {at: known?.at ?? at, checks: known?.checks ?? {}, fault: summary};
  const isKnown = known?.fault === summary;
  return {
    items: isKnown ? [] : [{at, kind: 'failed', title, text: summary, remedy}],
    save: () => writeWatched(host, watched),
  };
}

/** Reports that the checks can be made again. */
function describeEnd(known: Watched | undefined, at: string): readonly Item[] {
  return known?.fault === undefined ? [] : [{at, kind: 'recovered', title, text: 'The checks can be made again.'}];
}
