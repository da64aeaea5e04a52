import {Box, Text} from 'ink';
import {type MapData, runStates} from '../../../model/map.ts';
import {hasEnded, type Run, type StepView} from '../../../model/run.ts';
import {formatClock} from '../../../model/words.ts';
import {CheckCounts} from '../../components/checks.tsx';
import type {Dialog, Hint} from '../../components/foot.tsx';
import {Frame} from '../../components/frame.tsx';
import {Line} from '../../components/text.tsx';
import {isSmall, type Size} from '../../display.ts';
import {mapSize} from '../../map/layout.ts';
import {MapView, mapRows} from '../../map/map-view.tsx';
import {useTheme} from '../../theme.ts';
import type {WatchState} from './run-store.ts';
import {type RunView, turnsAt} from './run-store.ts';
import {ProgressBar, StepRow} from './step-row.tsx';

const titles = {apply: 'Setting up', undo: 'Undoing', uninstall: 'Removing', update: 'Updating'} as const;

const leaving: Dialog = {
  question: 'Leave or stop?',
  text: 'In the background the run continues without this screen. If stopped, it ends after the current steps, and the next run continues from there.',
  hints: Object.entries({b: 'background', s: 'stop', Enter: 'stay'}),
};

type StepsProps = {view: RunView; state: WatchState; map: MapData | undefined; size: Size};

/** Shows the current steps of a run, how much of it is done, and how long it has taken. */
export function Steps({view, state, map, size}: StepsProps) {
  const {run, now} = view;
  const phase = run.stopping ? 'stopping' : state.phase;
  const isMapAlone = map !== undefined && state.view === 'map' && phase !== 'asking';
  const hasMap = map !== undefined && phase !== 'asking' && (isMapAlone || hasRoomForMap(map, size));
  const isDense = isMapAlone && isSmall(size);
  return (
    <Frame
      size={size}
      title={run.command ? titles[run.command] : 'Starting'}
      status={run.started === undefined ? '' : formatClock(now - run.started)}
      isBusy
      turns={turnsAt(view)}
      lead={!isDense && <Overall run={run} columns={size.columns} />}
      isDense={isDense}
      {...(phase === 'asking' && {dialog: leaving})}
      {...(phase === 'stopping' && {notice: 'Stopping as soon as the current steps are finished.'})}
      hints={phase === 'stopping' ? [['q', 'continue in background']] : hintsFor(map, size, isMapAlone)}
    >
      {room => (
        <>
          {hasMap && (
            <Box flexDirection="column" flexShrink={isMapAlone ? 1 : 0} overflow="hidden">
              <MapView map={map} states={runStates(map, run)} columns={room.columns} rows={room.rows - 1} />
            </Box>
          )}
          {!isMapAlone && <CurrentSteps view={view} map={hasMap ? map : undefined} room={room} />}
          <CheckCounts run={run} />
        </>
      )}
    </Frame>
  );
}

/** The map is above the steps where it leaves them enough room; elsewhere a key shows it. */
function hasRoomForMap(map: MapData, {rows, columns}: Size): boolean {
  return columns >= mapSize.columns && rows - mapRows(map, columns) >= 9;
}

function hintsFor(map: MapData | undefined, size: Size, isMapAlone: boolean): readonly Hint[] {
  const other: readonly Hint[] = map && !hasRoomForMap(map, size) ? [['m', isMapAlone ? 'steps' : 'map']] : [];
  return [['q', 'stop'], ['l', 'log'], ...other];
}

function Overall({run, columns}: {run: Run; columns: number}) {
  const {quiet} = useTheme();
  const steps = [...run.steps.values()];
  const settled = steps.filter(({state}) => hasEnded(state)).length;
  const text = steps.length === 0 ? 'planning' : `${settled} of ${steps.length} steps`;
  return (
    <Box flexShrink={0} columnGap={2}>
      <ProgressBar share={settled / (steps.length || 1)} columns={Math.max(10, columns - text.length - 2)} />
      <Line {...quiet}>{text}</Line>
    </Box>
  );
}

type CurrentProps = {view: RunView; map: MapData | undefined; room: Size};

/** Shows as many steps as fit besides the map and the checks, in two lines each where there is room. */
function CurrentSteps({view, map, room: {rows, columns}}: CurrentProps) {
  const {quiet} = useTheme();
  const steps = currentSteps(view.run);
  const room = Math.max(1, rows - (map ? mapRows(map, columns) + 1 : 0) - (view.run.checks.size > 0 ? 1 : 0));
  const isTall = steps.length * 2 <= room;
  const shown = steps.slice(0, isTall || steps.length <= room ? steps.length : Math.max(1, room - 1));
  return (
    <Box flexDirection="column" flexShrink={1} marginTop={map ? 1 : 0} overflow="hidden">
      {shown.map(step => (
        <StepRow key={step.id} step={step} view={view} columns={columns} isTall={isTall} />
      ))}
      {shown.length < steps.length && <Text {...quiet}>and {steps.length - shown.length} more</Text>}
    </Box>
  );
}

/** Returns running steps before waiting ones, longest-running first, so that lines keep their places. */
function currentSteps(run: Run): readonly StepView[] {
  const steps = [...run.steps.values()];
  const running = steps.filter(({state}) => state === 'running');
  return [
    ...running.toSorted((a, b) => (a.started ?? 0) - (b.started ?? 0)),
    ...steps.filter(({state}) => state === 'waiting'),
  ];
}
