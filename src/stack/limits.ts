import type {Facts} from '../model/facts.ts';
import type {Settings} from '../model/settings/schema.ts';
import type {ServiceName} from './names.ts';

/** How much strangers may take, so that something is left for everybody else. */
export type Limits = {
  /** Connections to port 443 that one source may hold. */
  readonly connections: number;
  /** Connections to nginx itself, to all of its ports together, that one source may hold. */
  readonly nginx: number;
  readonly relay: {
    /** Allocations in all, for one source, and for one user name. */
    readonly total: number;
    readonly source: number;
    readonly user: number;
  };
  /** Memory of each container, in MiB. */
  readonly memory: Readonly<Record<ServiceName, number>>;
};

/** Processes and threads of a container. Java needs some for every processor. */
export const processLimit = 2048;

/** Bytes per second and direction of one allocation: 10 Mbit/s, several videos. */
export const relayedBytes = 1_250_000;

const mebibyte = 1024 ** 2;

/** Resolves the limits for a host: memory bounds the relay, and the connections of nginx, 768 for each processor, the pages. */
export function chooseLimits(
  {limits}: Settings,
  {memory, cores}: Facts,
  heaps: {readonly videobridge: string; readonly jicofo: string},
): Limits {
  const installed = (memory.value ?? 0) / mebibyte;
  // In steps, since another kernel may report a little less memory, and nothing should restart for that.
  const share = (part: number, least: number, most: number) =>
    Math.min(most, Math.max(least, Math.round(part / 64) * 64));
  const choose = (setting: string, auto: number) => (setting === 'auto' ? auto : Number(setting));
  const total = choose(limits.allocations, share((100 * installed) / 1024, 100, 1000));
  // A page takes two connections of nginx, so one source takes at most half of them.
  const connections = choose(limits.connections, share(192 * (cores.value ?? 1), 192, 1920));
  return {
    connections,
    // At most a third more. An office asks for the redirect of port 80 at one time, and few of those remain open.
    nginx: Math.max(256, connections),
    relay: {total, source: Math.ceil(total / 2), user: Math.ceil(total / 10)},
    memory: {
      web: share(installed / 8, 256, 1024),
      prosody: share(installed / 8, 256, 2048),
      // Java takes as much again for buffers outside its heap, and some for itself.
      jicofo: 2 * countMebibytes(heaps.jicofo) + 256,
      videobridge: 2 * countMebibytes(heaps.videobridge) + 256,
      // 16,384 allocations took 376 MB.
      turn: 192 + Math.ceil(total / 8),
      // It keeps messages of up to 20 MB for slow readers.
      whiteboard: 256,
      etherpad: 512,
    },
  };
}

function countMebibytes(size: string): number {
  return Number.parseInt(size, 10) * (size.endsWith('g') ? 1024 : 1);
}
