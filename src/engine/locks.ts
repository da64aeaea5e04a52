import type {Lock} from '../model/resource.ts';

/** Named locks; each is passed on in the order in which it was asked for. */
export type Locks = {
  /** Waits for all of `names` and returns a function that releases them; releasing twice does nothing. */
  acquire(names: readonly Lock[], claim: Claim): Promise<() => void>;
};

type Claim = {readonly title: string; onWait(lock: Lock, holder: string): void};

type Turn = {readonly title: string; readonly begin: () => void};

/** Makes the locks of one run. */
export function createLocks(): Locks {
  const queues = new Map<Lock, Turn[]>();

  async function take(name: Lock, {title, onWait}: Claim): Promise<() => void> {
    const queue = queues.get(name) ?? [];
    queues.set(name, queue);
    const {promise, resolve} = Promise.withResolvers<void>();
    const turn = {title, begin: resolve};
    const [holder] = queue;
    queue.push(turn);
    if (holder) {
      onWait(name, holder.title);
      await promise;
    }
    return () => {
      if (queue[0] !== turn) return;
      queue.shift();
      queue[0]?.begin();
    };
  }

  return {
    async acquire(names, claim) {
      const releases: (() => void)[] = [];
      // All take them in the same order, so there is no deadlock.
      for (const name of [...new Set(names)].sort()) releases.push(await take(name, claim));
      return () => {
        for (const release of releases) release();
      };
    },
  };
}
