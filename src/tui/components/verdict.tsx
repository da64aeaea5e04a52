import {Box} from 'ink';
import type {CheckState} from '../../model/check.ts';
import {markOfCheck, useTheme} from '../theme.ts';
import {Mark} from './mark.tsx';
import {Prose} from './prose.tsx';

type VerdictProps = {
  readonly state: CheckState;
  readonly text: string;
  readonly remedy?: string | undefined;
  readonly columns: number;
};

/** What something was found to be, behind its sign; only the sign is coloured, since not every colour is read well on every background. */
export function Verdict({state, text, remedy, columns}: VerdictProps) {
  const {mark, style} = markOfCheck(useTheme(), state);
  return (
    <Box columnGap={1} flexShrink={0}>
      <Mark sign={mark} style={style} />
      <Box flexDirection="column" flexShrink={1}>
        <Prose text={text} columns={columns - 2} />
        {remedy && state !== 'ok' && <Prose text={`What to do: ${remedy}`} columns={columns - 2} />}
      </Box>
    </Box>
  );
}
