import {Box, Text, useAnimation} from 'ink';
import type {Run, StepView} from '../../model/run.ts';
import {formatClock, isSettled} from '../../model/words.ts';
import {Dialog} from '../components/dialog.tsx';
import {Header} from '../components/header.tsx';
import {KeyHints} from '../components/key-hints.tsx';
import {ProgressBar} from '../components/progress-bar.tsx';
import {StepRow} from '../components/step-row.tsx';
import {type RunStore, type RunView, rateOf} from '../run-store.ts';
import {isSmall, type Size} from '../screen.ts';
import {type Store, useStore} from '../store.ts';
import {markOfCheck, useTheme} from '../theme.ts';
import type {WatchState} from './watch-state.ts';

type WatchProps = {readonly runs: RunStore; readonly store: Store<WatchState>; readonly size: Size};

const titles = {apply: 'Setting up', undo: 'Undoing', uninstall: 'Removing', update: 'Updating'} as const;

/** Follows a run: what is in hand now, how far the whole has come, and how long it has taken. */
export function WatchScreen({runs, store, size}: WatchProps) {
  const view = useStore(runs);
  const state = useStore(store);
  // The clocks go on although nothing happens.
  useAnimation({interval: 500});
  const {run} = view;
  const now = Date.now();
  const elapsed = run.started === undefined ? '' : formatClock(now - run.started);
  return (
    <>
      <Header title={run.command ? titles[run.command] : 'Starting'} status={elapsed} columns={size.columns} isBusy />
      <Overall run={run} columns={size.columns} />
      {!(state === 'asking' && isSmall(size)) && (
        <Running view={view} now={now} size={size} isAsking={state === 'asking'} />
      )}
      <Checks run={run} />
      <Foot state={run.stopping ? 'stopping' : state} size={size} />
    </>
  );
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
  readonly now: number;
  readonly size: Size;
  readonly isAsking: boolean;
};

function Running({view, now, size, isAsking}: RunningProps) {
  const {quiet} = useTheme();
  const steps = inHand(view.run);
  const room = Math.max(1, size.rows - (isAsking ? 10 : 5) - (view.run.checks.size > 0 ? 1 : 0));
  const isTall = steps.length * 2 <= room;
  const shown = steps.slice(0, isTall || steps.length <= room ? steps.length : Math.max(1, room - 1));
  return (
    <Box flexDirection="column" flexShrink={1} marginTop={1} overflow="hidden">
      {shown.map(step => (
        <StepRow
          key={step.id}
          step={step}
          now={now}
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

function Checks({run}: {readonly run: Run}) {
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
              {mark} {count} {state}
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

function Foot({state, size}: {readonly state: WatchState; readonly size: Size}) {
  if (state === 'watching') return <KeyHints hints={[['q', 'stop']]} columns={size.columns} />;
  if (state !== 'asking') return <Stopping />;
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

function Stopping() {
  const {warning} = useTheme();
  return (
    <Box flexShrink={0} marginTop={1}>
      <Text {...warning} wrap="truncate">
        Stopping as soon as the steps in hand are finished. q leaves them to it.
      </Text>
    </Box>
  );
}
