/** Distributes the messages of a connection to those who wait for them. */
export type Inbox<Item> = {
  receive(item: Item): void;
  /** Waits for the first item that `match` accepts. */
  next<T>(match: (item: Item) => T | undefined): Promise<T>;
  /** Ends every wait, now and later, with an error. */
  end(error: Error): void;
};

type Listener<Item> = {receive(item: Item): void; fail(error: Error): void};

export function openInbox<Item>(): Inbox<Item> {
  const listeners = new Set<Listener<Item>>();
  let ending: Error | undefined;
  return {
    receive(item) {
      for (const listener of [...listeners]) listener.receive(item);
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
    receive(item) {
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
  // A caller that already failed for another reason no longer waits for this one.
  promise.catch(() => undefined);
  return promise;
}
