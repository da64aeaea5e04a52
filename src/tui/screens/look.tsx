import {setImmediate} from 'node:timers/promises';
import {Box, Text} from 'ink';
import stringWidth from 'string-width';
import {sortFacts} from '../../model/facts.ts';
import type {DetectedFact} from '../../model/ui.ts';
import {Frame} from '../components/frame.tsx';
import type {Screen, Size} from '../display.ts';
import {createStore, type Store, useStore} from '../store.ts';
import {useTheme} from '../theme.ts';
import {leaveOn, pause} from './pause.tsx';

/** Shows facts as they are detected; they stay in the transcript. */
export function lookScreen(detected: AsyncIterable<DetectedFact>, interrupt: () => void): Screen<void> {
  const store = createStore<readonly DetectedFact[]>([]);
  return {
    draw: size => <LookView store={store} size={size} />,
    press: stroke => leaveOn(stroke, interrupt),
    outcome: collect(detected, store),
    ending: () => ({
      lines: [
        ({columns}) => (
          <Box flexDirection="column">
            <Text bold>This machine and its network</Text>
            <FactList detected={sortFacts(store.get())} columns={columns} />
          </Box>
        ),
      ],
      meanwhile: pause('One moment', interrupt),
    }),
  };
}

async function collect(detected: AsyncIterable<DetectedFact>, store: Store<readonly DetectedFact[]>): Promise<void> {
  // Drawing the first frame takes less time than starting the programs that detect facts.
  await setImmediate();
  for await (const one of detected) {
    store.update(known => [...known.filter(({fact}) => fact !== one.fact), one]);
  }
}

/** Shows the newest facts. */
export function LookView({store, size}: {readonly store: Store<readonly DetectedFact[]>; readonly size: Size}) {
  const detected = useStore(store);
  return (
    <Frame size={size} title="Looking around" status="looking changes nothing" isBusy hints={[['Ctrl-C', 'leave']]}>
      {({rows, columns}) => <FactList detected={detected.slice(-rows)} columns={columns} />}
    </Frame>
  );
}

/** Shows facts in columns: name, value and source. */
function FactList({detected, columns}: {readonly detected: readonly DetectedFact[]; readonly columns: number}) {
  const {quiet} = useTheme();
  const name = columns < 60 ? 15 : 16;
  return detected.map(({fact, text, source}) => (
    <Box key={fact} columnGap={2} height={1} overflow="hidden">
      <Box width={name} flexShrink={0}>
        <Text {...quiet} wrap="truncate">
          {fact}
        </Text>
      </Box>
      <Box flexGrow={1}>
        <Text wrap="truncate">{text}</Text>
      </Box>
      {columns >= 60 && (
        <Box width={sourceColumns({text, source}, columns - name - 4)} flexShrink={0}>
          <Text {...quiet} wrap="truncate">
            {source}
          </Text>
        </Box>
      )}
    </Box>
  ));
}

/** Gives the value most of the room, but never squeezes the source out of sight. */
function sourceColumns({text, source}: Pick<DetectedFact, 'text' | 'source'>, room: number): number {
  return Math.min(stringWidth(source), Math.max(12, room - stringWidth(text)));
}
