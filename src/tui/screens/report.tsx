import {Box, Text} from 'ink';
import type {Run} from '../../model/run.ts';
import type {Report} from '../../model/ui.ts';
import {countOutcomes, formatDuration, placeNames} from '../../model/words.ts';
import {ProblemPanel} from '../components/panel.tsx';
import {Prose, readingColumns} from '../components/prose.tsx';
import {useTheme} from '../theme.ts';
import {EndedCheck} from './ended.tsx';

/** What is said at the end; the outcome and what to do come last, since that is what stays in view. */
export function ReportScreen({report, columns}: {readonly report: Report; readonly columns: number}) {
  const {quiet} = useTheme();
  const {run, journal, next} = report;
  const width = Math.min(readingColumns, columns);
  return (
    <Box flexDirection="column" marginTop={1} rowGap={1}>
      <Proofs run={run} columns={width} />
      <Faults run={run} columns={width} />
      <Headline report={report} columns={width} />
      {next.length > 0 && <Next steps={next} columns={width} />}
      <Box flexDirection="column">
        <Text {...quiet}>Everything that was done is written in</Text>
        <Text>{journal}</Text>
      </Box>
    </Box>
  );
}

const headlines = {
  done: 'The server is set up',
  failed: 'Not everything worked',
  stopped: 'Stopped, as you asked',
  'plan-changed': 'The machine changed meanwhile, so nothing was done',
} as const;

type RunProps = {readonly run: Run; readonly columns: number};

function Headline({report: {run, address}, columns}: {readonly report: Report; readonly columns: number}) {
  const {glyphs, good, bad, warning, accent, quiet} = useTheme();
  const isDone = run.outcome === 'done';
  const style = isDone ? good : run.outcome === 'failed' ? bad : warning;
  return (
    <Box flexDirection="column">
      <Text {...style} bold>
        {isDone ? glyphs.good : glyphs.bad} {run.outcome ? headlines[run.outcome] : 'The run broke off'}
      </Text>
      {isDone && (
        <Text>
          Meet at <Text {...accent}>{address}</Text>
        </Text>
      )}
      <Prose text={tellCounts(run)} columns={columns} style={quiet} />
    </Box>
  );
}

function tellCounts(run: Run): string {
  const time = run.ms === undefined ? '' : `, in ${formatDuration(run.ms)}`;
  return `${countOutcomes(run) || 'nothing had to be done'}${tellPlaces(run)}${time}`;
}

function tellPlaces({steps}: Run): string {
  const changed = [...steps.values()].filter(({state}) => state === 'changed' || state === 'warned');
  const places = new Set(changed.map(({place}) => placeNames[place]));
  return places.size === 0 ? '' : ` (${[...places].join(', ')})`;
}

function Proofs({run, columns}: RunProps) {
  const checks = [...run.checks.values()];
  if (checks.length === 0) return null;
  return (
    <Box flexDirection="column">
      <Text bold>Checks</Text>
      {checks.map(check => (
        <EndedCheck key={check.check} check={check} columns={columns} />
      ))}
    </Box>
  );
}

function Faults({run, columns}: RunProps) {
  return [...run.steps.values()].map(
    ({id, title, problem}) => problem && <ProblemPanel key={id} problem={problem} title={title} columns={columns} />,
  );
}

function Next({steps, columns}: {readonly steps: readonly string[]; readonly columns: number}) {
  return (
    <Box flexDirection="column">
      <Text bold>What to do next</Text>
      {steps.map((step, index) => (
        <Box key={step} columnGap={1}>
          <Box flexShrink={0}>
            <Text>{index + 1}.</Text>
          </Box>
          <Prose text={step} columns={columns - 3} />
        </Box>
      ))}
    </Box>
  );
}
