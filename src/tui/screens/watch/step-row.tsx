import {Box, Text} from 'ink';
import {hasEnded, type StepView} from '../../../model/run.ts';
import {formatBytes, formatClock, formatDuration, formatProgress, outcomeWords} from '../../../model/words.ts';
import {ProblemPanel} from '../../components/panel.tsx';
import {Cell, Line} from '../../components/text.tsx';
import {signOfStep, useTheme} from '../../theme.ts';
import {type RunView, rateOf} from './run-store.ts';

type StepRowProps = {step: StepView; view: RunView; columns: number; isTall: boolean};

/** Shows a current step: its title, how long it has run, and its latest news, in a line of its own if the row is tall. */
export function StepRow({step, view, columns, isTall}: StepRowProps) {
  const {glyphs, accent, quiet} = useTheme();
  const isWaiting = step.state === 'waiting';
  const news = newsOf(step, rateOf(view, step.id));
  const isBeside = !isTall && columns >= 60 && news !== '';
  return (
    <Box flexDirection="column" flexShrink={0} width={columns}>
      <Box columnGap={1}>
        {isWaiting ? <Cell {...quiet}>{glyphs.waiting}</Cell> : <Cell {...accent}>{glyphs.pointer}</Cell>}
        <Box flexShrink={isBeside ? 0 : 1} flexGrow={isBeside ? 0 : 1}>
          <Line>{step.title}</Line>
        </Box>
        {isBeside && (
          <Box flexGrow={1} flexShrink={1} overflow="hidden">
            <Line {...quiet}>
              {glyphs.dot} {news}
            </Line>
          </Box>
        )}
        {step.started !== undefined && !isWaiting && <Cell {...quiet}>{formatClock(view.now - step.started)}</Cell>}
      </Box>
      {isTall && <NewsLine step={step} news={news} columns={columns - 2} />}
    </Box>
  );
}

/** Shows the news of a step, a download with a bar. */
function NewsLine({step: {state, progress}, news, columns}: {step: StepView; news: string; columns: number}) {
  const {quiet} = useTheme();
  const {done, total, unit} = progress ?? {done: 0};
  const hasBar = state !== 'waiting' && unit === 'bytes' && total !== undefined && total > 0;
  return (
    <Box paddingLeft={2} columnGap={2} height={1} overflow="hidden">
      {hasBar && <ProgressBar share={done / total} columns={Math.min(30, Math.floor(columns / 3))} />}
      <Line {...quiet}>{news || ' '}</Line>
    </Box>
  );
}

function newsOf({state, progress, line = '', waitingFor}: StepView, rate: number | undefined): string {
  if (state === 'waiting') return `waiting for: ${waitingFor}`;
  if (!progress) return line.replaceAll('\t', ' ').trim();
  const {done, total} = progress;
  if (rate === undefined || rate < 1) return formatProgress(progress);
  const seconds = total === undefined ? 0 : (total - done) / rate;
  const left = seconds < 1 ? [] : [`${formatClock(seconds * 1000)} left`];
  return [formatProgress(progress), `${formatBytes(rate)}/s`, ...left].join(', ');
}

/** Draws a bar that is filled up to `share` (0 to 1). */
export function ProgressBar({share, columns}: {share: number; columns: number}) {
  const {accent, quiet, glyphs} = useTheme();
  const full = Math.round(Math.min(1, Math.max(0, share)) * columns);
  return (
    <Line>
      <Text {...accent} bold={false}>
        {glyphs.full.repeat(full)}
      </Text>
      <Text {...quiet}>{glyphs.empty.repeat(Math.max(0, columns - full))}</Text>
    </Line>
  );
}

/** Shows a step that has ended, for the transcript; `cause` is the failed step because of which it was skipped. */
export function EndedStep({step, cause, columns}: {step: StepView; cause: string | undefined; columns: number}) {
  const theme = useTheme();
  const {title, state, ms = 0, problem} = step;
  if (!hasEnded(state)) return null;
  const [sign, style] = signOfStep(theme, state);
  return (
    <>
      <Box columnGap={1}>
        <Cell {...style}>{sign}</Cell>
        <Box flexGrow={1}>
          <Line>
            {title}
            {state !== 'changed' && <Text {...style}>{` ${theme.glyphs.dot} ${outcomeWords[state]}`}</Text>}
          </Line>
        </Box>
        {ms >= 100 && <Cell {...theme.quiet}>{formatDuration(ms)}</Cell>}
      </Box>
      {cause && (
        <Box paddingLeft={2}>
          <Line {...theme.quiet}>it needs: {cause}</Line>
        </Box>
      )}
      {problem && <ProblemPanel problem={problem} columns={columns} isWarning={state === 'warned'} />}
    </>
  );
}
