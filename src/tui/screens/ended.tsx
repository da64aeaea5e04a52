import {Box, Text} from 'ink';
import type {CheckView, StepView} from '../../model/run.ts';
import {formatDuration, isSettled} from '../../model/words.ts';
import {Mark} from '../components/mark.tsx';
import {ProblemPanel} from '../components/panel.tsx';
import {Verdict} from '../components/verdict.tsx';
import {markOfStep, useTheme} from '../theme.ts';

type EndedStepProps = {
  readonly step: StepView;
  /** What the step would have needed. */
  readonly cause: string | undefined;
  readonly columns: number;
};

/** A step that is over, as it stays in the transcript. */
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

/** A check that is over, with what to do about it. */
export function EndedCheck({check, columns}: {readonly check: CheckView; readonly columns: number}) {
  const {state, summary, remedy} = check;
  return (
    state !== 'running' && <Verdict state={state} text={summary ?? check.check} remedy={remedy} columns={columns} />
  );
}
