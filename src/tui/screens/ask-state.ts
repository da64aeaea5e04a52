import type {Problem} from '../../model/problem.ts';
import type {Answers, Filled, Question} from '../../model/question.ts';
import {isStroke, type Stroke} from '../keys.ts';
import {edit, type Line, lineOf, textOf} from '../line-editor.ts';

export type AskState = {
  readonly questions: readonly Question[];
  /** What was accepted, of questions that are skipped by now too. */
  readonly accepted: Answers;
  /** What the owner typed, also where it was not accepted: going back and forth loses nothing. */
  readonly typed: Readonly<Record<string, Line>>;
  /** The key of the question that is asked. */
  readonly at: string | undefined;
  readonly fault?: Problem;
  readonly isLeaving: boolean;
  readonly outcome?: 'answered' | 'left';
};

/** The wizard before its first key. */
export function startAsking(questions: readonly Question[]): AskState {
  const state: AskState = {questions, accepted: {}, typed: {}, at: undefined, isLeaving: false};
  const first = pathOf(state)[0];
  return first ? {...state, at: first.key} : {...state, outcome: 'answered'};
}

/** The wizard after one more stroke. */
export function pressInAsk(state: AskState, stroke: Stroke): AskState {
  if (state.outcome) return state;
  if (state.isLeaving) return pressInDialog(state, stroke);
  if (isStroke(stroke, 'interrupt')) return {...state, isLeaving: true};
  if (isStroke(stroke, 'enter', 'tab', 'down')) return goForward(state);
  if (isStroke(stroke, 'back-tab', 'up', 'escape')) return goBack(state);
  return change(state, stroke);
}

/** The questions that are to be asked, as far as the answers tell. */
export function pathOf({questions, accepted}: Pick<AskState, 'questions' | 'accepted'>): readonly Question[] {
  return questions.filter(question => !question.skip?.(accepted));
}

/** The question that is asked now. */
export function currentQuestion(state: AskState): Question | undefined {
  return state.questions.find(({key}) => key === state.at);
}

/** What stands in a question's field. */
export function lineIn(state: AskState, question: Question): Line {
  return state.typed[question.key] ?? lineOf(filledIn(state, question)?.value ?? startOf(question));
}

/** What the program filled in, while the owner has not touched it. */
export function filledIn(state: AskState, question: Question): Filled | undefined {
  if (state.typed[question.key]) return undefined;
  return question.initial ?? question.suggest?.(state.accepted);
}

/** The accepted answers of the questions that count, in their order. */
export function answersOf(state: AskState): Answers {
  const pairs = pathOf(state).map(({key}) => [key, state.accepted[key]] as const);
  return Object.fromEntries(pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
}

function startOf({kind}: Question): string {
  return kind.type === 'yes-or-no' ? 'false' : '';
}

function goForward(state: AskState): AskState {
  const question = currentQuestion(state);
  if (!question) return state;
  const value = textOf(lineIn(state, question)).trim();
  const fault = question.check(value, answersBefore(state, question));
  if (fault) return {...state, fault};
  const {fault: _fault, ...rest} = state;
  const accepted = {...rest, accepted: {...rest.accepted, [question.key]: value}};
  const path = pathOf(accepted);
  const next = path[path.indexOf(question) + 1];
  return next ? {...accepted, at: next.key} : {...accepted, outcome: 'answered'};
}

function goBack(state: AskState): AskState {
  const path = pathOf(state);
  const previous = path[path.findIndex(({key}) => key === state.at) - 1];
  if (!previous) return state;
  const {fault: _fault, ...rest} = state;
  return {...rest, at: previous.key};
}

function change(state: AskState, stroke: Stroke): AskState {
  const question = currentQuestion(state);
  if (!question) return state;
  const before = lineIn(state, question);
  const after = question.kind.type === 'yes-or-no' ? choose(before, stroke) : edit(before, stroke);
  if (after === before) return state;
  const {fault: _fault, ...rest} = state;
  const isMoved = textOf(after) === textOf(before);
  return {...(isMoved ? state : rest), typed: {...state.typed, [question.key]: after}};
}

/** y and n choose, everything that looks like "the other one" switches. */
function choose(line: Line, stroke: Stroke): Line {
  if (isStroke(stroke, {letter: 'y'}, {letter: 'Y'})) return lineOf('true');
  if (isStroke(stroke, {letter: 'n'}, {letter: 'N'})) return lineOf('false');
  const isSwitch = isStroke(stroke, 'left', 'right', {letter: ' '});
  return isSwitch ? lineOf(textOf(line) === 'true' ? 'false' : 'true') : line;
}

function answersBefore(state: AskState, question: Question): Answers {
  const {[question.key]: _own, ...others} = answersOf(state);
  return others;
}

function pressInDialog(state: AskState, stroke: Stroke): AskState {
  if (isStroke(stroke, {letter: 'y'}, {letter: 'Y'}, 'interrupt')) return {...state, outcome: 'left'};
  return isStroke(stroke, 'escape', 'enter', {letter: 'n'}, {letter: 'N'}) ? {...state, isLeaving: false} : state;
}
