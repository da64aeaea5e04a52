import {Box} from 'ink';
import {titleOf} from '../../../model/catalogue.ts';
import {logLines} from '../../../model/log.ts';
import {type MapData, runStates} from '../../../model/map.ts';
import {advance, type CheckView, noRun, type Run} from '../../../model/run.ts';
import type {Home, Purpose} from '../../../model/ui.ts';
import {CheckCounts, Verdict} from '../../components/checks.tsx';
import type {Hint} from '../../components/foot.tsx';
import {Frame} from '../../components/frame.tsx';
import {Reader} from '../../components/reader.tsx';
import {Cell, Prose, wrapLines} from '../../components/text.tsx';
import {isSmall, type Screen, type ScreenContext, type Size} from '../../display.ts';
import {mapSize} from '../../map/layout.ts';
import {MapDrawing, MapView} from '../../map/map-view.tsx';
import {createStore, type Store, useStore, waitFor} from '../../store.ts';
import {useTheme} from '../../theme.ts';
import {pause} from '../pause.tsx';
import {type HomeState, initialHome, pressAtHome, type Texts, wayKeys} from './state.ts';

/** Home: runs the checks while the user looks around. */
export function homeScreen(home: Home, {map, theme, interrupt}: ScreenContext): Screen<Purpose> {
  const store = createStore<HomeState>({...initialHome, ways: home.ways});
  const log: string[] = [];
  const texts = ({columns}: Size): Texts => ({
    checks: listChecks(store.get().run, theme.glyphs.map.marks, columns),
    log,
  });
  const broken = Promise.withResolvers<never>();
  const start = (work: Promise<void>) => void work.catch(broken.reject);
  const leaving = new AbortController();
  start(check(home, store, leaving.signal));
  return {
    draw: size => <HomeView home={home} store={store} texts={texts} map={map} size={size} />,
    press(stroke, size) {
      const {isChecking, view} = store.get();
      store.update(state => pressAtHome(state, stroke, texts(size), size));
      const now = store.get();
      if (now.isChecking && !isChecking) start(check(home, store, leaving.signal));
      if (now.view.type === 'log' && view.type !== 'log') start(readLog(home, log, store));
    },
    outcome: Promise.race([waitFor(store, ({purpose}) => purpose), broken.promise]).finally(() => leaving.abort()),
    ending: purpose => (purpose === 'quit' ? {} : {meanwhile: pause('One moment', interrupt)}),
  };
}

async function check(home: Home, store: Store<HomeState>, leaving: AbortSignal): Promise<void> {
  let run = noRun;
  for await (const event of home.check(leaving)) {
    run = advance(run, event);
    store.update(state => ({...state, run}));
  }
  store.update(state => ({...state, isChecking: false}));
}

async function readLog(home: Home, log: string[], store: Store<HomeState>): Promise<void> {
  log.length = 0;
  for await (const event of home.log()) log.push(...logLines(event));
  if (log.length === 0) log.push('There is no run on this machine yet.');
  store.update(state => ({...state}));
}

type HomeProps = {
  home: Home;
  store: Store<HomeState>;
  texts: (size: Size) => Texts;
  map: MapData | undefined;
  size: Size;
};

/** Shows the state of an installation and what can be done. */
function HomeView({home, store, texts, map, size}: HomeProps) {
  const {view, run, isChecking} = useStore(store);
  if ('reader' in view) {
    const [title, hints] = view.type === 'log' ? ['Log of the last run', []] : ['Checks', [['r', 'again'] as const]];
    return <Reader title={title} state={view.reader} lines={texts(size)[view.type]} size={size} hints={hints} />;
  }
  const hasRoom = size.columns >= mapSize.columns && size.rows - mapSize.rows >= 11;
  const isMapAlone = view.type === 'map' && !hasRoom;
  return (
    <Frame
      size={size}
      title={home.address}
      status={isChecking ? 'checking…' : ''}
      isBusy={isChecking}
      isDense={isSmall(size)}
      hints={hintsFor(home, hasRoom, isMapAlone)}
    >
      {({columns, rows}) => (
        <>
          {map && isMapAlone && <MapView map={map} states={checkedStates(map, run)} columns={columns} rows={rows} />}
          {map && hasRoom && (
            // The counts of the checks explain its signs.
            <Box flexDirection="column" flexShrink={0} marginBottom={1}>
              <MapDrawing map={map} states={checkedStates(map, run)} />
            </Box>
          )}
          {!isMapAlone && <Overview home={home} run={run} columns={columns} />}
        </>
      )}
    </Frame>
  );
}

/** Returns states from checks alone: without a check, nothing is known to be right. */
function checkedStates(map: MapData, run: Run): ReturnType<typeof runStates> {
  return Object.fromEntries(
    Object.entries(runStates(map, run)).filter(([, state]) => state !== 'planned' && state !== 'set-up'),
  );
}

function hintsFor({ways}: Home, hasRoom: boolean, isMapAlone: boolean): readonly Hint[] {
  if (isMapAlone) return [['m', 'back']];
  const map: readonly Hint[] = hasRoom ? [] : [['m', 'map']];
  const back = ways.map(way => [wayKeys[way], way] as const);
  return [['c', 'change'], ['d', 'doctor'], ...map, ['l', 'log'], ['r', 'again'], ['q', 'quit'], ...back];
}

function Overview({home, run, columns}: {home: Home; run: Run; columns: number}) {
  const {quiet} = useTheme();
  const checks = [...run.checks.values()];
  const certificates = checks.filter(({check}) => check.endsWith('-certificate'));
  const rows: readonly (readonly [string, string])[] = [
    ...certificates.flatMap(({summary}) => (summary === undefined ? [] : [['Certificate', summary] as const])),
    ...(home.title === undefined ? [] : [['Title', home.title] as const]),
    ['Versions', home.versions],
    ['Last run', home.lastRun],
    ...(home.update === undefined ? [] : [['Update', home.update] as const]),
  ];
  // A narrow line has no room for labels.
  const label = columns < 60 ? 0 : 13;
  // `d` shows the other checks, and what to do.
  const worst = (['failed', 'starting', 'warning'] as const).flatMap(wanted =>
    checks.filter(({state}) => state === wanted),
  )[0];
  return (
    <Box flexDirection="column" flexShrink={1} overflow="hidden">
      <CheckCounts run={run} />
      {worst && worst.state !== 'running' && (
        <Verdict state={worst.state} text={worst.summary ?? titleOf(worst.check)} columns={columns} />
      )}
      {rows.map(([name, text]) => (
        <Box key={name + text} flexShrink={0}>
          {label > 0 && (
            <Cell width={label} {...quiet}>
              {name}
            </Cell>
          )}
          <Prose text={text} columns={columns - label} />
        </Box>
      ))}
    </Box>
  );
}

const worstFirst: readonly CheckView['state'][] = ['failed', 'unknown', 'starting', 'warning', 'running', 'ok'];

/** Lists the checks in lines, worst first, with what to do. */
function listChecks(run: Run, marks: Readonly<Record<CheckView['state'], string>>, columns: number): readonly string[] {
  return [...run.checks.values()]
    .toSorted((one, other) => worstFirst.indexOf(one.state) - worstFirst.indexOf(other.state))
    .flatMap(({state, summary, check, evidence, remedy}) => [
      ...indent(`${marks[state]} `, summary ?? titleOf(check), columns),
      ...(evidence !== undefined && state !== 'ok' ? indent('  ', `Seen: ${evidence}`, columns) : []),
      ...(remedy !== undefined && state !== 'ok' ? indent('  ', `What to do: ${remedy}`, columns) : []),
    ]);
}

/** Wraps a text behind a sign; all lines are indented by its width. */
function indent(sign: string, text: string, columns: number): readonly string[] {
  return wrapLines(text, columns - 2).map((line, index) => (index === 0 ? sign : '  ') + line);
}
