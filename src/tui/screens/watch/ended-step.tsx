import {Box, Text} from 'ink';
import type {StepView} from '../../../model/run.ts';
import {formatDuration, isSettled} from '../../../model/words.ts';
import {ProblemPanel} from '../../components/panel.tsx';
import {Mark} from '../../components/prose.tsx';
import {markOfStep, useTheme} from '../../theme.ts';

type EndedStepProps = {
  readonly step: StepView;
  /** The title of the step whose failure caused this one to be skipped. */
  readonly cause: string | undefined;
  readonly columns: number;
};

/** Shows a step that has ended, for the transcript. */
export function EndedStep({step, cause, columns}: EndedStepProps) {
  const theme = useTheme();
  if (!isSettled(step.state)) return null;
  const {mark, style} = markOfStep(theme, step.state);
  return (
    <>
      <Box columnGap={1}>
        <Mark sign={mark} style={style} />
        <Box flexGrow={1}>
          <Text wrap="truncate">
            {step.title}
            {step.state !== 'changed' && (
              <Text {...style}>
                {' '}
                {theme.glyphs.dot} {step.state}
              </Text>
            )}
          </Text>
        </Box>
        <Box flexShrink={0}>
          <Text {...theme.quiet}>{step.ms !== undefined && step.ms >= 100 && formatDuration(step.ms)}</Text>
        </Box>
      </Box>
      {cause && (
        <Box paddingLeft={2}>
          <Text {...theme.quiet} wrap="truncate">
            it needs: {cause}
          </Text>
        </Box>
      )}
      {step.problem && <ProblemPanel problem={step.problem} columns={columns} isWarning={step.state === 'warned'} />}
    </>
  );
}
