/** What comes in on a connection, and who waits for which part of it. */
export type Inbox<Item> = {
  hear(item: Item): void;
  /** The first item to come that `match` wants. */
  next<T>(match: (item: Item) => T | undefined): Promise<T>;
  /** Nothing will come any more: ends every wait, and every later one. */
  end(error: Error): void;
};

type Listener<Item> = {hear(item: Item): void; fail(error: Error): void};

/** Starts with nobody waiting. */
export function openInbox<Item>(): Inbox<Item> {
  const listeners = new Set<Listener<Item>>();
  let ending: Error | undefined;
  return {
    hear(item) {
      for (const listener of [...listeners]) listener.hear(item);
    },
    next(match) {
      return ending ? Promise.reject(ending) : listen(listeners, match);
    },
    end(error) {
      ending ??= error;
      for (const listener of [...listeners]) listener.fail(ending);
    },
  };
}

function listen<Item, T>(listeners: Set<Listener<Item>>, match: (item: Item) => T | undefined): Promise<T> {
  const {promise, resolve, reject} = Promise.withResolvers<T>();
  const listener: Listener<Item> = {
    hear(item) {
      const found = match(item);
      if (found === undefined) return;
      listeners.delete(listener);
      resolve(found);
    },
    fail(error) {
      listeners.delete(listener);
      reject(error);
    },
  };
  listeners.add(listener);
  // Who went away, since something else failed first, need not hear of it again.
  promise.catch(() => undefined);
  return promise;
}
