import {Box, Text} from 'ink';
import {logLines} from '../../../model/log.ts';
import {type MapData, runStates} from '../../../model/map.ts';
import {advance, noRun, type Run} from '../../../model/run.ts';
import type {Home, Purpose} from '../../../model/ui.ts';
import {CheckCounts} from '../../components/checks.tsx';
import type {Hint} from '../../components/foot.tsx';
import {Frame, roomIn} from '../../components/frame.tsx';
import {Reader} from '../../components/reader.tsx';
import {Cell, Line} from '../../components/text.tsx';
import {isSmall, type Screen, type ScreenContext, type Size} from '../../display.ts';
import {mapSize} from '../../map/layout.ts';
import {MapDrawing, MapView} from '../../map/map-view.tsx';
import {createStore, type Store, useStore, waitFor} from '../../store.ts';
import {signOfCheck, type Theme, useTheme} from '../../theme.ts';
import {pause} from '../pause.tsx';
import {labelColumns, listRows, type Row} from './dashboard.ts';
import {listHints} from './keys.ts';
import {addAttendance, addLoad, type HomeState, initialHome, pressAtHome, type Texts} from './state.ts';
import {listChecks, listKeys, viewTitles} from './texts.ts';

/** Home: runs the checks and measures while the user looks around. */
export function homeScreen(home: Home, {map, theme, interrupt}: ScreenContext): Screen<Purpose> {
  const store = createStore<HomeState>({...initialHome, ways: home.ways});
  const texts = (size: Size): Texts => ({
    checks: listChecks(store.get().run, theme.glyphs.map.marks, size.columns),
    log: store.get().log,
    keys: listKeys(home, size.columns),
    hidden: Math.max(0, rowsOf(home, store.get(), theme, size).length - bodyRows(size)),
  });
  const broken = Promise.withResolvers<never>();
  const start = (work: Promise<void>) => void work.catch(broken.reject);
  const leaving = new AbortController();
  start(check(home, store, leaving.signal));
  start(watchLoad(home, store, leaving.signal));
  return {
    draw: size => <HomeView home={home} store={store} texts={texts} map={map} size={size} />,
    press(stroke, size) {
      const {isChecking, view} = store.get();
      store.update(state => pressAtHome(state, stroke, texts(size), size));
      const now = store.get();
      if (now.isChecking && !isChecking) start(check(home, store, leaving.signal));
      if (now.view.type === 'log' && view.type !== 'log') start(readLog(home, store));
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

async function watchLoad(home: Home, store: Store<HomeState>, leaving: AbortSignal): Promise<void> {
  const follow = async <T,>(items: AsyncIterable<T>, add: (state: HomeState, item: T) => HomeState) => {
    for await (const item of items) store.update(state => add(state, item));
  };
  const look = async () => {
    const outlook = await home.outlook();
    store.update(state => ({...state, outlook}));
  };
  await Promise.all([look(), follow(home.load(leaving), addLoad), follow(home.meetings(leaving), addAttendance)]);
}

async function readLog(home: Home, store: Store<HomeState>): Promise<void> {
  const lines: string[] = [];
  for await (const event of home.log()) lines.push(...logLines(event));
  const log = lines.length > 0 ? lines : ['There is no run on this machine yet.'];
  store.update(state => ({...state, log}));
}

type HomeProps = {
  home: Home;
  store: Store<HomeState>;
  texts: (size: Size) => Texts;
  map: MapData | undefined;
  size: Size;
};

/** Rows of the dashboard that are worth more than the map. */
const dashboardRows = 20;

const hasMap = ({columns, rows}: Size) => columns >= mapSize.columns && rows - mapSize.rows >= dashboardRows;

/** Returns the rows below the counts of the checks. */
const bodyRows = (size: Size) =>
  roomIn(size, {isDense: isSmall(size)}).rows - 1 - (hasMap(size) ? mapSize.rows + 1 : 0);

/** Rows of a window in which each container has a line of its own. */
const tall = 30;

const rowsOf = (home: Home, state: HomeState, {glyphs}: Theme, {columns, rows}: Size) =>
  listRows(home, state, {columns, bars: glyphs.bars, isTall: rows >= tall});

/** Shows the state of an installation and what can be done. */
export function HomeView({home, store, texts, map, size}: HomeProps) {
  const {view, run, isChecking} = useStore(store);
  if ('reader' in view) {
    const hints = view.type === 'checks' ? [['r', 'again'] as const] : [];
    const lines = texts(size)[view.type];
    return <Reader title={viewTitles[view.type]} state={view.reader} lines={lines} size={size} hints={hints} />;
  }
  const isMapAlone = view.type === 'map' && !hasMap(size);
  return (
    <Frame
      size={size}
      title={home.address}
      status={isChecking ? 'checking…' : ''}
      isBusy={isChecking}
      isDense={isSmall(size)}
      hints={isMapAlone ? [['m', 'back']] : hints(home, size, texts(size).hidden > 0)}
    >
      {({columns, rows}) => (
        <>
          {map && isMapAlone && <MapView map={map} states={checkedStates(map, run)} columns={columns} rows={rows} />}
          {map && hasMap(size) && (
            // The counts of the checks explain its signs.
            <Box flexDirection="column" flexShrink={0} marginBottom={1}>
              <MapDrawing map={map} states={checkedStates(map, run)} />
            </Box>
          )}
          {!isMapAlone && <Dashboard home={home} store={store} size={size} />}
        </>
      )}
    </Frame>
  );
}

function hints(home: Home, size: Size, isCut: boolean): readonly Hint[] {
  return listHints(home, {hasMap: hasMap(size), isCut});
}

/** Returns states from checks alone: without a check, nothing is known to be right. */
function checkedStates(map: MapData, run: Run): ReturnType<typeof runStates> {
  return Object.fromEntries(
    Object.entries(runStates(map, run)).filter(([, state]) => state !== 'planned' && state !== 'set-up'),
  );
}

function Dashboard({home, store, size}: Pick<HomeProps, 'home' | 'store' | 'size'>) {
  const state = useStore(store);
  const rows = rowsOf(home, state, useTheme(), size);
  const room = bodyRows(size);
  const top = Math.min(state.top, Math.max(0, rows.length - room));
  return (
    <Box flexDirection="column" flexShrink={1} overflow="hidden">
      {state.run.checks.size > 0 ? <CheckCounts run={state.run} /> : <Text> </Text>}
      {rows.slice(top, top + room).map((row, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no name but its place.
        <DashboardRow key={at} row={row} columns={size.columns} />
      ))}
    </Box>
  );
}

function DashboardRow({row: {label, sign, chart, text}, columns}: {row: Row; columns: number}) {
  const theme = useTheme();
  const [glyph, style] = sign === undefined || sign === 'running' ? ['', {}] : signOfCheck(theme, sign);
  return (
    <Box height={1} flexShrink={0} overflow="hidden">
      {label !== undefined && (
        <Cell width={labelColumns(columns)} {...theme.quiet}>
          {label}
        </Cell>
      )}
      {glyph !== '' && <Cell {...style}>{glyph} </Cell>}
      {chart !== undefined && <Cell {...theme.accent}>{chart} </Cell>}
      <Line>{text}</Line>
    </Box>
  );
}
