import {Box, Text} from 'ink';
import type {CheckView, Run} from '../../model/run.ts';
import type {Forward, Report} from '../../model/ui.ts';
import {countOutcomes, formatDuration, placeNames} from '../../model/words.ts';
import {ProblemPanel} from '../components/panel.tsx';
import {Prose, readingColumns} from '../components/prose.tsx';
import {drawCode, QrCode} from '../components/qr-code.tsx';
import {useTheme} from '../theme.ts';
import {EndedCheck} from './ended.tsx';

/** What is said at the end; the outcome and what to do come last, since that is what stays in view. */
export function ReportScreen({report, columns}: {readonly report: Report; readonly columns: number}) {
  const {glyphs} = useTheme();
  const {run, address = '', journal, forwards, next} = report;
  const width = Math.min(readingColumns, columns);
  // Half blocks are nothing that ASCII has.
  const code = run.outcome === 'done' && address !== '' && glyphs.border === 'round' ? drawCode(address) : [];
  const codeColumns = code.length === 0 ? 0 : (code[0]?.length ?? 0) + 2;
  const beside = width - codeColumns < leastBeside ? width : width - codeColumns;
  return (
    <Box flexDirection="column" marginTop={1} rowGap={1}>
      <Proofs run={run} columns={width} />
      <Faults run={run} columns={width} />
      <Box columnGap={2} flexWrap="wrap">
        {codeColumns <= width && <QrCode rows={code} />}
        <Box flexDirection="column" rowGap={1} width={beside}>
          <Headline report={report} columns={beside} />
          {next.length > 0 && <Next steps={next} columns={beside} />}
        </Box>
      </Box>
      {forwards.length > 0 && <Forwards forwards={forwards} columns={width} />}
      {journal !== undefined && <Journal path={journal} columns={width} />}
    </Box>
  );
}

/** What is said beside the code needs so many columns, or stands beneath it. */
const leastBeside = 40;

function Journal({path, columns}: {readonly path: string; readonly columns: number}) {
  const {quiet} = useTheme();
  return (
    <Box flexDirection="column">
      <Text {...quiet}>Everything that was done is written in</Text>
      <Prose text={path} columns={columns} />
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

function Headline({
  report: {run, address, done = headlines.done},
  columns,
}: {
  readonly report: Report;
  readonly columns: number;
}) {
  const {glyphs, good, bad, warning, accent, quiet} = useTheme();
  const isDone = run.outcome === 'done';
  const style = isDone ? good : run.outcome === 'failed' ? bad : warning;
  return (
    <Box flexDirection="column">
      <Text {...style} bold>
        {isDone ? glyphs.good : glyphs.bad} {tellOutcome(run, done)}
      </Text>
      {isDone && address !== undefined && (
        <Text>
          Meet at <Text {...accent}>{address}</Text>
        </Text>
      )}
      <Prose text={tellCounts(run)} columns={columns} style={quiet} />
    </Box>
  );
}

function tellOutcome({outcome}: Run, done: string): string {
  if (outcome === 'done') return done;
  return outcome ? headlines[outcome] : 'The run broke off';
}

function Forwards({forwards, columns}: {readonly forwards: readonly Forward[]; readonly columns: number}) {
  const {quiet, glyphs} = useTheme();
  // Where a line is short, what a port is for stands beneath it.
  const isNarrow = columns < 60;
  return (
    <Box flexDirection="column">
      <Text bold>What the router has to forward</Text>
      {forwards.map(({port, protocol, to, purpose}) => (
        <Box key={`${port}/${protocol}`} columnGap={2} flexDirection={isNarrow ? 'column' : 'row'}>
          <Text>{`${`${port}/${protocol}`.padEnd(9)}  ${glyphs.map.heads[1]} ${to}`}</Text>
          <Box paddingLeft={isNarrow ? 2 : 0}>
            <Prose text={purpose} columns={isNarrow ? columns - 2 : columns - 15 - to.length} style={quiet} />
          </Box>
        </Box>
      ))}
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

const verdicts: readonly (readonly [title: string, states: readonly CheckView['state'][]])[] = [
  ['What works', ['ok']],
  ['What to keep in mind', ['warning']],
  ['What does not work yet', ['failed', 'unknown']],
];

function Proofs({run, columns}: RunProps) {
  const checks = [...run.checks.values()];
  if (checks.length === 0) return null;
  return (
    <Box flexDirection="column" rowGap={1}>
      {verdicts.map(([title, states]) => (
        <Verdicts
          key={title}
          title={title}
          checks={checks.filter(({state}) => states.includes(state))}
          columns={columns}
        />
      ))}
    </Box>
  );
}

type VerdictsProps = {readonly title: string; readonly checks: readonly CheckView[]; readonly columns: number};

function Verdicts({title, checks, columns}: VerdictsProps) {
  if (checks.length === 0) return null;
  return (
    <Box flexDirection="column">
      <Text bold>{title}</Text>
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
