import {Box, Text} from 'ink';
import {encode} from 'uqr';
import {useTheme} from '../theme.ts';

/** A code as a terminal draws it: its rows, each of pieces that are dark or light. */
export type DrawnCode = {
  readonly columns: number;
  readonly rows: readonly (readonly {readonly text: string; readonly isDark?: boolean}[])[];
};

const halves: Readonly<Record<string, string>> = {'00': ' ', '01': '▄', '10': '▀', '11': '█'};

/** Encodes a text. With half blocks a row holds two rows of the code; without them, a dot is two spaces on its colour. */
export function drawCode(text: string, {hasBlocks, ecc = 'M'}: {hasBlocks: boolean; ecc?: 'L' | 'M'}): DrawnCode {
  const {data} = encode(text, {ecc, border: 2});
  return hasBlocks
    ? {columns: data[0]?.length ?? 0, rows: halveRows(data).map(row => [{text: row}])}
    : {columns: (data[0]?.length ?? 0) * 2, rows: data.map(joinDots)};
}

function halveRows(data: readonly (readonly boolean[])[]): readonly string[] {
  return data.flatMap((upper, y) => {
    if (y % 2 === 1) return [];
    const lower = data[y + 1] ?? [];
    return [upper.map((isDark, x) => halves[`${Number(isDark)}${Number(lower[x] ?? false)}`]).join('')];
  });
}

function joinDots(row: readonly boolean[]): DrawnCode['rows'][number] {
  const pieces: {text: string; isDark: boolean}[] = [];
  for (const isDark of row) {
    const last = pieces.at(-1);
    if (last?.isDark === isDark) last.text += '  ';
    else pieces.push({text: '  ', isDark});
  }
  return pieces;
}

/** Shows a code that a phone can read off the screen. */
export function QrCode({code}: {code: DrawnCode}) {
  const {hasColor} = useTheme();
  // Readers want dark on light, whatever colours the terminal has.
  const light = hasColor ? {color: 'black', backgroundColor: 'whiteBright'} : {inverse: true};
  const dark = hasColor ? {backgroundColor: 'black'} : {};
  return (
    <Box flexDirection="column" flexShrink={0}>
      {code.rows.map((row, y) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of a drawing has no name but its place.
        <Text key={y}>
          {row.map(({text, isDark}, x) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: nor has a piece of it.
            <Text key={x} {...(isDark ? dark : light)}>
              {text}
            </Text>
          ))}
        </Text>
      ))}
    </Box>
  );
}
