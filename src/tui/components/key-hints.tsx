import {Box, Text} from 'ink';
import {useTheme} from '../theme.ts';

export type Hint = readonly [key: string, meaning: string];

/** The two last lines of a screen: what the keys do here. Where one line holds them all, the first is empty. */
export function KeyHints({hints, columns}: {readonly hints: readonly Hint[]; readonly columns: number}) {
  const lines = hintLines(hints, columns);
  return (
    <Box flexDirection="column" flexShrink={0} marginTop={2 - lines.length}>
      {lines.map(line => (
        <Line key={line[0]?.[0]} hints={line} gap={gapIn(columns)} />
      ))}
    </Box>
  );
}

function gapIn(columns: number): number {
  return columns < 60 ? 2 : 3;
}

function Line({hints, gap}: {readonly hints: readonly Hint[]; readonly gap: number}) {
  const {accent, quiet} = useTheme();
  return (
    <Box columnGap={gap} height={1} overflow="hidden">
      {hints.map(([key, meaning]) => (
        <Box key={key} flexShrink={0}>
          <Text {...accent}>{key}</Text>
          <Text {...quiet}> {meaning}</Text>
        </Box>
      ))}
    </Box>
  );
}

/** The hints in one line or two; what does not fit into two is left out, so the least important come last. */
export function hintLines(hints: readonly Hint[], columns: number): readonly (readonly Hint[])[] {
  const first = hintsWithin(hints, columns);
  const rest = hints.filter(hint => !first.includes(hint));
  return rest.length === 0 ? [first] : [first, hintsWithin(rest, columns)];
}

function hintsWithin(hints: readonly Hint[], columns: number): readonly Hint[] {
  const gap = gapIn(columns);
  let used = -gap;
  return hints.filter(([key, meaning]) => {
    const width = key.length + 1 + meaning.length + gap;
    if (used + width > columns) return false;
    used += width;
    return true;
  });
}
