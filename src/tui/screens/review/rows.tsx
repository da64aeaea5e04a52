import {Box, Text} from 'ink';
import {countLines, type PatchLine} from '../../../model/patch.ts';
import type {Change, Plan} from '../../../model/plan.ts';
import {countKinds, countOf, placeNames} from '../../../model/words.ts';
import type {Hint} from '../../components/foot.tsx';
import {Frame} from '../../components/frame.tsx';
import {ProblemPanel} from '../../components/panel.tsx';
import {Prose} from '../../components/prose.tsx';
import {pageOf, Reader} from '../../components/reader.tsx';
import type {Size} from '../../display.ts';
import {type Theme, useTheme} from '../../theme.ts';
import {hasLead, type Opened, type Row} from './state.ts';

/** Counts what a plan changes, or what must be solved first. */
export function Counts({plan, columns}: {readonly plan: Plan; readonly columns: number}) {
  const {bad} = useTheme();
  const {problems, changes, unchanged} = plan;
  const isNarrow = columns < 60;
  if (problems.length > 0) {
    return (
      <Text {...bad} wrap="truncate">
        {countOf(problems.length, 'problem')} must be solved {isNarrow ? 'first' : 'before anything is changed'}
      </Text>
    );
  }
  const kinds = isNarrow ? '' : `: ${countKinds(changes)}`;
  return (
    <Text wrap="truncate">
      {countOf(changes.length, 'change')}
      {kinds}; {unchanged.length} already right
    </Text>
  );
}

type RowProps = {
  readonly row: Row;
  readonly isCurrent: boolean;
  readonly isOpen: boolean;
  readonly columns: number;
};

/** Shows a row of the list. */
export function RowCells({row, isCurrent, isOpen, columns}: RowProps) {
  const theme = useTheme();
  const {glyphs, quiet, bad, warning} = theme;
  switch (row.type) {
    case 'heading':
      return (
        <Text wrap="truncate">
          <Text bold>{placeNames[row.place]}</Text> <Text {...quiet}>{countOf(row.count, 'change')}</Text>
        </Text>
      );
    case 'change':
      return <ChangeCells {...row} isCurrent={isCurrent} columns={columns} />;
    case 'fold':
      return <FoldCells changes={row.changes} isCurrent={isCurrent} isOpen={isOpen} />;
    case 'unknown':
      return (
        <Text {...quiet} bold={isCurrent} wrap="truncate">
          {glyphs.unknown} could not be read: {row.unknown.id} ({row.unknown.reason})
        </Text>
      );
    default: {
      const isProblem = row.type === 'problem';
      return (
        <Text {...(isProblem ? bad : warning)} bold={isCurrent} wrap="truncate">
          {isProblem ? `${glyphs.bad} Problem` : `${glyphs.warning} Warning`}: {row.problem.summary.split('\n')[0]}
        </Text>
      );
    }
  }
}

type ChangeProps = {
  readonly change: Change;
  readonly isInside?: boolean;
  readonly isCurrent: boolean;
  readonly columns: number;
};

function ChangeCells({change, isInside = false, isCurrent, columns}: ChangeProps) {
  const {good, bad} = useTheme();
  const lines = countLines(change);
  return (
    <>
      <Verb text={change.change} />
      <Box flexGrow={1}>
        <Text bold={isCurrent} wrap="truncate">
          {isInside && '  '}
          {change.title}
        </Text>
      </Box>
      {lines && columns >= 50 && (
        <Box flexShrink={0}>
          <Text>
            {lines.added > 0 && <Text {...good}>+{lines.added}</Text>}
            {lines.removed > 0 && <Text {...bad}> -{lines.removed}</Text>}
          </Text>
        </Box>
      )}
    </>
  );
}

function Verb({text}: {readonly text: string}) {
  const {quiet} = useTheme();
  return (
    <Box width={8} flexShrink={0}>
      <Text {...quiet} wrap="truncate">
        {text}
      </Text>
    </Box>
  );
}

type FoldProps = {readonly changes: readonly Change[]; readonly isCurrent: boolean; readonly isOpen: boolean};

/** Shows several changes as one, `14 directories and links`. */
function FoldCells({changes, isCurrent, isOpen}: FoldProps) {
  const {glyphs, quiet} = useTheme();
  const verbs = new Set(changes.map(({change}) => change));
  const kinds = new Set(changes.map(({kind}) => kind));
  const names = [kinds.has('directory') && 'directories', kinds.has('link') && 'links'].filter(Boolean);
  return (
    <>
      <Verb text={verbs.size === 1 ? [...verbs].join() : 'change'} />
      <Text bold={isCurrent} wrap="truncate">
        {changes.length} {names.join(' and ')}
        {!isOpen && <Text {...quiet}> {glyphs.more}</Text>}
      </Text>
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
export function OpenedRow({opened, size}: {readonly opened: Opened; readonly size: Size}) {
  const theme = useTheme();
  const {row, lines, reader} = opened;
  const again: readonly Hint[] = row.type === 'problem' ? [['r', 'try again']] : [];
  // Around these lines a panel has up to four more.
  if (row.type !== 'change' && lines.length + 4 <= pageOf(size)) {
    return (
      <Frame size={size} title="Review" hints={[['Enter', 'back'], ...again]}>
        {({columns}) => <Words row={row} columns={columns} />}
      </Frame>
    );
  }
  return (
    <Reader
      title="Review"
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

function Lead({row}: {readonly row: Row}) {
  const {quiet} = useTheme();
  if (row.type !== 'change') return null;
  return (
    <Text wrap="truncate">
      <Text bold>{row.change.title}</Text> <Text {...quiet}>{row.change.change}</Text>
    </Text>
  );
}

function Words({row, columns}: {readonly row: Row; readonly columns: number}) {
  if (row.type === 'problem' || row.type === 'warning')
    return <ProblemPanel problem={row.problem} columns={columns} isWarning={row.type === 'warning'} />;
  if (row.type !== 'unknown') return null;
  const {id, reason} = row.unknown;
  return (
    <Prose text={`${id} could not be read, so it is unknown whether it would change: ${reason}`} columns={columns} />
  );
}
