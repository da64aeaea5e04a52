import {Box, Text} from 'ink';
import {useTheme} from '../theme.ts';
import {Spinner} from './spinner.tsx';

type HeaderProps = {
  readonly title: string;
  readonly status?: string | undefined;
  readonly columns: number;
  readonly isBusy?: boolean;
  /** How often the sign of being busy has turned, where the screen moves it. */
  readonly turns?: number;
};

const program = 'jitsi-onebox';

/**
 * The first line of every screen: the program, where the owner is, and how it stands; where it is narrow, less of it. What turns
 * stands at the end of the line, since the terminal is sent the rest of a line from where it changes.
 */
export function Header({title, status = '', columns, isBusy = false, turns}: HeaderProps) {
  const {accent, quiet, glyphs} = useTheme();
  const taken = title.length + status.length + (isBusy ? 2 : 0);
  const hasProgram = program.length + 3 + taken + 2 <= columns;
  const hasStatus = taken + 2 <= columns;
  return (
    <Box flexShrink={0} height={1} width={columns} justifyContent="space-between" overflow="hidden">
      <Text wrap="truncate">
        {hasProgram && <Text {...accent}>{program}</Text>}
        {hasProgram && <Text {...quiet}> {glyphs.dot} </Text>}
        <Text bold>{title}</Text>
      </Text>
      <Box columnGap={1} flexShrink={0}>
        {hasStatus && <Text {...quiet}>{status}</Text>}
        {isBusy && <Spinner turns={turns} />}
      </Box>
    </Box>
  );
}
