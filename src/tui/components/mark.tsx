import {Box, Text, type TextProps} from 'ink';

/** The sign at the start of a line; it keeps its column however long the line is. */
export function Mark({sign, style}: {readonly sign: string; readonly style: TextProps}) {
  return (
    <Box flexShrink={0}>
      <Text {...style}>{sign}</Text>
    </Box>
  );
}
