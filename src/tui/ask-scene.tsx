import {Box} from 'ink';
import type {MapData} from '../model/map.ts';
import type {Answers, Probed, Question} from '../model/question.ts';
import {textOf} from './line-editor.ts';
import {nothingChanged, pause} from './pause.tsx';
import {Given} from './screens/answers.tsx';
import {AskScreen} from './screens/ask.tsx';
import {type AskState, answersOf, lineIn, pathOf, pressInAsk, startAsking, tellProbe} from './screens/ask-state.ts';
import {createStore, type Store, waitFor} from './store.ts';
import type {Ending, Scene} from './theatre.ts';

type Answered = {readonly answers: Answers | undefined};

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
