import {Text} from 'ink';
import type {Event} from '../../../model/event.ts';
import type {MapData} from '../../../model/map.ts';
import type {Run} from '../../../model/run.ts';
import type {RunControls} from '../../../model/ui.ts';
import {backgroundNotice} from '../../../model/words.ts';
import {Reader} from '../../components/reader.tsx';
import type {Draw, Screen, ScreenContext, Size} from '../../display.ts';
import {createStore, type Store, useStore} from '../../store.ts';
import {createRunStore, pressInWatch, type RunStore, startWatching, type WatchState} from './run-store.ts';
import {EndedStep} from './step-row.tsx';
import {Steps} from './steps.tsx';

/** Follows a run; steps move to the transcript as they end. */
export function watchScreen(
  events: AsyncIterable<Event>,
  controls: RunControls,
  {map, print}: ScreenContext,
): Screen<Run> {
  const runs = createRunStore();
  const store = createStore(startWatching);
  const printRest = printEnded(runs, print);
  return {
    draw: size => <WatchView runs={runs} store={store} map={map} size={size} />,
    press(stroke, size) {
      // Any viewer may have asked the run to stop.
      const phase = runs.get().run.stopping ? 'stopping' : store.get().phase;
      store.update(state => pressInWatch({...state, phase}, stroke, runs.log, size));
      const after = store.get().phase;
      if (after === phase) return;
      if (after === 'stopping') controls.stop();
      if (after === 'left') controls.leave();
    },
    outcome: follow(events, runs).finally(printRest),
    ending: () => (store.get().phase === 'left' ? {lines: [() => <Text>{backgroundNotice}</Text>]} : {}),
  };
}

async function follow(events: AsyncIterable<Event>, runs: RunStore): Promise<Run> {
  try {
    for await (const event of events) runs.push(event);
  } finally {
    runs.end();
  }
  return runs.get().run;
}

/** Each line printed above the frame makes the terminal draw the whole frame again, so good news is gathered. */
const printPause = 10_000;

/** Prints each step once, in the order in which they ended. Returns a function that prints the rest at the end. */
function printEnded(runs: RunStore, print: ScreenContext['print']): () => void {
  let printed = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const {run} = runs.get();
    const news = run.settled.slice(printed).map(
      (id): Draw =>
        size =>
          drawEnded(run, id, size),
    );
    print(...news);
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

type WatchProps = {runs: RunStore; store: Store<WatchState>; map: MapData | undefined; size: Size};

/** Shows the steps of a run, or its log. */
export function WatchView({runs, store, map, size}: WatchProps) {
  const view = useStore(runs);
  const state = useStore(store);
  if (typeof state.view === 'object' && state.phase !== 'asking')
    return <Reader title="Log" state={state.view.log} lines={runs.log} size={size} />;
  return <Steps view={view} state={state} map={map} size={size} />;
}
