import {Box, Text} from 'ink';
import {titleOf} from '../../model/catalogue.ts';
import type {CheckState} from '../../model/check.ts';
import type {Run} from '../../model/run.ts';
import {countOf} from '../../model/words.ts';
import {signOfCheck, useTheme} from '../theme.ts';
import {Cell, Line, Prose} from './text.tsx';

const countWords = {ok: 'ok', starting: 'starting', failed: 'failed', unknown: 'unknown'} as const;

/** Counts the checks of a run by result, and names one that is running. */
export function CheckCounts({run}: {run: Run}) {
  const theme = useTheme();
  const checks = [...run.checks.values()];
  if (checks.length === 0) return null;
  const running = checks.find(({state}) => state === 'running');
  const states = ['ok', 'warning', 'starting', 'failed', 'unknown'] as const;
  return (
    <Box flexShrink={0} columnGap={2} height={1} overflow="hidden">
      <Text bold>Checks</Text>
      {states.map(state => {
        const [sign, style] = signOfCheck(theme, state);
        const count = checks.filter(check => check.state === state).length;
        return (
          count > 0 && (
            <Text key={state} {...style}>
              {sign} {state === 'warning' ? countOf(count, state) : `${count} ${countWords[state]}`}
            </Text>
          )
        );
      })}
      {running && <Line {...theme.quiet}>now: {titleOf(running.check)}</Line>}
    </Box>
  );
}

type VerdictProps = {state: CheckState; text: string; remedy?: string | undefined; columns: number};

/** Shows a result behind its sign. Only the sign is coloured, since not every colour is readable on every background. */
export function Verdict({state, text, remedy, columns}: VerdictProps) {
  const [sign, style] = signOfCheck(useTheme(), state);
  return (
    <Box columnGap={1} flexShrink={0}>
      <Cell {...style}>{sign}</Cell>
      <Box flexDirection="column" flexShrink={1}>
        <Prose text={text} columns={columns - 2} />
        {remedy && state !== 'ok' && <Prose text={`What to do: ${remedy}`} columns={columns - 2} />}
      </Box>
    </Box>
  );
}
