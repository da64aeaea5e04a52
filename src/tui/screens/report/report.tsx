import {Box, Text} from 'ink';
import type {ReactNode} from 'react';
import {titleOf} from '../../../model/catalogue.ts';
import type {CheckView, Run} from '../../../model/run.ts';
import type {Report} from '../../../model/ui.ts';
import {countOutcomes, formatDuration, headlineOf, placeNames} from '../../../model/words.ts';
import {Verdict} from '../../components/checks.tsx';
import {ProblemPanel} from '../../components/panel.tsx';
import {drawCode, QrCode} from '../../components/qr-code.tsx';
import {Cell, Prose, readingColumns} from '../../components/text.tsx';
import {useTheme} from '../../theme.ts';

/** The text next to the QR code needs this many columns; with fewer it is below. */
const leastBeside = 40;

/** The end of a run. Outcome and next steps come last, since that is what stays in view. */
export function ReportView({report, columns}: {report: Report; columns: number}) {
  const {glyphs} = useTheme();
  const {run, address = '', journal, forwards, next} = report;
  const width = Math.min(readingColumns, columns);
  // ASCII has no half blocks.
  const hasCode = run.outcome === 'done' && address !== '' && glyphs.hasBlocks;
  const code = hasCode ? drawCode(address, {hasBlocks: true}) : undefined;
  const codeColumns = code ? code.columns + 2 : 0;
  const beside = width - codeColumns < leastBeside ? width : width - codeColumns;
  return (
    <Box flexDirection="column" marginTop={1} rowGap={1}>
      {sections.map(([title, states]) => (
        <Checks key={title} title={title} run={run} states={states} columns={width} />
      ))}
      {[...run.steps.values()].map(
        ({id, title, problem}) => problem && <ProblemPanel key={id} problem={problem} title={title} columns={width} />,
      )}
      <Box columnGap={2} flexWrap="wrap">
        {code && codeColumns <= width && <QrCode code={code} />}
        <Box flexDirection="column" rowGap={1} width={beside}>
          <Headline report={report} columns={beside} />
          {next.length > 0 && <NextSteps steps={next} columns={beside} />}
        </Box>
      </Box>
      {forwards.length > 0 && <Forwards forwards={forwards} columns={width} />}
      {journal !== undefined && (
        <Section title="The journal of this run">
          <Prose text={journal} columns={width} />
        </Section>
      )}
    </Box>
  );
}

function Section({title, children}: {title: string; children: ReactNode}) {
  return (
    <Box flexDirection="column">
      <Text bold>{title}</Text>
      {children}
    </Box>
  );
}

const sections: readonly (readonly [title: string, states: readonly CheckView['state'][]])[] = [
  ['What works', ['ok']],
  ['What to keep in mind', ['warning']],
  ['What does not work yet', ['failed', 'unknown', 'starting']],
];

type ChecksProps = {title: string; run: Run; states: readonly CheckView['state'][]; columns: number};

function Checks({title, run, states, columns}: ChecksProps) {
  const checks = [...run.checks.values()].filter(({state}) => states.includes(state));
  if (checks.length === 0) return null;
  return (
    <Section title={title}>
      {checks.map(
        ({check, state, summary = titleOf(check), remedy}) =>
          state !== 'running' && <Verdict key={check} state={state} text={summary} remedy={remedy} columns={columns} />,
      )}
    </Section>
  );
}

function Headline({report, columns}: {report: Report; columns: number}) {
  const {glyphs, good, bad, warning, accent, quiet} = useTheme();
  const {run, address, done = headlineOf('done'), isRehearsal = false} = report;
  const isDone = run.outcome === 'done';
  const style = isDone ? good : run.outcome === 'failed' ? bad : warning;
  return (
    <Box flexDirection="column">
      <Text {...style} bold>
        {isDone ? glyphs.good : glyphs.bad} {isDone ? done : headlineOf(run.outcome)}
      </Text>
      {isDone && address !== undefined && (
        <Text>
          Meet at <Text {...accent}>{address}</Text>
        </Text>
      )}
      {!isRehearsal && <Prose text={summarizeRun(run)} columns={columns} {...quiet} />}
    </Box>
  );
}

/** Counts steps, places and time, `6 done (This machine, nginx), in 4.2 s`. */
function summarizeRun(run: Run): string {
  const changed = [...run.steps.values()].filter(({state}) => state === 'changed' || state === 'warned');
  const places = [...new Set(changed.map(({place}) => placeNames[place]))].join(', ');
  const time = run.ms === undefined ? '' : `, in ${formatDuration(run.ms)}`;
  return `${countOutcomes(run) || 'nothing had to be done'}${places && ` (${places})`}${time}`;
}

function NextSteps({steps, columns}: {steps: readonly string[]; columns: number}) {
  return (
    <Section title="What to do next">
      {steps.map((step, index) => (
        <Box key={step} columnGap={1}>
          <Cell>{index + 1}.</Cell>
          <Prose text={step} columns={columns - 3} />
        </Box>
      ))}
    </Section>
  );
}

function Forwards({forwards, columns}: Pick<Report, 'forwards'> & {columns: number}) {
  const {quiet, glyphs} = useTheme();
  const isNarrow = columns < 60;
  return (
    <Section title="What the router has to forward">
      {forwards.map(({port, protocol, to, purpose}) => (
        <Box key={`${port}/${protocol}`} columnGap={2} flexDirection={isNarrow ? 'column' : 'row'}>
          <Text>{`${`${port}/${protocol}`.padEnd(9)}  ${glyphs.map.heads[1]} ${to}`}</Text>
          <Box paddingLeft={isNarrow ? 2 : 0}>
            <Prose text={purpose} columns={isNarrow ? columns - 2 : columns - 15 - to.length} {...quiet} />
          </Box>
        </Box>
      ))}
    </Section>
  );
}
