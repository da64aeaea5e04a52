import {Box, Text} from 'ink';
import {useTheme} from '../theme.ts';
import {Spinner} from './spinner.tsx';

type HeaderProps = {
  readonly title: string;
  readonly status?: string;
  readonly columns: number;
  readonly isBusy?: boolean;
};

const program = 'jitsi-onebox';

/** The first line of every screen: the program, where the owner is, and how it stands; where it is narrow, less of it. */
export function Header({title, status = '', columns, isBusy = false}: HeaderProps) {
  const {accent, quiet, glyphs} = useTheme();
  const hasProgram = program.length + 3 + title.length + 4 + status.length <= columns;
  const hasStatus = title.length + 2 + status.length <= columns;
  return (
    <Box flexShrink={0} height={1} width={columns} justifyContent="space-between" overflow="hidden">
      <Box columnGap={1}>
        {isBusy && <Spinner />}
        <Text wrap="truncate">
          {hasProgram && <Text {...accent}>{program}</Text>}
          {hasProgram && <Text {...quiet}> {glyphs.dot} </Text>}
          <Text bold>{title}</Text>
        </Text>
      </Box>
      {hasStatus && <Text {...quiet}>{status}</Text>}
    </Box>
  );
}
