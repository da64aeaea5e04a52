import {Box, Text} from 'ink';
import {type MapData, runStates} from '../../model/map.ts';
import type {Run, StepView} from '../../model/run.ts';
import {countOf, formatClock, isSettled} from '../../model/words.ts';
import {Dialog} from '../components/dialog.tsx';
import {Header} from '../components/header.tsx';
import {type Hint, KeyHints} from '../components/key-hints.tsx';
import {ProgressBar} from '../components/progress-bar.tsx';
import {Prose} from '../components/prose.tsx';
import {StepRow} from '../components/step-row.tsx';
import {mapSize} from '../map/layout.ts';
import {MapView, mapRows} from '../map/map-view.tsx';
import {type RunStore, type RunView, rateOf, turnsAt} from '../run-store.ts';
import {isSmall, type Size} from '../screen.ts';
import {type Store, useStore} from '../store.ts';
import {markOfCheck, useTheme} from '../theme.ts';
import {LogScreen} from './log.tsx';
import type {LogState} from './log-state.ts';
import type {WatchState} from './watch-state.ts';

/** What of a run is looked at: its steps, with the map where there is room; the map alone; or everything that was printed. */
export type WatchView =
  | {readonly type: 'steps'}
  | {readonly type: 'map'}
  | {readonly type: 'log'; readonly log: LogState};

type WatchProps = {
  readonly runs: RunStore;
  readonly store: Store<WatchState>;
  readonly view: Store<WatchView>;
  readonly map: MapData | undefined;
  readonly size: Size;
};

const titles = {apply: 'Setting up', undo: 'Undoing', uninstall: 'Removing', update: 'Updating'} as const;

/** Follows a run: what is in hand now, how far the whole has come, and how long it has taken. */
export function WatchScreen({runs, store, view, map, size}: WatchProps) {
  const shown = useStore(runs);
  const state = useStore(store);
  const looksAt = useStore(view);
  if (looksAt.type === 'log' && state !== 'asking')
    return <LogScreen title="Log" state={looksAt.log} lines={runs.log} size={size} />;
  return <Steps view={shown} state={state} map={map} isMapAlone={looksAt.type === 'map'} size={size} />;
}

type StepsProps = {
  readonly view: RunView;
  readonly state: WatchState;
  readonly map: MapData | undefined;
  readonly isMapAlone: boolean;
  readonly size: Size;
};

function Steps({view, state, map, isMapAlone, size}: StepsProps) {
  const {run, now} = view;
  const elapsed = run.started === undefined ? '' : formatClock(now - run.started);
  const isAsking = state === 'asking';
  const shownMap = map && !isAsking && (isMapAlone || hasRoomForMap(map, size)) ? map : undefined;
  const isTight = isSmall(size) && (isMapAlone || isAsking);
  return (
    <>
      <Header
        title={run.command ? titles[run.command] : 'Starting'}
        status={elapsed}
        columns={size.columns}
        isBusy
        turns={turnsAt(view)}
      />
      {!(isTight && isMapAlone) && <Overall run={run} columns={size.columns} />}
      {shownMap && <Whole map={shownMap} run={run} isAlone={isMapAlone} size={size} />}
      {!isTight && !(isMapAlone && shownMap) && (
        <Running view={view} size={size} taken={takenBy({state, run, map: shownMap, size})} />
      )}
      <Checks run={run} />
      <Foot state={run.stopping ? 'stopping' : state} size={size} hints={hintsFor({map, size, isMapAlone})} />
    </>
  );
}

type WholeProps = {readonly map: MapData; readonly run: Run; readonly isAlone: boolean; readonly size: Size};

function Whole({map, run, isAlone, size}: WholeProps) {
  return (
    <Box flexDirection="column" flexShrink={isAlone ? 1 : 0} marginTop={isSmall(size) ? 0 : 1} overflow="hidden">
      <MapView map={map} states={runStates(map, run)} columns={size.columns} rows={size.rows - 4} />
    </Box>
  );
}

/** The map stands above the steps where these keep room enough; elsewhere it is a key away. */
function hasRoomForMap(map: MapData, {rows, columns}: Size): boolean {
  return columns >= mapSize.columns && rows - mapRows(map, columns) >= 9;
}

function hintsFor({
  map,
  size,
  isMapAlone,
}: {
  map: MapData | undefined;
  size: Size;
  isMapAlone: boolean;
}): readonly Hint[] {
  const other: readonly Hint[] = map && !hasRoomForMap(map, size) ? [['m', isMapAlone ? 'steps' : 'map']] : [];
  return [['q', 'stop'], ['l', 'log'], ...other];
}

type Taken = {
  readonly state: WatchState;
  readonly run: Run;
  readonly map: MapData | undefined;
  readonly size: Size;
};

/** Rows that everything but the steps takes. */
function takenBy({state, run, map, size}: Taken): number {
  const rest = state === 'asking' ? 10 : run.stopping ? 8 : 5;
  return rest + (run.checks.size > 0 ? 1 : 0) + (map ? mapRows(map, size.columns) + 1 : 0);
}

function Overall({run, columns}: {readonly run: Run; readonly columns: number}) {
  const {quiet} = useTheme();
  const steps = [...run.steps.values()];
  const settled = steps.filter(({state}) => isSettled(state)).length;
  const text = steps.length === 0 ? 'planning' : `${settled} of ${steps.length} steps`;
  return (
    <Box flexShrink={0} columnGap={2}>
      <ProgressBar
        share={steps.length === 0 ? 0 : settled / steps.length}
        columns={Math.max(10, columns - text.length - 2)}
      />
      <Text {...quiet} wrap="truncate">
        {text}
      </Text>
    </Box>
  );
}

type RunningProps = {
  readonly view: RunView;
  readonly size: Size;
  readonly taken: number;
};

function Running({view, size, taken}: RunningProps) {
  const {quiet} = useTheme();
  const steps = inHand(view.run);
  const room = Math.max(1, size.rows - taken);
  const isTall = steps.length * 2 <= room;
  const shown = steps.slice(0, isTall || steps.length <= room ? steps.length : Math.max(1, room - 1));
  return (
    <Box flexDirection="column" flexShrink={1} marginTop={1} overflow="hidden">
      {shown.map(step => (
        <StepRow
          key={step.id}
          step={step}
          now={view.now}
          rate={rateOf(view, step.id)}
          columns={size.columns}
          isTall={isTall}
        />
      ))}
      {shown.length < steps.length && <Text {...quiet}>and {steps.length - shown.length} more</Text>}
    </Box>
  );
}

/** Running before waiting, and the longest-running first, so that lines keep their places. */
function inHand(run: Run): readonly StepView[] {
  const steps = [...run.steps.values()];
  const running = steps.filter(({state}) => state === 'running');
  return [
    ...running.toSorted((a, b) => (a.started ?? 0) - (b.started ?? 0)),
    ...steps.filter(({state}) => state === 'waiting'),
  ];
}

const checkWords = {ok: 'ok', failed: 'failed', unknown: 'not known'} as const;

/** How many checks came out how. */
export function Checks({run}: {readonly run: Run}) {
  const theme = useTheme();
  const checks = [...run.checks.values()];
  if (checks.length === 0) return null;
  const running = checks.find(({state}) => state === 'running');
  const states = ['ok', 'warning', 'failed', 'unknown'] as const;
  return (
    <Box flexShrink={0} columnGap={2} height={1} overflow="hidden">
      <Text bold>Checks</Text>
      {states.map(state => {
        const {mark, style} = markOfCheck(theme, state);
        const count = checks.filter(check => check.state === state).length;
        return (
          count > 0 && (
            <Text key={state} {...style}>
              {mark} {state === 'warning' ? countOf(count, state) : `${count} ${checkWords[state]}`}
            </Text>
          )
        );
      })}
      {running && (
        <Text {...theme.quiet} wrap="truncate">
          {running.check}
        </Text>
      )}
    </Box>
  );
}

type FootProps = {readonly state: WatchState; readonly size: Size; readonly hints: readonly Hint[]};

function Foot({state, size, hints}: FootProps) {
  if (state === 'watching') return <KeyHints hints={hints} columns={size.columns} />;
  if (state !== 'asking') return <Stopping columns={size.columns} />;
  return (
    <Dialog
      question="Leave or stop?"
      text="In the background it goes on without this screen. Stopped, it ends after the steps in hand, and the next run goes on from there."
      hints={[
        ['b', 'background'],
        ['s', 'stop'],
        ['Enter', 'stay'],
      ]}
      size={size}
    />
  );
}

function Stopping({columns}: {readonly columns: number}) {
  return (
    <Box flexDirection="column" flexShrink={0} marginTop={1}>
      <Prose text="Stopping as soon as the steps in hand are finished." columns={columns} style={{bold: true}} />
      <KeyHints hints={[['q', 'leave them to it']]} columns={columns} />
    </Box>
  );
}
