import {setTimeout as sleep} from 'node:timers/promises';
import {openRound} from '../../engine/checks.ts';
import type {Opening} from '../../model/check.ts';
import type {Host} from '../../model/host.ts';
import type {WebHandler} from '../../network/trial/web.ts';

export type CallOptions = {
  readonly host: Host;
  readonly signal: AbortSignal;
  /** Opens a conference, and describes the bridge's side of it. */
  readonly describeCall: Opening<string>;
  readonly callTime?: number;
};

/** More than a visitor needs who tries again for the whole time. */
const mostCalls = 60;
/** How long a conference stays for the browser that asked for it, in milliseconds. */
const usualCallTime = 12_000;

/** Answers with the bridge's side of a conference that was opened for this try. Closing ends all of them. */
export function answerCalls({host, signal, describeCall, callTime = usualCallTime}: CallOptions) {
  let left = mostCalls;
  const over = new AbortController();
  const ends: Promise<void>[] = [];
  const answer: WebHandler = async ({method, path}) => {
    if (method !== 'GET' || path !== '/call' || left <= 0) return undefined;
    left -= 1;
    const {context, close} = openRound(host, signal);
    const time = sleep(callTime, undefined, {signal: over.signal, ref: false});
    ends.push(time.catch(() => undefined).then(close));
    const body = JSON.stringify({sdp: await context.share(describeCall)});
    return {status: 200, headers: {'content-type': 'application/json'}, body};
  };
  const close = async () => {
    over.abort();
    await Promise.all(ends);
  };
  return {answer, close};
}
