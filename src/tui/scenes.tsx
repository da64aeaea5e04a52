import {setImmediate} from 'node:timers/promises';
import {sortFacts} from '../model/facts.ts';
import type {MapData} from '../model/map.ts';
import type {Plan} from '../model/plan.ts';
import type {Decision, DetectedFact, Report} from '../model/ui.ts';
import {ProblemPanel} from './components/panel.tsx';
import {leaveOn, nothingChanged, pause} from './pause.tsx';
import type {Draw} from './screen.ts';
import {Found, LookScreen} from './screens/look.tsx';
import {ReportScreen} from './screens/report.tsx';
import {Approved, Notice, ReviewScreen} from './screens/review.tsx';
import {pressInReview, type ReviewState, startReview} from './screens/review-state.ts';
import {createStore, type Store, waitFor} from './store.ts';
import type {Ending, Scene} from './theatre.ts';

/** Looking around: the facts stay in the transcript. */
export function lookScene(detected: AsyncIterable<DetectedFact>, interrupt: () => void): Scene<void> {
  const store = createStore<readonly DetectedFact[]>([]);
  return {
    draw: size => <LookScreen store={store} size={size} />,
    press: stroke => leaveOn(stroke, interrupt),
    outcome: collect(detected, store),
    ending: () => ({
      lines: [size => <Found detected={sortFacts(store.get())} columns={size.columns} />],
      meanwhile: pause('One moment', interrupt),
    }),
  };
}

async function collect(detected: AsyncIterable<DetectedFact>, store: Store<readonly DetectedFact[]>): Promise<void> {
  // The first frame comes first: starting the programs that are asked takes longer than drawing it.
  await setImmediate();
  for await (const one of detected) {
    store.update(known => [...known.filter(({fact}) => fact !== one.fact), one]);
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

/** What is said at the end. */
export function drawReport(report: Report): Draw {
  return size => <ReportScreen report={report} columns={size.columns} />;
}
