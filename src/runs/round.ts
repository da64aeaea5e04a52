import {setTimeout as sleep} from 'node:timers/promises';
import {runChecks} from '../engine/checks.ts';
import {findGoingRun} from '../engine/worker-unit.ts';
import type {Check} from '../model/check.ts';
import type {Host} from '../model/host.ts';
import type {Item} from '../model/message.ts';
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
  const look = async () => judgeRound(checks, await runChecks({checks, host, signal, awaitsStart: true}));
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
  return {items: describeChanges(confirmed, last, {known, at}), save: () => writeWatched(host, watched)};
}
