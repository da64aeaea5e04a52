import {Text} from 'ink';
import type {Event} from '../model/event.ts';
import type {MapData} from '../model/map.ts';
import type {Run} from '../model/run.ts';
import type {RunControls} from '../model/ui.ts';
import {goesOn} from '../model/words.ts';
import {isStroke, type Stroke} from './keys.ts';
import {createRunStore, type RunStore} from './run-store.ts';
import type {Draw, Size} from './screen.ts';
import {EndedStep} from './screens/ended.tsx';
import {newestLog, pressInLog} from './screens/log-state.ts';
import {WatchScreen, type WatchView} from './screens/watch.tsx';
import {pressInWatch, type WatchState} from './screens/watch-state.ts';
import {createStore, type Store} from './store.ts';
import type {Scene} from './theatre.ts';

type Watching = {
  readonly events: AsyncIterable<Event>;
  readonly controls: RunControls;
  readonly map: MapData | undefined;
  readonly print: (...draws: readonly Draw[]) => void;
};

/** A run: what has ended goes to the transcript as it ends. */
export function watchScene({events, controls, map, print}: Watching): Scene<Run> {
  const runs = createRunStore();
  const store = createStore<WatchState>('watching');
  const view = createStore<WatchView>({type: 'steps'});
  const printRest = printEnded(runs, print);
  return {
    draw: (size: Size) => <WatchScreen runs={runs} store={store} view={view} map={map} size={size} />,
    press: (stroke, size) => {
      if (store.get() === 'asking' || !lookElsewhere(view, stroke, runs.log, size))
        pressAndTell({runs, store, stroke, controls});
    },
    outcome: follow(events, runs).finally(printRest),
    ending: () => (store.get() === 'left' ? {lines: [() => <Text>{goesOn}</Text>]} : {}),
  };
}

/** The keys that only choose what of a run is looked at. */
function lookElsewhere(store: Store<WatchView>, stroke: Stroke, lines: readonly string[], size: Size): boolean {
  const view = store.get();
  if (view.type === 'log') {
    const log = pressInLog(view.log, stroke, lines, size);
    store.update(() => (log ? {type: 'log', log} : {type: 'steps'}));
    return true;
  }
  if (isStroke(stroke, {letter: 'l'})) store.update(() => ({type: 'log', log: newestLog}));
  else if (isStroke(stroke, {letter: 'm'})) store.update(({type}) => ({type: type === 'map' ? 'steps' : 'map'}));
  else return false;
  return true;
}

type Pressed = {
  readonly runs: RunStore;
  readonly store: Store<WatchState>;
  readonly stroke: Stroke;
  readonly controls: RunControls;
};

/** Whoever asked a run to stop: for every viewer it is stopping. */
function pressAndTell({runs, store, stroke, controls}: Pressed): void {
  const before = runs.get().run.stopping ? 'stopping' : store.get();
  store.update(() => pressInWatch(before, stroke));
  const after = store.get();
  if (after === before) return;
  if (after === 'stopping') controls.stop();
  if (after === 'left') controls.leave();
}

async function follow(events: AsyncIterable<Event>, runs: RunStore): Promise<Run> {
  try {
    for await (const event of events) runs.push(event);
  } finally {
    runs.end();
  }
  return runs.get().run;
}

/** Every line that is printed above the frame makes the terminal draw all of it again, so good news is gathered. */
const printPause = 10_000;

/** In the order in which they ended, each once: what is printed stays. Returns how to print the rest at the end. */
function printEnded(runs: RunStore, print: Watching['print']): () => void {
  let printed = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const {run} = runs.get();
    print(
      ...run.settled.slice(printed).map(
        (id): Draw =>
          size =>
            drawEnded(run, id, size),
      ),
    );
    printed = run.settled.length;
  };
  runs.subscribe(() => {
    const {settled, steps} = runs.get().run;
    const news = settled.slice(printed).map(id => steps.get(id)?.problem);
    if (news.some(Boolean)) flush();
    else if (news.length > 0) timer ??= setTimeout(flush, printPause);
  });
  return flush;
}

function drawEnded({steps}: Run, id: string, {columns}: Size) {
  const step = steps.get(id);
  const cause = step?.cause === undefined ? undefined : (steps.get(step.cause)?.title ?? step.cause);
  return step && <EndedStep step={step} cause={cause} columns={columns} />;
}
