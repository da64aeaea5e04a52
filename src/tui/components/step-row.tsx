import {Box, Text} from 'ink';
import type {StepView} from '../../model/run.ts';
import {formatBytes, formatClock, formatProgress} from '../../model/words.ts';
import {useTheme} from '../theme.ts';
import {Mark} from './mark.tsx';
import {ProgressBar} from './progress-bar.tsx';

type StepRowProps = {
  readonly step: StepView;
  readonly now: number;
  /** Units a second, where that is known. */
  readonly rate: number | undefined;
  readonly columns: number;
  /** Whether there is room for a second line. */
  readonly isTall: boolean;
};

/** A step in hand: what it is, for how long it has run, and the newest that is known of it. */
export function StepRow({step, now, rate, columns, isTall}: StepRowProps) {
  const {glyphs, accent, quiet} = useTheme();
  const isWaiting = step.state === 'waiting';
  const isBeside = !isTall && columns >= 60 && tellNewest(step, rate) !== '';
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
              {glyphs.dot} {tellNewest(step, rate)}
            </Text>
          </Box>
        )}
        <Box flexShrink={0}>
          <Text {...quiet}>{clock}</Text>
        </Box>
      </Box>
      {isTall && <Newest step={step} rate={rate} columns={columns - 2} />}
    </Box>
  );
}

function Newest({step, rate, columns}: Pick<StepRowProps, 'step' | 'rate' | 'columns'>) {
  const {quiet} = useTheme();
  const {state, progress} = step;
  if (state !== 'waiting' && progress?.unit === 'bytes')
    return <Bytes progress={progress} rate={rate} columns={columns} />;
  return (
    <Box paddingLeft={2} height={1} overflow="hidden">
      <Text {...quiet} wrap="truncate">
        {tellNewest(step, rate) || ' '}
      </Text>
    </Box>
  );
}

/** The newest that is known of a step, in a line. */
function tellNewest({state, progress, line = '', waitingFor}: StepView, rate: number | undefined): string {
  if (state === 'waiting') return `waits until ${waitingFor} is done`;
  if (progress) return [formatProgress(progress), ...tellRate(progress, rate)].join(', ');
  return line.replaceAll('\t', ' ').trim();
}

type BytesProps = {
  readonly progress: NonNullable<StepView['progress']>;
  readonly rate: number | undefined;
  readonly columns: number;
};

function Bytes({progress, rate, columns}: BytesProps) {
  const {quiet} = useTheme();
  const {done, total} = progress;
  const text = [formatProgress(progress), ...tellRate(progress, rate)].join(', ');
  const bar = Math.min(30, Math.floor(columns / 3));
  return (
    <Box paddingLeft={2} columnGap={2} height={1} overflow="hidden">
      {total !== undefined && total > 0 && <ProgressBar share={done / total} columns={bar} />}
      <Text {...quiet} wrap="truncate">
        {text}
      </Text>
    </Box>
  );
}

function tellRate({done, total}: BytesProps['progress'], rate: number | undefined): readonly string[] {
  if (rate === undefined || rate < 1) return [];
  const left =
    total === undefined || total - done < rate ? [] : [`${formatClock(((total - done) * 1000) / rate)} left`];
  return [`${formatBytes(rate)}/s`, ...left];
}
