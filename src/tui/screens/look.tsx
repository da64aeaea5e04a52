import {Box, Text} from 'ink';
import stringWidth from 'string-width';
import type {DetectedFact} from '../../model/ui.ts';
import {Header} from '../components/header.tsx';
import {type Hint, KeyHints} from '../components/key-hints.tsx';
import type {Size} from '../screen.ts';
import {type Store, useStore} from '../store.ts';
import {useTheme} from '../theme.ts';

const hints: readonly Hint[] = [['Ctrl-C', 'leave']];

/** Shows what is found out about the machine and its network, as it comes. */
export function LookScreen({store, size}: {readonly store: Store<readonly DetectedFact[]>; readonly size: Size}) {
  const detected = useStore(store);
  const room = Math.max(1, size.rows - 4);
  return (
    <>
      <Header title="Looking around" status="nothing is changed by looking" columns={size.columns} isBusy />
      <Box flexDirection="column" flexShrink={1} marginTop={1}>
        <FactList detected={detected.slice(-room)} columns={size.columns} />
      </Box>
      <KeyHints hints={hints} columns={size.columns} />
    </>
  );
}

/** What was found, as it stays in the transcript. */
export function Found({detected, columns}: FactListProps) {
  return (
    <Box flexDirection="column">
      <Text bold>This machine and its network</Text>
      <FactList detected={detected} columns={columns} />
    </Box>
  );
}

type FactListProps = {readonly detected: readonly DetectedFact[]; readonly columns: number};

/** Facts in columns: name, value, and where that is known from. */
function FactList({detected, columns}: FactListProps) {
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

/** The value comes first, but a source is never squeezed out of sight. */
function sourceColumns({text, source}: Pick<DetectedFact, 'text' | 'source'>, room: number): number {
  return Math.min(stringWidth(source), Math.max(12, room - stringWidth(text)));
}
