import {useMemo} from 'react';
import type {MapData} from '../../../model/map.ts';
import type {Answers, Probed, Question} from '../../../model/question.ts';
import type {Dialog, Hint} from '../../components/foot.tsx';
import {Frame, roomIn} from '../../components/frame.tsx';
import {formatHidden} from '../../components/list.tsx';
import {isSmall, type Screen, type ScreenContext, type Size} from '../../display.ts';
import {textOf} from '../../line-editor.ts';
import {createStore, type Store, useStore, waitFor} from '../../store.ts';
import {useTheme} from '../../theme.ts';
import {nothingChanged, pause} from '../pause.tsx';
import {AnswerList, Given} from './answers.tsx';
import {AskedQuestion} from './question-view.tsx';
import {
  type AskState,
  answerItems,
  answersOf,
  currentQuestion,
  hasList,
  isAtStart,
  lineIn,
  noteProbe,
  pathOf,
  pressInAsk,
  startAsking,
} from './state.ts';

type Sketch = (answers: Answers) => MapData;

/** The wizard; the answers stay in the transcript. */
export function askScreen(
  questions: readonly Question[],
  sketch: Sketch,
  {interrupt}: ScreenContext,
  isFromHome = false,
): Screen<Answers | undefined> {
  const store = createStore(startAsking(questions, isFromHome));
  probeAnswers(store);
  return {
    draw: size => <AskView store={store} sketch={sketch} size={size} />,
    press: (stroke, size) => store.update(state => pressInAsk(state, stroke, size)),
    outcome: waitFor(store, ({outcome}) => outcome).then(outcome =>
      outcome === 'answered' ? answersOf(store.get()) : undefined,
    ),
    ending(answers) {
      if (!answers) return isFromHome ? {meanwhile: pause('One moment', interrupt)} : {lines: [nothingChanged]};
      const given = <Given title="Your answers" questions={pathOf(store.get())} answers={answers} />;
      return {lines: [() => given], meanwhile: pause('Comparing this machine with your settings', interrupt)};
    },
  };
}

const typingPause = 400;

/** Looks up values in the background when typing pauses. */
function probeAnswers(store: Store<AskState>): void {
  const look = () => {
    const state = store.get();
    for (const question of pathOf(state)) {
      const value = textOf(lineIn(state, question)).trim();
      if (!question.probe || value === '' || state.probes[question.key]?.value === value) continue;
      if (question.check(value, answersOf(state))) continue;
      store.update(now => noteProbe(now, question.key, {value}));
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

/** Drops a result if the value has changed meanwhile. */
function takeProbe(state: AskState, key: string, value: string, probed: Probed): AskState {
  return state.probes[key]?.value === value ? noteProbe(state, key, {value, probed}) : state;
}

type AskProps = {store: Store<AskState>; sketch: Sketch; size: Size};

const leaving: Dialog = {
  question: 'Leave?',
  text: 'Nothing has been changed on this machine. The answers are not kept.',
  hints: Object.entries({y: 'leave', Enter: 'stay'}),
};

/** Asks one question at a time or lists all answers, and shows the server that the answers describe. */
export function AskView({store, sketch, size}: AskProps) {
  const {glyphs} = useTheme();
  const state = useStore(store);
  const question = currentQuestion(state);
  const answers = JSON.stringify(answersWith(state, question));
  const map = useMemo(() => sketch(JSON.parse(answers)), [sketch, answers]);
  const dialog = state.isLeaving ? leaving : undefined;
  const describeList = () => {
    const list = {cursor: state.list.cursor, count: answerItems(state).length, page: roomIn(size, {dialog}).rows};
    return formatHidden(list, glyphs) || 'all answers';
  };
  return (
    <Frame
      size={size}
      title="Settings"
      status={question ? describePosition(state, question) : describeList()}
      isDense={question !== undefined && isSmall(size)}
      dialog={dialog}
      hints={hintsFor(state, question)}
    >
      {room =>
        question ? (
          <AskedQuestion state={state} question={question} map={map} size={size} room={room} />
        ) : (
          <AnswerList state={state} room={room} />
        )
      }
    </Frame>
  );
}

/** Returns the accepted answers and the value in the current field: the map shows both. */
function answersWith(state: AskState, question: Question | undefined): Answers {
  const answers = answersOf(state);
  const value = question ? textOf(lineIn(state, question)).trim() : '';
  return question && value !== '' ? {...answers, [question.key]: value} : answers;
}

function describePosition(state: AskState, question: Question): string {
  const {group} = question;
  const together = group === undefined ? pathOf(state) : state.questions.filter(other => other.group === group);
  const position = `question ${together.indexOf(question) + 1} of ${together.length}`;
  return group === undefined ? position : `${group}: ${position}`;
}

function hintsFor(state: AskState, question: Question | undefined): readonly Hint[] {
  const leave: Hint = state.isFromHome && isAtStart(state) ? ['Esc', 'home'] : ['Ctrl-C', 'leave'];
  if (!question) return [['Enter', state.list.cursor === 0 ? 'continue' : 'change'], ['Arrows', 'choose'], leave];
  const isFirst = pathOf(state)[0] === question && !state.isVisiting;
  const back: readonly Hint[] = isFirst ? [] : [['Shift-Tab', 'back']];
  const choice: readonly Hint[] = question.kind.type === 'yes-or-no' ? [['y/n', 'choose']] : [];
  const all: readonly Hint[] = hasList(state) ? [['Ctrl-O', 'all answers']] : [];
  return [['Enter', 'next'], ...choice, ...back, ...all, leave];
}
