import type {Fact, FactValues} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import type {PathSize} from '../../model/network-facts.ts';
import type {Hardware} from './hardware.ts';

/** Detection over the network, which belongs to another room. */
export type Probes = {
  publicAddress(signal: AbortSignal): Promise<Fact<string>>;
  /** Asks a router for its own address, and what it offers. */
  router(
    place: {readonly gateway: string; readonly localAddress: string},
    signal: AbortSignal,
  ): Promise<Fact<FactValues['router']>>;
  translation(localAddress: string | undefined, signal: AbortSignal): Promise<Fact<FactValues['translation']>>;
  /** Tries which of the ports that have to be forwarded arrive; at `taken` ones something listens. */
  arrivals(publicAddress: string, taken: readonly number[], signal: AbortSignal): Promise<FactValues['arrivals']>;
  addressName(publicAddress: string): Promise<Fact<FactValues['addressName']>>;
  publicIpv6(own: readonly string[]): Promise<Fact<FactValues['publicIpv6']>>;
  pathSize(full: number, signal: AbortSignal): Promise<PathSize | undefined>;
  clock(signal: AbortSignal): Promise<Fact<number>>;
};

export type Detection = {
  readonly host: Host;
  readonly probes: Probes;
  readonly signal: AbortSignal;
  readonly hardware?: Hardware;
};
