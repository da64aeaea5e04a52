import {Box} from 'ink';
import type {WaitNews} from '../../model/ui.ts';
import {formatDuration} from '../../model/words.ts';
import {Frame} from '../components/frame.tsx';
import {Prose, readingColumns} from '../components/text.tsx';
import type {Screen, Size} from '../display.ts';
import {isStroke} from '../keyboard.ts';
import {createStore, type Store, useStore} from '../store.ts';

/** Shows what is waited for, with a countdown. */
export function waitScreen(news: AsyncIterable<WaitNews>, leave: () => void): Screen<void> {
  const store = createStore<WaitNews | undefined>(undefined);
  const follow = async () => {
    for await (const each of news) store.update(() => each);
  };
  return {
    draw: size => <WaitView store={store} size={size} />,
    press(stroke) {
      if (isStroke(stroke, 'q', 'interrupt', 'escape')) leave();
    },
    outcome: follow(),
  };
}

export function WaitView({store, size}: {store: Store<WaitNews | undefined>; size: Size}) {
  const news = useStore(store);
  const status = news ? `next look in ${news.next} s, ${formatDuration(news.left * 1000)} left` : '';
  return (
    <Frame size={size} title="Waiting for the DNS" status={status} isBusy hints={[['q', 'back to the plan']]}>
      {({columns}) => (
        <Box flexDirection="column">
          {news?.texts.map(text => (
            <Prose key={text} text={text} columns={Math.min(columns, readingColumns)} />
          ))}
        </Box>
      )}
    </Frame>
  );
}
