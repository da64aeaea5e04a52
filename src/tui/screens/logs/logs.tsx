import type {LogFeed} from '../../../model/ui.ts';
import {placeNames} from '../../../model/words.ts';
import type {Hint} from '../../components/foot.tsx';
import {pageOf, Reader} from '../../components/reader.tsx';
import type {Screen, Size} from '../../display.ts';
import {createStore, type Store, useStore, waitFor} from '../../store.ts';
import {addLines, type LogsState, listLines, pressInLogs, startLogs} from './state.ts';

/** The logs: follows them, and searches, filters and pauses. */
export function logsScreen(feed: LogFeed): Screen<void> {
  const store = createStore<LogsState>(startLogs);
  const broken = Promise.withResolvers<never>();
  const leaving = new AbortController();
  follow(feed, store, leaving.signal).catch(broken.reject);
  return {
    draw: size => <LogsView store={store} size={size} />,
    press: (stroke, size) =>
      store.update(state =>
        pressInLogs(state, stroke, {places: feed.places, page: pageOf(size), columns: size.columns}),
      ),
    outcome: Promise.race([
      waitFor(store, ({isLeaving}) => isLeaving || undefined).then(() => undefined),
      broken.promise,
    ]).finally(() => leaving.abort()),
  };
}

async function follow(feed: LogFeed, store: Store<LogsState>, leaving: AbortSignal): Promise<void> {
  for await (const lines of feed.follow(leaving)) store.update(state => addLines(state, lines));
}

export function LogsView({store, size}: {store: Store<LogsState>; size: Size}) {
  const state = useStore(store);
  const {place, reader} = state;
  const lines = listLines(state, size.columns);
  const hints: readonly Hint[] = [
    ['f', 'filter'],
    ['p', reader.top === undefined ? 'pause' : 'follow'],
    ...(place === undefined ? [] : [['a', 'all'] as const]),
  ];
  return (
    <Reader
      title={`Logs${place === undefined ? '' : `: ${placeNames[place]}`}`}
      state={reader}
      lines={lines.length > 0 ? lines : ['Nothing was logged yet.']}
      size={size}
      hints={hints}
    />
  );
}
