import {ReadableStream} from 'node:stream/web';
import {setTimeout as pause} from 'node:timers/promises';
import * as v from 'valibot';
import {publicAddress} from '../../model/settings/grammar/addresses.ts';
import type {Seen, TrialBody, TrialEnd, TrialEvent, TrialSubject, Untried} from '../../model/trial.ts';
import type {TrialSession} from './session.ts';

/** A trial whose page is served. */
export type OpenTrial = {
  readonly links: readonly string[];
  readonly subjects: readonly TrialSubject[];
  readonly untried: readonly Untried[];
  readonly session: TrialSession;
  /** What it means if nobody opens the page. */
  readonly quiet: {readonly summary: string; readonly remedy: string};
  close(): Promise<void>;
};

/** In milliseconds. */
export type TrialTimes = {readonly whole: number; readonly quiet: number; readonly grace: number};

/** How long a page is served. */
export const wholeTime = 600_000;
const usual: TrialTimes = {whole: wholeTime, quiet: 60_000, grace: 2000};
const look = 250;

/** Runs a trial until everything is proven, its time is over, or the user leaves. Nothing of it stays. */
export function runTrial(
  open: (emit: (body: TrialBody) => void) => Promise<OpenTrial>,
  leaving: AbortSignal,
  times = usual,
): AsyncIterable<TrialEvent> {
  return new ReadableStream<TrialEvent>({
    async start(controller) {
      const emit = (body: TrialBody) => controller.enqueue({v: 1, at: new Date().toISOString(), ...body});
      const trial = await open(emit);
      try {
        const {links, subjects, untried, session} = trial;
        emit({type: 'trial-opened', links, subjects, untried, seconds: times.whole / 1000});
        const reason = await waitForEnd(trial, leaving, times, emit);
        // The page still shows that everything works.
        if (reason === 'complete') await pause(times.grace);
        emit({type: 'trial-ended', reason, summary: summarize(reason, session)});
      } finally {
        await trial.close();
      }
      controller.close();
    },
  });
}

async function waitForEnd(
  {session, quiet}: OpenTrial,
  leaving: AbortSignal,
  times: TrialTimes,
  emit: (body: TrialBody) => void,
): Promise<TrialEnd> {
  const start = performance.now();
  for (let isQuiet = true; ; ) {
    if (leaving.aborted) return 'stopped';
    if (session.isComplete()) return 'complete';
    const passed = performance.now() - start;
    if (passed > times.whole) return 'time';
    if (isQuiet && !session.hasVisitor() && passed > times.quiet) {
      isQuiet = false;
      emit({type: 'trial-quiet', ...quiet});
    }
    await pause(look);
  }
}

function summarize(reason: TrialEnd, session: TrialSession): string {
  if (reason === 'complete') return 'Everything that was tried works: seen from outside.';
  const ending = reason === 'time' ? 'The time is over' : 'You ended the trial';
  return session.hasVisitor()
    ? `${ending} before everything was proven.`
    : `${ending}, and nobody had opened the page.`;
}

/** Says where a visitor is: in this network, or outside. Behind a router that hides addresses that cannot be told. */
export function locateVisitor(ownAddress: string): (address: string) => Seen {
  return address => (v.is(publicAddress, address) && address !== ownAddress ? 'outside' : 'inside');
}
