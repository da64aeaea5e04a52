import {useSyncExternalStore} from 'react';

/** State outside React: keys that arrive in a burst always see the newest state, whatever was drawn last. */
export type Store<State> = {
  get(): State;
  update(change: (state: State) => State): void;
  subscribe(listener: () => void): () => void;
};

export function createStore<State>(initial: State): Store<State> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    update(change) {
      const next = change(state);
      if (next === state) return;
      state = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStore<State>({get, subscribe}: Pick<Store<State>, 'get' | 'subscribe'>): State {
  return useSyncExternalStore(subscribe, get);
}

/** Waits until `find` finds something in the state. */
export function waitFor<State, Found>(store: Store<State>, find: (state: State) => Found | undefined): Promise<Found> {
  return new Promise(resolve => {
    const look = () => {
      const found = find(store.get());
      if (found === undefined) return;
      stop();
      resolve(found);
    };
    const stop = store.subscribe(look);
    look();
  });
}
