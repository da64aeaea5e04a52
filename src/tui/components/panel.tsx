import {Box, Text} from 'ink';
import type {ProblemReport} from '../../model/problem.ts';
import {useTheme} from '../theme.ts';
import {foldCommand, Line, Prose, readingColumns} from './text.tsx';

type ProblemPanelProps = {problem: ProblemReport; title?: string; columns: number; isWarning?: boolean};

/** Shows a problem, why it matters and what to do. No lines at its sides, so that a command can be copied. */
export function ProblemPanel({problem, title, columns, isWarning = false}: ProblemPanelProps) {
  const {glyphs, bad, warning, quiet, accent} = useTheme();
  const style = isWarning ? warning : bad;
  const {color} = style;
  const width = Math.min(readingColumns, columns);
  const explains = `jitsi-onebox explain ${problem.code}`;
  return (
    <Box
      flexDirection="column"
      flexShrink={0}
      width={width}
      borderStyle={glyphs.border}
      borderLeft={false}
      borderRight={false}
      borderBottom={false}
      {...(color !== undefined && {borderColor: color})}
    >
      <Line {...style}>
        {isWarning ? glyphs.warning : glyphs.bad} {title ?? (isWarning ? 'Warning' : 'Problem')}
      </Line>
      <Prose text={problem.summary} columns={width} />
      {problem.why !== undefined && (
        <>
          <Text bold>Why it matters</Text>
          <Prose text={problem.why} columns={width} />
        </>
      )}
      <Text bold>What to do</Text>
      <Prose text={problem.remedy} columns={width} />
      {problem.command !== undefined && <Text {...accent}>{foldCommand(problem.command, width)}</Text>}
      <Line {...quiet}>{explains.length > width ? problem.code : explains}</Line>
    </Box>
  );
}
