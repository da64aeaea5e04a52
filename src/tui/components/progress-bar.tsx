import {Text} from 'ink';
import {useTheme} from '../theme.ts';

/** A bar of so many columns, filled as far as `share` (0 to 1) says. */
export function ProgressBar({share, columns}: {readonly share: number; readonly columns: number}) {
  const {accent, quiet, glyphs} = useTheme();
  const full = Math.round(Math.min(1, Math.max(0, share)) * columns);
  return (
    <Text wrap="truncate">
      <Text {...accent} bold={false}>
        {glyphs.full.repeat(full)}
      </Text>
      <Text {...quiet}>{glyphs.empty.repeat(Math.max(0, columns - full))}</Text>
    </Text>
  );
}
