import {setImmediate} from 'node:timers/promises';
import {Box, Text} from 'ink';
import type {Event} from '../model/event.ts';
import {logLines} from '../model/log.ts';
import type {MapData} from '../model/map.ts';
import type {Plan} from '../model/plan.ts';
import type {Answers, Probed, Question} from '../model/question.ts';
import {advance, noRun, type Run} from '../model/run.ts';
import type {Decision, Errand, Finding, Home, Report, RunControls} from '../model/ui.ts';
import {goesOn} from '../model/words.ts';
import {ProblemPanel} from './components/panel.tsx';
import {isStroke, type Stroke} from './keys.ts';
import {textOf} from './line-editor.ts';
import {leaveOn, pause} from './pause.tsx';
import {createRunStore, type RunStore} from './run-store.ts';
import type {Draw, Size} from './screen.ts';
import {AskScreen, Given} from './screens/ask.tsx';
import {type AskState, answersOf, lineIn, pathOf, pressInAsk, startAsking, tellProbe} from './screens/ask-state.ts';
import {EndedStep} from './screens/ended.tsx';
import {HomeScreen, tellChecks} from './screens/home.tsx';
import {arriving, type HomeState, pressAtHome, type Texts} from './screens/home-state.ts';
import {newestLog, pressInLog} from './screens/log-state.ts';
import {Found, LookScreen} from './screens/look.tsx';
import {ReportScreen} from './screens/report.tsx';
import {Approved, ReviewScreen} from './screens/review.tsx';
import {pressInReview, type ReviewState, startReview} from './screens/review-state.ts';
import {WatchScreen, type WatchView} from './screens/watch.tsx';
import {pressInWatch, type WatchState} from './screens/watch-state.ts';
import {createStore, type Store, waitFor} from './store.ts';
import type {Ending, Scene} from './theatre.ts';
import type {Theme} from './theme.ts';

/** Looking around: the facts stay in the transcript. */
export function lookScene(findings: AsyncIterable<Finding>, interrupt: () => void): Scene<void> {
  const store = createStore<readonly Finding[]>([]);
  return {
    draw: size => <LookScreen store={store} size={size} />,
    press: stroke => leaveOn(stroke, interrupt),
    outcome: collect(findings, store),
    ending: () => ({
      lines: [size => <Found findings={store.get()} columns={size.columns} />],
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

type Answered = {readonly answers: Answers | undefined};

const nothingChanged: Draw = () => <Text>Nothing was changed.</Text>;

type Asking = {
  readonly questions: readonly Question[];
  readonly sketch: (answers: Answers) => MapData;
  readonly interrupt: () => void;
};

/** The wizard: the answers stay in the transcript. */
export function askScene({questions, sketch, interrupt}: Asking): Scene<Answered> {
  const store = createStore(startAsking(questions));
  probeAnswers(store);
  return {
    draw: size => <AskScreen store={store} sketch={sketch} size={size} />,
    press: stroke => store.update(state => pressInAsk(state, stroke)),
    outcome: waitFor(store, state => {
      if (!state.outcome) return undefined;
      return {answers: state.outcome === 'answered' ? answersOf(state) : undefined};
    }),
    ending: ({answers}) => (answers ? endAsking(pathOf(store.get()), answers, interrupt) : {lines: [nothingChanged]}),
  };
}

const typingPause = 400;

/** Looks at what is typed while the owner goes on, when the typing rests or a question is left. */
function probeAnswers(store: Store<AskState>): void {
  const look = () => {
    const state = store.get();
    for (const question of pathOf(state)) {
      const value = textOf(lineIn(state, question)).trim();
      if (!question.probe || value === '' || state.probes[question.key]?.value === value) continue;
      if (question.check(value, answersOf(state))) continue;
      store.update(now => tellProbe(now, question.key, {value}));
      void question.probe(value).then(probed => store.update(now => takeProbe(now, question.key, value, probed)));
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const stop = store.subscribe(() => {
    clearTimeout(timer);
    if (store.get().outcome) stop();
    else timer = setTimeout(look, typingPause).unref();
  });
}

/** An answer about a value that was changed meanwhile comes too late. */
function takeProbe(state: AskState, key: string, value: string, probed: Probed): AskState {
  return state.probes[key]?.value === value ? tellProbe(state, key, {value, probed}) : state;
}

function endAsking(questions: readonly Question[], answers: Answers, interrupt: () => void): Ending {
  return {
    lines: [
      () => (
        <Box flexDirection="column" marginTop={1}>
          <Given title="Your answers" questions={questions} answers={answers} />
        </Box>
      ),
    ],
    meanwhile: pause('Comparing this machine with your settings', interrupt),
  };
}

type Reviewing = {
  readonly plan: Plan;
  readonly map: MapData | undefined;
  readonly save: () => Promise<string>;
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
  const store = createStore(startReview(plan));
  return {
    draw: size => <ReviewScreen store={store} map={map} size={size} />,
    press: (stroke, size) => {
      const {saves} = store.get();
      store.update(state => pressInReview(state, stroke, size));
      if (store.get().saves > saves)
        void save().then(notice => store.update(state => ({...state, notice})), tellFailure(store));
    },
    outcome: waitFor(store, ({decision}) => decision),
    ending: decision => endReview(plan, decision, interrupt),
  };
}

function endReview(plan: Plan, decision: Decision, interrupt: () => void): Ending {
  if (decision === 'apply') return {lines: [() => <Approved plan={plan} />], meanwhile: pause('Starting', interrupt)};
  if (decision === 'change' || decision === 'again') return {meanwhile: pause('One moment', interrupt)};
  const problems = plan.problems.map(
    (problem): Draw =>
      size => <ProblemPanel problem={problem} columns={size.columns} />,
  );
  return {lines: [...problems, nothingChanged]};
}

type Watching = {
  readonly events: AsyncIterable<Event>;
  readonly controls: RunControls;
  readonly map: MapData | undefined;
  readonly print: (draw: Draw) => void;
};

/** A run: what has ended goes to the transcript as it ends. */
export function watchScene({events, controls, map, print}: Watching): Scene<Run> {
  const runs = createRunStore();
  const store = createStore<WatchState>('watching');
  const view = createStore<WatchView>({type: 'steps'});
  printEnded(runs, print);
  return {
    draw: (size: Size) => <WatchScreen runs={runs} store={store} view={view} map={map} size={size} />,
    press: (stroke, size) => {
      if (store.get() === 'asking' || !lookElsewhere(view, stroke, runs.log, size))
        pressAndTell({runs, store, stroke, controls});
    },
    outcome: follow(events, runs),
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

type Visit = {
  readonly home: Home;
  readonly map: MapData | undefined;
  readonly theme: Theme;
  readonly interrupt: () => void;
};

/** Home: the checks run while the owner looks around. */
export function homeScene({home, map, theme, interrupt}: Visit): Scene<Errand> {
  const store = createStore(arriving);
  const log: string[] = [];
  const texts = ({columns}: Size): Texts => ({
    checks: tellChecks(store.get().run, theme.glyphs.map.marks, columns),
    log,
  });
  void check(home, store);
  return {
    draw: size => <HomeScreen home={home} store={store} texts={texts} map={map} size={size} />,
    press(stroke, size) {
      const {isChecking, view} = store.get();
      store.update(state => pressAtHome(state, stroke, texts(size), size));
      const now = store.get();
      if (now.isChecking && !isChecking) void check(home, store);
      if (now.view.type === 'log' && view.type !== 'log') void readLog(home, log, store);
    },
    outcome: waitFor(store, ({errand}) => errand),
    ending: errand => (errand === 'change' ? {meanwhile: pause('One moment', interrupt)} : {}),
  };
}

async function check(home: Home, store: Store<HomeState>): Promise<void> {
  let run = noRun;
  for await (const event of home.check()) {
    run = advance(run, event);
    store.update(state => ({...state, run}));
  }
  store.update(state => ({...state, isChecking: false}));
}

async function readLog(home: Home, log: string[], store: Store<HomeState>): Promise<void> {
  log.length = 0;
  for await (const event of home.log()) log.push(...logLines(event));
  if (log.length === 0) log.push('No run is known on this machine.');
  store.update(state => ({...state}));
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
  for await (const event of events) runs.push(event);
  runs.flush();
  return runs.get().run;
}

/** In the order in which they ended, each once: what is printed above the frame stays there. */
function printEnded(runs: RunStore, print: (draw: Draw) => void): void {
  let printed = 0;
  runs.subscribe(() => {
    const {run} = runs.get();
    for (const id of run.settled.slice(printed)) print(size => drawEnded(run, id, size));
    printed = run.settled.length;
  });
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
