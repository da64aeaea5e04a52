import {setTimeout as pause} from 'node:timers/promises';
import type {Machine} from '../model/machine.ts';
import type {WaitNews} from '../model/ui.ts';
import {judgeName, type NameVerdict} from '../network/names.ts';
import type {Blueprint} from '../stack/blueprint.ts';

type Names = Pick<Blueprint, 'domain' | 'turnDomain' | 'publicAddress' | 'localAddress' | 'usableIpv6' | 'resolvers'>;

export type WaitOptions = {
  /** Seconds until it gives up. */
  readonly seconds: number;
  readonly leaving: AbortSignal;
  /** Seconds between two looks. */
  readonly between?: number;
};

/** Looks at the names again and again until they resolve to this host, and counts down to the next look. */
export async function* waitForNames(
  {domain, turnDomain, publicAddress: address, localAddress: local, usableIpv6: ipv6, resolvers}: Names,
  {lookUp, lookUpOutside}: Pick<Machine, 'lookUp' | 'lookUpOutside'>,
  {seconds, leaving, between = 15}: WaitOptions,
): AsyncGenerator<WaitNews> {
  const names = [domain, turnDomain].filter(name => name !== undefined);
  const doors = {lookUp, lookUpOutside: (name: string) => lookUpOutside(name, resolvers)};
  const judge = () => Promise.all(names.map(name => judgeName(name, {address, local, ipv6}, doors)));
  for (let left = seconds; ; ) {
    const texts = (await judge()).filter(isWrong).map(({text}) => text);
    if (texts.length === 0) return;
    for (let next = between; next > 0; next -= 1) {
      if (left <= 0 || leaving.aborted) return;
      yield {texts, next, left};
      await pause(1000, undefined, {signal: leaving}).catch(() => undefined);
      left -= 1;
    }
  }
}

const isWrong = ({kind}: NameVerdict) => kind === 'wrong';
