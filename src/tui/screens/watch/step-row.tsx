import {Box, Text} from 'ink';
import type {StepView} from '../../../model/run.ts';
import {formatBytes, formatClock, formatProgress} from '../../../model/words.ts';
import {Mark} from '../../components/prose.tsx';
import {useTheme} from '../../theme.ts';

type StepRowProps = {
  readonly step: StepView;
  readonly now: number;
  /** Units per second, where that is known. */
  readonly rate: number | undefined;
  readonly columns: number;
  /** Whether there is room for a second line. */
  readonly isTall: boolean;
};

/** Shows a current step: its title, how long it has run, and its latest news. */
export function StepRow({step, now, rate, columns, isTall}: StepRowProps) {
  const {glyphs, accent, quiet} = useTheme();
  const isWaiting = step.state === 'waiting';
  const news = newsOf(step, rate);
  const isBeside = !isTall && columns >= 60 && news !== '';
  const clock = step.started === undefined || isWaiting ? '' : formatClock(now - step.started);
  return (
    <Box flexDirection="column" flexShrink={0} width={columns}>
      <Box columnGap={1}>
        <Mark sign={isWaiting ? glyphs.waiting : glyphs.pointer} style={isWaiting ? quiet : accent} />
        <Box flexShrink={isBeside ? 0 : 1} flexGrow={isBeside ? 0 : 1}>
          <Text wrap="truncate">{step.title}</Text>
        </Box>
        {isBeside && (
          <Box flexGrow={1} flexShrink={1} overflow="hidden">
            <Text {...quiet} wrap="truncate">
              {glyphs.dot} {news}
            </Text>
          </Box>
        )}
        <Box flexShrink={0}>
          <Text {...quiet}>{clock}</Text>
        </Box>
      </Box>
      {isTall && <NewsLine step={step} news={news} columns={columns - 2} />}
    </Box>
  );
}

type NewsLineProps = {readonly step: StepView; readonly news: string; readonly columns: number};

/** Shows the news of a step in a line of its own, a download with a bar. */
function NewsLine({step: {state, progress}, news, columns}: NewsLineProps) {
  const {quiet} = useTheme();
  const {done, total, unit} = progress ?? {done: 0};
  const hasBar = state !== 'waiting' && unit === 'bytes' && total !== undefined && total > 0;
  return (
    <Box paddingLeft={2} columnGap={2} height={1} overflow="hidden">
      {hasBar && <ProgressBar share={done / total} columns={Math.min(30, Math.floor(columns / 3))} />}
      <Text {...quiet} wrap="truncate">
        {news || ' '}
      </Text>
    </Box>
  );
}

function newsOf({state, progress, line = '', waitingFor}: StepView, rate: number | undefined): string {
  if (state === 'waiting') return `waiting for: ${waitingFor}`;
  if (!progress) return line.replaceAll('\t', ' ').trim();
  const {done, total} = progress;
  if (rate === undefined || rate < 1) return formatProgress(progress);
  const left =
    total === undefined || total - done < rate ? [] : [`${formatClock(((total - done) * 1000) / rate)} left`];
  return [formatProgress(progress), `${formatBytes(rate)}/s`, ...left].join(', ');
}

/** Draws a bar that is filled up to `share` (0 to 1). */
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
