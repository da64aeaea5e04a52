import type {Lock} from '../model/resource.ts';

/** Named locks, each handed on in the order in which it was asked for. */
export type Locks = {
  /** Waits for all of `names` and returns what gives them back; giving back twice does nothing. */
  acquire(names: readonly Lock[], claim: Claim): Promise<() => void>;
};

/** Who asks, and who is told that somebody else holds a lock. */
export type Claim = {readonly title: string; onWait(lock: Lock, holder: string): void};

type Turn = {readonly title: string; readonly begin: () => void};

/** Makes the locks of one run. */
export function createLocks(): Locks {
  const lines = new Map<Lock, Turn[]>();

  async function take(name: Lock, {title, onWait}: Claim): Promise<() => void> {
    const line = lines.get(name) ?? [];
    lines.set(name, line);
    const {promise, resolve} = Promise.withResolvers<void>();
    const turn = {title, begin: resolve};
    const [holder] = line;
    line.push(turn);
    if (holder) {
      onWait(name, holder.title);
      await promise;
    }
    return () => {
      if (line[0] !== turn) return;
      line.shift();
      line[0]?.begin();
    };
  }

  return {
    async acquire(names, claim) {
      const releases: (() => void)[] = [];
      // Everybody takes them in the same order, so nobody waits in a circle.
      for (const name of [...new Set(names)].sort()) releases.push(await take(name, claim));
      return () => {
        for (const release of releases) release();
      };
    },
  };
}
