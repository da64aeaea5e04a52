import {setImmediate} from 'node:timers/promises';
import {Box, Text} from 'ink';
import type {Event} from '../model/event.ts';
import type {Plan} from '../model/plan.ts';
import type {Answers, Question} from '../model/question.ts';
import type {Run} from '../model/run.ts';
import type {Decision, Finding} from '../model/ui.ts';
import {ProblemPanel} from './components/panel.tsx';
import {isStroke, type Stroke} from './keys.ts';
import {createRunStore, type RunStore} from './run-store.ts';
import type {Draw, Screen, Size} from './screen.ts';
import {AskScreen, Given} from './screens/ask.tsx';
import {answersOf, pathOf, pressInAsk, startAsking} from './screens/ask-state.ts';
import {EndedStep} from './screens/ended.tsx';
import {Found, LookScreen} from './screens/look.tsx';
import {PauseScreen} from './screens/pause.tsx';
import {Approved, ReviewScreen} from './screens/review.tsx';
import {pressInReview, startReview} from './screens/review-state.ts';
import {WatchScreen} from './screens/watch.tsx';
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
      lines: [size => <Found findings={store.get()} columns={size.columns} />],
      meanwhile: pause('One moment', interrupt),
    }),
  };
}

/** What is shown while the program prepares the next screen. */
function pause(title: string, interrupt: () => void): Screen {
  return {
    draw: size => <PauseScreen title={title} size={size} />,
    press: stroke => leaveOn(stroke, interrupt),
  };
}

function leaveOn(stroke: Stroke, interrupt: () => void): void {
  if (isStroke(stroke, 'interrupt')) interrupt();
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

/** The wizard: the answers stay in the transcript. */
export function askScene(questions: readonly Question[], interrupt: () => void): Scene<Answered> {
  const store = createStore(startAsking(questions));
  return {
    draw: size => <AskScreen store={store} size={size} />,
    press: stroke => store.update(state => pressInAsk(state, stroke)),
    outcome: waitFor(store, state => {
      if (!state.outcome) return undefined;
      return {answers: state.outcome === 'answered' ? answersOf(state) : undefined};
    }),
    ending: ({answers}) => (answers ? endAsking(pathOf(store.get()), answers, interrupt) : {lines: [nothingChanged]}),
  };
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

/** The review of a plan: what was decided, or what stands in the way, stays in the transcript. */
export function reviewScene(plan: Plan, interrupt: () => void): Scene<Decision> {
  const store = createStore(startReview(plan));
  return {
    draw: size => <ReviewScreen store={store} size={size} />,
    press: (stroke, size) => store.update(state => pressInReview(state, stroke, size)),
    outcome: waitFor(store, ({decision}) => decision),
    ending: decision => endReview(plan, decision, interrupt),
  };
}

function endReview(plan: Plan, decision: Decision, interrupt: () => void): Ending {
  if (decision === 'apply') return {lines: [() => <Approved plan={plan} />], meanwhile: pause('Starting', interrupt)};
  if (decision === 'change') return {meanwhile: pause('One moment', interrupt)};
  const problems = plan.problems.map(
    (problem): Draw =>
      size => <ProblemPanel problem={problem} columns={size.columns} />,
  );
  return {lines: [...problems, nothingChanged]};
}

type Watching = {
  readonly events: AsyncIterable<Event>;
  readonly stop: () => void;
  readonly print: (draw: Draw) => void;
};

/** A run: what has ended goes to the transcript as it ends. */
export function watchScene({events, stop, print}: Watching): Scene<Run> {
  const runs = createRunStore();
  const store = createStore<WatchState>('watching');
  printEnded(runs, print);
  return {
    draw: (size: Size) => <WatchScreen runs={runs} store={store} size={size} />,
    press: stroke => pressAndStop(store, stroke, stop),
    outcome: follow(events, runs),
  };
}

function pressAndStop(store: Store<WatchState>, stroke: Stroke, stop: () => void): void {
  const before = store.get();
  store.update(state => pressInWatch(state, stroke));
  if (before !== 'stopping' && store.get() === 'stopping') stop();
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
