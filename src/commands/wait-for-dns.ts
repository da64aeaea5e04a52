import {readDuration} from '../model/duration.ts';
import type {Ui} from '../model/ui.ts';
import {waitForNames} from '../runs/wait-for-names.ts';
import type {Invocation} from './arguments.ts';
import type {CommandContext} from './context.ts';
import {badUsage} from './target.ts';

/** Reads how long to wait for the DNS, in seconds; undefined if nobody asked for that. */
export function readWait({waitForDns}: Invocation): number | undefined {
  if (waitForDns === undefined) return undefined;
  const seconds = readDuration(waitForDns);
  if (seconds !== undefined) return seconds;
  throw badUsage(`--wait-for-dns takes a length of time such as 90s, 10m or 2h, not ${waitForDns}.`);
}

/** Waits until the names resolve to this host; ten minutes unless the user said how long. */
export async function awaitNames(
  {machine, signal}: CommandContext,
  ui: Ui,
  names: Parameters<typeof waitForNames>[0],
  seconds = 600,
): Promise<void> {
  const left = new AbortController();
  const leaving = AbortSignal.any([signal, left.signal]);
  await ui.wait(waitForNames(names, machine, {seconds, leaving}), () => left.abort());
}
