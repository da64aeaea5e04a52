import {Box, Text} from 'ink';
import {useTheme} from '../theme.ts';

export type Hint = readonly [key: string, meaning: string];

/** The last line of a screen: what the keys do here; the least important come last and go first where it is narrow. */
export function KeyHints({hints, columns}: {readonly hints: readonly Hint[]; readonly columns: number}) {
  const {accent, quiet} = useTheme();
  return (
    <Box flexShrink={0} marginTop={1} columnGap={3} height={1} overflow="hidden">
      {hintsWithin(hints, columns).map(([key, meaning]) => (
        <Box key={key} flexShrink={0}>
          <Text {...accent}>{key}</Text>
          <Text {...quiet}> {meaning}</Text>
        </Box>
      ))}
    </Box>
  );
}

/** The hints that fit into a line, in their order. */
export function hintsWithin(hints: readonly Hint[], columns: number): readonly Hint[] {
  let used = -3;
  return hints.filter(([key, meaning]) => {
    const width = key.length + 1 + meaning.length + 3;
    if (used + width > columns) return false;
    used += width;
    return true;
  });
}
