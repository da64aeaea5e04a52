import {Box, Text} from 'ink';
import {countLines, type PatchLine} from '../../../model/patch.ts';
import type {Change, Plan} from '../../../model/plan.ts';
import {countKinds, countOf, placeNames} from '../../../model/words.ts';
import type {Hint} from '../../components/foot.tsx';
import {Frame} from '../../components/frame.tsx';
import {ProblemPanel} from '../../components/panel.tsx';
import {pageOf, Reader} from '../../components/reader.tsx';
import {Cell, Line, Prose} from '../../components/text.tsx';
import type {Size} from '../../display.ts';
import {type Theme, useTheme} from '../../theme.ts';
import type {Row} from './items.ts';
import type {Offers} from './keys.ts';
import {hasLead, linesOf, type Opened} from './opened.ts';

/** Counts what a plan changes, or what must be solved first. */
export function Counts({plan, columns}: {plan: Plan; columns: number}) {
  const {bad} = useTheme();
  const {problems, changes, unchanged} = plan;
  const isNarrow = columns < 60;
  if (problems.length > 0) {
    return (
      <Line {...bad}>
        {countOf(problems.length, 'problem')} must be solved {isNarrow ? 'first' : 'before anything is changed'}
      </Line>
    );
  }
  const kinds = isNarrow ? '' : `: ${countKinds(changes)}`;
  return (
    <Line>
      {countOf(changes.length, 'change')}
      {kinds}; {unchanged.length} already right
    </Line>
  );
}

type RowProps = {row: Row; isCurrent: boolean; isOpen: boolean; columns: number};

export function RowCells({row, isCurrent, isOpen, columns}: RowProps) {
  const {glyphs, quiet, bad, warning} = useTheme();
  switch (row.type) {
    case 'heading':
      return (
        <Line>
          <Text bold>{placeNames[row.place]}</Text> <Text {...quiet}>{countOf(row.count, 'change')}</Text>
        </Line>
      );
    case 'change':
      return <ChangeCells {...row} isCurrent={isCurrent} columns={columns} />;
    case 'fold':
      return <FoldCells changes={row.changes} isCurrent={isCurrent} isOpen={isOpen} />;
    case 'unknown':
      return (
        <Line {...quiet} bold={isCurrent}>
          {glyphs.unknown} could not be read: {row.unknown.id} ({row.unknown.reason})
        </Line>
      );
    default: {
      const [sign, word, style] =
        row.type === 'problem' ? [glyphs.bad, 'Problem', bad] : [glyphs.warning, 'Warning', warning];
      return (
        <Line {...style} bold={isCurrent}>
          {sign} {word}: {row.problem.summary.split('\n')[0]}
        </Line>
      );
    }
  }
}

type ChangeProps = {change: Change; isInside?: boolean; isCurrent: boolean; columns: number};

const verbColumns = 8;

function ChangeCells({change, isInside = false, isCurrent, columns}: ChangeProps) {
  const {good, bad, quiet} = useTheme();
  const lines = countLines(change);
  return (
    <>
      <Cell width={verbColumns} {...quiet}>
        {change.change}
      </Cell>
      <Box flexGrow={1} paddingLeft={isInside ? 2 : 0}>
        <Line bold={isCurrent}>{change.title}</Line>
      </Box>
      {lines && columns >= 50 && (
        <Cell>
          {lines.added > 0 && <Text {...good}>+{lines.added}</Text>}
          {lines.removed > 0 && <Text {...bad}> -{lines.removed}</Text>}
        </Cell>
      )}
    </>
  );
}

/** Shows several changes as one, `14 directories and links`. */
function FoldCells({changes, isCurrent, isOpen}: {changes: readonly Change[]; isCurrent: boolean; isOpen: boolean}) {
  const {quiet} = useTheme();
  const verbs = new Set(changes.map(({change}) => change));
  const kinds = new Set(changes.map(({kind}) => kind));
  const names = [kinds.has('directory') && 'directories', kinds.has('link') && 'links'].filter(Boolean);
  return (
    <>
      <Cell width={verbColumns} {...quiet}>
        {verbs.size === 1 ? [...verbs] : 'change'}
      </Cell>
      <Line bold={isCurrent}>
        {changes.length} {names.join(' and ')}
        {!isOpen && <Text {...quiet}> …</Text>}
      </Line>
    </>
  );
}

const styles: Readonly<Record<PatchLine['kind'], (theme: Theme) => object>> = {
  note: () => ({bold: true}),
  file: ({quiet}) => quiet,
  hunk: ({accent}) => ({...accent, bold: false}),
  added: ({good}) => good,
  removed: ({bad}) => ({...bad, bold: false}),
  context: () => ({}),
};

/** Shows a row that is open for reading: a change as a diff, a problem as a panel where there is room. */
export function OpenedRow({opened, offers, size}: {opened: Opened; offers: Offers; size: Size}) {
  const theme = useTheme();
  const {row, reader} = opened;
  const lines = linesOf(opened, offers, size);
  const again: readonly Hint[] = row.type === 'problem' ? [['r', 'try again']] : [];
  // Around these lines a panel has up to four more.
  if (row.type !== 'change' && row.type !== 'keys' && lines.length + 4 <= pageOf(size)) {
    return (
      <Frame size={size} title="Review" hints={[['Enter', 'back'], ...again]}>
        {({columns}) => <Words row={row} columns={columns} />}
      </Frame>
    );
  }
  return (
    <Reader
      title={row.type === 'keys' ? 'Keys' : 'Review'}
      back="Enter"
      {...(hasLead(opened) && {lead: <Lead row={row} />})}
      state={reader}
      lines={lines.map(({text}) => text)}
      styleOf={index => styles[lines[index]?.kind ?? 'context'](theme)}
      size={size}
      hints={again}
    />
  );
}

function Lead({row}: {row: Opened['row']}) {
  const {quiet} = useTheme();
  if (row.type !== 'change') return null;
  return (
    <Line>
      <Text bold>{row.change.title}</Text> <Text {...quiet}>{row.change.change}</Text>
    </Line>
  );
}

function Words({row, columns}: {row: Row; columns: number}) {
  if (row.type === 'problem' || row.type === 'warning')
    return <ProblemPanel problem={row.problem} columns={columns} isWarning={row.type === 'warning'} />;
  if (row.type !== 'unknown') return null;
  const {id, reason} = row.unknown;
  return (
    <Prose text={`${id} could not be read, so it is unknown whether it would change: ${reason}`} columns={columns} />
  );
}
