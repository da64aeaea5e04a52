import {Box, Text} from 'ink';
import type {ProblemReport} from '../../model/problem.ts';
import {useTheme} from '../theme.ts';

/** What is wrong and what to do, each in words; a panel of its own wherever it shows. */
export function ProblemPanel({problem, title}: {readonly problem: ProblemReport; readonly title?: string}) {
  const {glyphs, bad, quiet} = useTheme();
  const {color} = bad;
  return (
    <Box
      flexDirection="column"
      flexShrink={0}
      borderStyle={glyphs.border}
      paddingX={1}
      {...(color !== undefined && {borderColor: color})}
    >
      <Text>
        <Text {...bad}>
          {glyphs.bad} {title ?? 'Problem'}
        </Text>
        <Text {...quiet}> {problem.code}</Text>
      </Text>
      <Text>{problem.summary}</Text>
      <Text bold>What to do</Text>
      <Text>{problem.remedy}</Text>
    </Box>
  );
}
