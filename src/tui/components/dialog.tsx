import {Box, Text} from 'ink';
import {isSmall, type Size} from '../screen.ts';
import {useTheme} from '../theme.ts';
import {type Hint, KeyHints} from './key-hints.tsx';
import {Prose} from './prose.tsx';

type DialogProps = {
  readonly question: string;
  readonly text: string;
  readonly hints: readonly Hint[];
  readonly size: Size;
};

/** Asks before something ends; it takes the place of the key hints, so that the screen stays in view. */
export function Dialog({question, text, hints, size}: DialogProps) {
  const {glyphs, warning} = useTheme();
  const {color} = warning;
  const columns = isSmall(size) ? size.columns : size.columns - 4;
  const frame = {borderStyle: glyphs.border, paddingX: 1, ...(color !== undefined && {borderColor: color})};
  return (
    <Box flexDirection="column" flexShrink={0} marginTop={1} {...(!isSmall(size) && frame)}>
      <Text bold {...warning}>
        {question}
      </Text>
      <Prose text={text} columns={columns} />
      <KeyHints hints={hints} columns={columns} />
    </Box>
  );
}
