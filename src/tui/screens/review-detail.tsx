import {Box, Text} from 'ink';
import {DiffView} from '../components/diff-view.tsx';
import {Header} from '../components/header.tsx';
import {type Hint, KeyHints} from '../components/key-hints.tsx';
import {ProblemPanel} from '../components/panel.tsx';
import {Prose} from '../components/prose.tsx';
import type {Size} from '../screen.ts';
import {useTheme} from '../theme.ts';
import {type Opened, pageOf, type Row} from './review-state.ts';

/** A row of the review that is open for reading: a change as a diff, a problem as a panel. */
export function Detail({opened, size}: {readonly opened: Opened; readonly size: Size}) {
  const {row, lines, top, shift} = opened;
  const page = pageOf(size);
  const last = Math.min(lines.length, top + page);
  const isDiff = row.type === 'change';
  return (
    <>
      <Header
        title="Review"
        status={isDiff && lines.length > page ? `lines ${top + 1} to ${last} of ${lines.length}` : ''}
        columns={size.columns}
      />
      <Box flexDirection="column" flexShrink={1} marginTop={1} overflow="hidden">
        {isDiff || lines.length > page ? (
          <ChangeDetail opened={opened} page={page} shift={shift} />
        ) : (
          <Words row={row} columns={size.columns} />
        )}
      </Box>
      <KeyHints hints={detailHints(row, lines.length > page)} columns={size.columns} />
    </>
  );
}

function detailHints(row: Row, isLong: boolean): readonly Hint[] {
  const back: readonly Hint[] = [['Enter', 'back']];
  if (row.type === 'problem')
    return isLong ? [...back, ['r', 'again'], ['Arrows', 'scroll']] : [...back, ['r', 'try again']];
  return isLong ? [...back, ['Space', 'page down'], ['Arrows', 'scroll']] : back;
}

function ChangeDetail({opened, page, shift}: {opened: Opened; page: number; shift: number}) {
  const {quiet} = useTheme();
  const {row, lines, top} = opened;
  return (
    <>
      {row.type === 'change' && (
        <Text wrap="truncate">
          <Text bold>{row.change.title}</Text> <Text {...quiet}>{row.change.change}</Text>
        </Text>
      )}
      <DiffView lines={lines.slice(top, top + page)} shift={shift} />
    </>
  );
}

function Words({row, columns}: {readonly row: Row; readonly columns: number}) {
  if (row.type === 'problem') return <ProblemPanel problem={row.problem} columns={columns} />;
  if (row.type === 'warning') return <ProblemPanel problem={row.problem} columns={columns} isWarning />;
  if (row.type !== 'unknown') return null;
  return (
    <Prose
      text={`${row.unknown.id} could not be read, so whether it would change is not known: ${row.unknown.reason}`}
      columns={columns}
    />
  );
}
