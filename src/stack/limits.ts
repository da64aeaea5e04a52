import type {Facts} from '../model/facts.ts';
import type {Settings} from '../model/settings/schema.ts';

/** How much strangers may take, so that something is left for everybody else. */
export type Limits = {
  /** Connections to port 443 that one source may hold. */
  readonly connections: number;
  readonly relay: {
    /** Allocations in all, for one source, and for one user name. */
    readonly total: number;
    readonly source: number;
    readonly user: number;
  };
};

/** Bytes per second and direction of one allocation: 10 Mbit/s, several videos. */
export const relayedBytes = 1_250_000;

const gibibyte = 1024 ** 3;

/** Resolves the limits for a host: memory bounds the relay, and the connections of nginx, 768 for each processor, the pages. */
export function chooseLimits({limits}: Settings, {memory, cores}: Facts): Limits {
  const share = (part: number, least: number, most: number) => Math.round(Math.min(most, Math.max(least, part)));
  const choose = (setting: string, auto: number) => (setting === 'auto' ? auto : Number(setting));
  const total = choose(limits.allocations, share((100 * (memory.value ?? 0)) / gibibyte, 100, 1000));
  return {
    // A page takes two connections of nginx, so one source takes at most half of them.
    connections: choose(limits.connections, share(192 * (cores.value ?? 1), 192, 1920)),
    relay: {total, source: Math.ceil(total / 2), user: Math.ceil(total / 10)},
  };
}
