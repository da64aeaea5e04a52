import {Text} from 'ink';
import type {PatchLine} from '../../model/patch.ts';
import {type Theme, useTheme} from '../theme.ts';

const styles: Readonly<Record<PatchLine['kind'], (theme: Theme) => object>> = {
  note: () => ({bold: true}),
  file: ({quiet}) => quiet,
  hunk: ({accent}) => ({...accent, bold: false}),
  added: ({good}) => good,
  removed: ({bad}) => ({...bad, bold: false}),
  context: () => ({}),
};

/** Lines of a change, coloured; `shift` columns are scrolled out to the left. */
export function DiffView({lines, shift}: {readonly lines: readonly PatchLine[]; readonly shift: number}) {
  const theme = useTheme();
  return lines.map(({kind, text}, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a line of a diff has no name but its place.
    <Text key={index} wrap="truncate" {...styles[kind](theme)}>
      {text.replaceAll('\t', '    ').slice(shift) || ' '}
    </Text>
  ));
}
