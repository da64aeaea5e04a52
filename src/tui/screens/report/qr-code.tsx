import {Box, Text} from 'ink';
import {encode} from 'uqr';
import {useTheme} from '../../theme.ts';

const halves: Readonly<Record<string, string>> = {'00': ' ', '01': '▄', '10': '▀', '11': '█'};

/** Shows a code that a phone can read off the screen. */
export function QrCode({rows}: {readonly rows: readonly string[]}) {
  const {hasColor} = useTheme();
  // Readers want dark on light, whatever colours the terminal has.
  const style = hasColor ? {color: 'black', backgroundColor: 'whiteBright'} : {inverse: true};
  return (
    <Box flexDirection="column" flexShrink={0}>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of a drawing has no name but its place.
        <Text key={index} {...style}>
          {row}
        </Text>
      ))}
    </Box>
  );
}

/** Encodes a text; each row of half blocks holds two rows of the code. */
export function drawCode(text: string): readonly string[] {
  const {data} = encode(text, {ecc: 'M', border: 2});
  return data.flatMap((upper, y) => {
    if (y % 2 === 1) return [];
    const lower = data[y + 1] ?? [];
    return [upper.map((isDark, x) => halves[`${Number(isDark)}${Number(lower[x] ?? false)}`]).join('')];
  });
}
