import {Box, Text} from 'ink';
import type {ProblemReport} from '../../model/problem.ts';
import {useTheme} from '../theme.ts';
import {Prose, readingColumns} from './prose.tsx';

type ProblemPanelProps = {
  readonly problem: ProblemReport;
  readonly title?: string;
  readonly columns: number;
  /** What only warns looks milder. */
  readonly isWarning?: boolean;
};

/** What is wrong and what to do, each in words; a panel of its own wherever it shows. */
export function ProblemPanel({problem, title, columns, isWarning = false}: ProblemPanelProps) {
  const {glyphs, bad, warning, quiet} = useTheme();
  const style = isWarning ? warning : bad;
  const {color} = style;
  const width = Math.min(readingColumns, columns);
  const text = width - 4;
  return (
    <Box
      flexDirection="column"
      flexShrink={0}
      width={width}
      borderStyle={glyphs.border}
      paddingX={1}
      {...(color !== undefined && {borderColor: color})}
    >
      <Text {...style} wrap="truncate">
        {isWarning ? glyphs.warning : glyphs.bad} {title ?? (isWarning ? 'Warning' : 'Problem')}
      </Text>
      <Prose text={problem.summary} columns={text} />
      <Text bold>What to do</Text>
      <Prose text={problem.remedy} columns={text} />
      <Text {...quiet} wrap="truncate">
        {problem.code}
      </Text>
    </Box>
  );
}
