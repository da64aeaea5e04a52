import {Box, Text} from 'ink';
import {type MapData, runStates} from '../../model/map.ts';
import type {CheckView, Run} from '../../model/run.ts';
import type {Home} from '../../model/ui.ts';
import {Header} from '../components/header.tsx';
import {type Hint, KeyHints} from '../components/key-hints.tsx';
import {Prose, wrapLines} from '../components/prose.tsx';
import {Verdict} from '../components/verdict.tsx';
import {mapSize} from '../map/layout.ts';
import {MapDrawing, MapView} from '../map/map-view.tsx';
import {isSmall, type Size} from '../screen.ts';
import {type Store, useStore} from '../store.ts';
import {useTheme} from '../theme.ts';
import {type HomeState, type Texts, wayKeys} from './home-state.ts';
import {LogScreen} from './log.tsx';
import {Checks} from './watch.tsx';

type HomeProps = {
  readonly home: Home;
  readonly store: Store<HomeState>;
  /** What the text views show by now. */
  readonly texts: (size: Size) => Texts;
  readonly map: MapData | undefined;
  readonly size: Size;
};

/** Where the owner of an installation comes back to: how it is, and what can be done. */
export function HomeScreen({home, store, texts, map, size}: HomeProps) {
  const state = useStore(store);
  const {view, run, isChecking} = state;
  if (view.type === 'checks')
    return (
      <LogScreen title="Checks" state={view.reading} lines={texts(size).checks} size={size} hints={[['r', 'again']]} />
    );
  if (view.type === 'log')
    return <LogScreen title="Log of the last run" state={view.reading} lines={texts(size).log} size={size} />;
  const hasRoom = size.columns >= mapSize.columns && size.rows - mapSize.rows >= 11;
  const isMapAlone = view.type === 'map' && !hasRoom;
  return (
    <>
      <Header
        title={home.address}
        status={isChecking ? 'looking how it is' : ''}
        columns={size.columns}
        isBusy={isChecking}
      />
      {map && (hasRoom || isMapAlone) && (
        <Box flexDirection="column" flexShrink={isMapAlone ? 1 : 0} marginTop={isSmall(size) ? 0 : 1} overflow="hidden">
          {hasRoom ? (
            // The counts of the checks show what its signs mean.
            <MapDrawing map={map} states={checkedStates(map, run)} />
          ) : (
            <MapView map={map} states={checkedStates(map, run)} columns={size.columns} rows={size.rows - 3} />
          )}
        </Box>
      )}
      {!isMapAlone && <Rows home={home} run={run} size={size} />}
      <KeyHints hints={hintsFor({isMapAlone, hasRoom, ways: home.ways})} columns={size.columns} />
    </>
  );
}

/** Home proves: what no check has looked at is not known to be right. */
function checkedStates(map: MapData, run: Run): ReturnType<typeof runStates> {
  return Object.fromEntries(
    Object.entries(runStates(map, run)).filter(([, state]) => state !== 'planned' && state !== 'set-up'),
  );
}

type Offer = {readonly isMapAlone: boolean; readonly hasRoom: boolean; readonly ways: Home['ways']};

function hintsFor({isMapAlone, hasRoom, ways}: Offer): readonly Hint[] {
  if (isMapAlone) return [['m', 'back']];
  const map: readonly Hint[] = hasRoom ? [] : [['m', 'map']];
  const back = ways.map(way => [wayKeys[way], way] as const);
  return [['c', 'change'], ['d', 'doctor'], ...map, ['l', 'log'], ['r', 'again'], ['q', 'quit'], ...back];
}

function Rows({home, run, size}: {readonly home: Home; readonly run: Run; readonly size: Size}) {
  const {quiet} = useTheme();
  const certificates = [...run.checks.values()].filter(({check}) => check.includes('certificate'));
  const rows: readonly (readonly [string, string])[] = [
    ...certificates.flatMap(({summary}) => (summary === undefined ? [] : [['Certificate', summary] as const])),
    ['Versions', home.versions],
    ['Last run', home.lastRun],
  ];
  // Where a line is short, what each says has to do without its name.
  const label = size.columns < 60 ? 0 : 13;
  return (
    <Box flexDirection="column" flexShrink={1} marginTop={isSmall(size) ? 0 : 1} overflow="hidden">
      <Checks run={run} />
      <Worst run={run} columns={size.columns} />
      {rows.map(([name, text]) => (
        <Box key={name + text} flexShrink={0}>
          {label > 0 && (
            <Box width={label} flexShrink={0}>
              <Text {...quiet}>{name}</Text>
            </Box>
          )}
          <Prose text={text} columns={size.columns - label} />
        </Box>
      ))}
    </Box>
  );
}

/** What is wrong most; what to do, and the others, stand behind the doctor's key. */
function Worst({run, columns}: {readonly run: Run; readonly columns: number}) {
  const checks = [...run.checks.values()];
  const worst = checks.find(({state}) => state === 'failed') ?? checks.find(({state}) => state === 'warning');
  if (!worst || worst.state === 'running') return null;
  return <Verdict state={worst.state} text={worst.summary ?? worst.check} columns={columns} />;
}

/** The checks as the doctor tells them, worst first. */
export function tellChecks(
  run: Run,
  marks: Readonly<Record<CheckView['state'], string>>,
  columns: number,
): readonly string[] {
  const order: readonly CheckView['state'][] = ['failed', 'unknown', 'warning', 'running', 'ok'];
  return [...run.checks.values()]
    .toSorted((one, other) => order.indexOf(one.state) - order.indexOf(other.state))
    .flatMap(({state, summary, check, remedy}) => [
      ...hang(`${marks[state]} `, summary ?? check, columns),
      ...(remedy !== undefined && state !== 'ok' ? hang('  ', `What to do: ${remedy}`, columns) : []),
    ]);
}

/** Lines of a text behind a sign, all of them set in by its width. */
function hang(sign: string, text: string, columns: number): readonly string[] {
  return wrapLines(text, columns - 2).map((line, index) => (index === 0 ? sign : '  ') + line);
}
