import {Box, Text} from 'ink';
import {type MapData, planStates} from '../../model/map.ts';
import {countLines} from '../../model/patch.ts';
import type {Change, Plan} from '../../model/plan.ts';
import {countKinds, countOf, placeNames} from '../../model/words.ts';
import {DiffView} from '../components/diff-view.tsx';
import {Header} from '../components/header.tsx';
import {type Hint, KeyHints} from '../components/key-hints.tsx';
import {Mark} from '../components/mark.tsx';
import {ProblemPanel} from '../components/panel.tsx';
import {foldCommand, Prose, wrapLines} from '../components/prose.tsx';
import {MapView} from '../map/map-view.tsx';
import {isSmall, type Size} from '../screen.ts';
import {type Store, useStore} from '../store.ts';
import {type Theme, useTheme} from '../theme.ts';
import {type Opened, pageOf, type ReviewState, type Row, tellHidden, topOf} from './review-state.ts';

type ReviewProps = {
  readonly store: Store<ReviewState>;
  readonly map: MapData | undefined;
  readonly size: Size;
};

/** Shows what would change, box by box, and asks for consent. */
export function ReviewScreen({store, map, size}: ReviewProps) {
  const state = useStore(store);
  return state.opened ? <Detail opened={state.opened} size={size} /> : <List state={state} map={map} size={size} />;
}

/** The consent, as it stays in the transcript. */
export function Approved({plan}: {readonly plan: Plan}) {
  const {glyphs, good} = useTheme();
  return (
    <Box marginTop={1}>
      <Text>
        <Text {...good}>{glyphs.good}</Text> Approved: {countOf(plan.changes.length, 'change')}
      </Text>
    </Box>
  );
}

type ListProps = {readonly state: ReviewState; readonly map: MapData | undefined; readonly size: Size};

function List({state, map, size}: ListProps) {
  const {glyphs} = useTheme();
  const {plan, rows, cursor, notice} = state;
  const page = Math.max(0, pageOf(size) - (notice === undefined ? 0 : noticeRows(notice, size.columns)));
  const top = topOf({cursor, count: rows.length, page});
  const hidden = state.showsMap ? '' : tellHidden({top, count: rows.length, page}, glyphs);
  const status = ['nothing has been changed yet', hidden].filter(Boolean).join('   ');
  return (
    <>
      <Header title="Review" status={status.length + 10 <= size.columns ? status : hidden} columns={size.columns} />
      <Counts plan={plan} columns={size.columns} />
      <Box
        flexDirection="column"
        flexShrink={1}
        marginTop={page === 0 || (isSmall(size) && state.showsMap) ? 0 : 1}
        overflow="hidden"
      >
        {state.showsMap && map ? (
          <MapView
            map={map}
            states={planStates(
              map,
              plan.changes.map(({place}) => place),
            )}
            columns={size.columns}
            rows={size.rows - 4}
          />
        ) : (
          rows
            .slice(top, top + page)
            .map((row, index) => (
              <RowLine key={keyOf(row)} row={row} isCurrent={top + index === cursor} columns={size.columns} />
            ))
        )}
      </Box>
      {notice !== undefined && <Notice text={notice} columns={size.columns} />}
      <KeyHints hints={hintsFor(state, map)} columns={size.columns} />
    </>
  );
}

type NoticeProps = {readonly text: string; readonly columns: number};

function noticeRows(text: string, columns: number): number {
  const [sentence = '', command = ''] = text.split('\n');
  return 1 + wrapLines(sentence, columns).length + wrapLines(foldCommand(command, columns), columns).length;
}

/** What came of saving: a sentence, and a command to copy. */
export function Notice({text, columns}: NoticeProps) {
  const {accent} = useTheme();
  const [sentence = '', command = ''] = text.split('\n');
  return (
    <Box flexDirection="column" marginTop={1} flexShrink={0}>
      <Prose text={sentence} columns={columns} />
      {command !== '' && <Text {...accent}>{foldCommand(command, columns)}</Text>}
    </Box>
  );
}

function hintsFor({plan, showsMap, hasSettings}: ReviewState, map: MapData | undefined): readonly Hint[] {
  const ways: readonly Hint[] = [
    ...(hasSettings
      ? ([
          ['c', 'change'],
          ['s', 'save'],
        ] as const)
      : []),
    ...(map ? [['m', showsMap ? 'list' : 'map'] as const] : []),
    ['q', 'quit'],
  ];
  if (plan.problems.length > 0) return [['Enter', 'what to do'], ['r', 'try again'], ...ways];
  return [['a', 'apply'], ['Enter', 'details'], ...ways];
}

function Counts({plan, columns}: {readonly plan: Plan; readonly columns: number}) {
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

function keyOf(row: Row): string {
  if (row.type === 'heading') return row.place;
  if (row.type === 'change') return row.change.id;
  return row.type === 'unknown' ? row.unknown.id : `${row.type} ${row.problem.code} ${row.problem.summary}`;
}

type RowLineProps = {readonly row: Row; readonly isCurrent: boolean; readonly columns: number};

function RowLine({row, isCurrent, columns}: RowLineProps) {
  const {glyphs, accent, quiet, bad, warning} = useTheme();
  if (row.type === 'heading') {
    return (
      <Text wrap="truncate">
        <Text bold>{placeNames[row.place]}</Text> <Text {...quiet}>{countOf(row.count, 'change')}</Text>
      </Text>
    );
  }
  const look = {problem: bad, warning, unknown: quiet, change: {}}[row.type];
  return (
    <Box columnGap={1} width={columns} height={1} flexShrink={0} overflow="hidden">
      <Mark sign={isCurrent ? glyphs.pointer : ' '} style={accent} />
      {row.type === 'change' ? (
        <ChangeCells change={row.change} isCurrent={isCurrent} columns={columns} />
      ) : (
        <Text {...look} bold={isCurrent} wrap="truncate">
          {tell(row, glyphs)}
        </Text>
      )}
    </Box>
  );
}

function tell(
  row: Exclude<Row, {type: 'heading'} | {type: 'change'}>,
  {bad, warning, unknown}: Theme['glyphs'],
): string {
  if (row.type === 'unknown') return `${unknown} could not be read: ${row.unknown.id} (${row.unknown.reason})`;
  return `${row.type === 'problem' ? `${bad} Problem` : `${warning} Warning`}: ${row.problem.summary.split('\n')[0]}`;
}

function ChangeCells({change, isCurrent, columns}: {change: Change; isCurrent: boolean; columns: number}) {
  const {good, bad, quiet} = useTheme();
  const lines = countLines(change);
  return (
    <>
      <Box width={8} flexShrink={0}>
        <Text {...quiet}>{change.change}</Text>
      </Box>
      <Box flexGrow={1}>
        <Text bold={isCurrent} wrap="truncate">
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

function Detail({opened, size}: {readonly opened: Opened; readonly size: Size}) {
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
