import {ReadableStream} from 'node:stream/web';
import {setTimeout as pause} from 'node:timers/promises';
import ipaddr from 'ipaddr.js';
import * as v from 'valibot';
import type {FactValues} from '../../model/facts.ts';
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

/**
 * Says where a visitor is: in this network, or outside. Behind a router, every device of a network has one IPv4 address; over IPv6, they
 * share their first 64 bits. Without the interfaces of this host, nobody is outside over IPv6.
 */
export function locateVisitor(ownAddress: string, interfaces?: FactValues['interfaces']): (address: string) => Seen {
  const own = interfaces?.flatMap(({addresses}) => addresses).filter(each => ipaddr.IPv6.isValid(each));
  const isOutside = (address: string) =>
    ipaddr.IPv6.isValid(address)
      ? own !== undefined && isBeyond(ipaddr.IPv6.parse(address), own)
      : v.is(publicAddress, address) && address !== ownAddress;
  return address => (isOutside(address) ? 'outside' : 'inside');
}

function isBeyond(address: ipaddr.IPv6, own: readonly string[]): boolean {
  return address.range() === 'unicast' && !own.some(each => address.match(ipaddr.IPv6.parse(each), 64));
}
