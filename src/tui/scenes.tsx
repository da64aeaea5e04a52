import {setImmediate} from 'node:timers/promises';
import {Text} from 'ink';
import type {Event} from '../model/event.ts';
import {sortFindings} from '../model/fact-words.ts';
import type {MapData} from '../model/map.ts';
import type {Plan} from '../model/plan.ts';
import type {Run} from '../model/run.ts';
import type {Decision, Finding, Report, RunControls} from '../model/ui.ts';
import {goesOn} from '../model/words.ts';
import {ProblemPanel} from './components/panel.tsx';
import {isStroke, type Stroke} from './keys.ts';
import {leaveOn, nothingChanged, pause} from './pause.tsx';
import {createRunStore, type RunStore} from './run-store.ts';
import type {Draw, Size} from './screen.ts';
import {EndedStep} from './screens/ended.tsx';
import {newestLog, pressInLog} from './screens/log-state.ts';
import {Found, LookScreen} from './screens/look.tsx';
import {ReportScreen} from './screens/report.tsx';
import {Approved, Notice, ReviewScreen} from './screens/review.tsx';
import {pressInReview, type ReviewState, startReview} from './screens/review-state.ts';
import {WatchScreen, type WatchView} from './screens/watch.tsx';
import {pressInWatch, type WatchState} from './screens/watch-state.ts';
import {createStore, type Store, waitFor} from './store.ts';
import type {Ending, Scene} from './theatre.ts';

/** Looking around: the facts stay in the transcript. */
export function lookScene(findings: AsyncIterable<Finding>, interrupt: () => void): Scene<void> {
  const store = createStore<readonly Finding[]>([]);
  return {
    draw: size => <LookScreen store={store} size={size} />,
    press: stroke => leaveOn(stroke, interrupt),
    outcome: collect(findings, store),
    ending: () => ({
      lines: [size => <Found findings={sortFindings(store.get())} columns={size.columns} />],
      meanwhile: pause('One moment', interrupt),
    }),
  };
}

async function collect(findings: AsyncIterable<Finding>, store: Store<readonly Finding[]>): Promise<void> {
  // The first frame comes first: starting the programs that are asked takes longer than drawing it.
  await setImmediate();
  for await (const finding of findings) {
    store.update(known => [...known.filter(({fact}) => fact !== finding.fact), finding]);
  }
}

type Reviewing = {
  readonly plan: Plan;
  readonly map: MapData | undefined;
  readonly save: (() => Promise<string>) | undefined;
  readonly interrupt: () => void;
};

function tellFailure(store: Store<ReviewState>) {
  return (error: unknown) => {
    const notice = `The settings could not be saved: ${error instanceof Error ? error.message : String(error)}.`;
    store.update(state => ({...state, notice}));
  };
}

/** The review of a plan: what was decided, or what stands in the way, stays in the transcript. */
export function reviewScene({plan, map, save, interrupt}: Reviewing): Scene<Decision> {
  const store = createStore(startReview(plan, save !== undefined));
  return {
    draw: size => <ReviewScreen store={store} map={map} size={size} />,
    press: (stroke, size) => {
      const {saves} = store.get();
      store.update(state => pressInReview(state, stroke, size));
      if (store.get().saves > saves)
        void save?.().then(notice => store.update(state => ({...state, notice})), tellFailure(store));
    },
    outcome: waitFor(store, ({decision}) => decision),
    ending: decision => endReview({plan, decision, notice: store.get().told, interrupt}),
  };
}

type Reviewed = {
  readonly plan: Plan;
  readonly decision: Decision;
  readonly notice: string | undefined;
  readonly interrupt: () => void;
};

function endReview({plan, decision, notice, interrupt}: Reviewed): Ending {
  const saved: readonly Draw[] = notice === undefined ? [] : [size => <Notice text={notice} columns={size.columns} />];
  if (decision === 'apply')
    return {lines: [...saved, () => <Approved plan={plan} />], meanwhile: pause('Starting', interrupt)};
  if (decision === 'change' || decision === 'again') return {lines: saved, meanwhile: pause('One moment', interrupt)};
  const problems = plan.problems.map(
    (problem): Draw =>
      size => <ProblemPanel problem={problem} columns={size.columns} />,
  );
  return {lines: [...problems, ...saved, nothingChanged]};
}

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

/** What is said at the end. */
export function drawReport(report: Report): Draw {
  return size => <ReportScreen report={report} columns={size.columns} />;
}
