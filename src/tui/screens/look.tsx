import {setImmediate} from 'node:timers/promises';
import {Box, Text} from 'ink';
import stringWidth from 'string-width';
import {sortFacts} from '../../model/facts.ts';
import type {DetectedFact} from '../../model/ui.ts';
import {Frame} from '../components/frame.tsx';
import {Cell, Line} from '../components/text.tsx';
import type {Screen, ScreenContext, Size} from '../display.ts';
import {createStore, type Store, useStore} from '../store.ts';
import {useTheme} from '../theme.ts';
import {leaveOn, pause} from './pause.tsx';

/** Shows facts as they are detected; they stay in the transcript. */
export function lookScreen(detected: AsyncIterable<DetectedFact>, {interrupt}: ScreenContext): Screen<void> {
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

export function LookView({store, size}: {store: Store<readonly DetectedFact[]>; size: Size}) {
  const detected = useStore(store);
  const hints = [['Ctrl-C', 'leave']] as const;
  return (
    <Frame size={size} title="Looking around" status="looking changes nothing" isBusy hints={hints}>
      {({rows, columns}) => <FactList detected={detected.slice(-rows)} columns={columns} />}
    </Frame>
  );
}

/** Shows facts in columns: name, value and source. */
function FactList({detected, columns}: {detected: readonly DetectedFact[]; columns: number}) {
  const {quiet} = useTheme();
  const name = columns < 60 ? 15 : 16;
  return detected.map(({fact, text, source}) => (
    <Box key={fact} columnGap={2} height={1} overflow="hidden">
      <Cell width={name} {...quiet}>
        {fact}
      </Cell>
      <Box flexGrow={1}>
        <Line>{text}</Line>
      </Box>
      {columns >= 60 && (
        // The value gets most of the room, but never squeezes the source out of sight.
        <Cell width={Math.min(stringWidth(source), Math.max(12, columns - name - 4 - stringWidth(text)))} {...quiet}>
          {source}
        </Cell>
      )}
    </Box>
  ));
}
