import type {Problem} from '../../model/problem.ts';
import {type Answers, type Filled, isUntouched, type Probed, type Question} from '../../model/question.ts';
import {isStroke, type Stroke} from '../keys.ts';
import {edit, type Line, lineOf, textOf} from '../line-editor.ts';

/** What is known of a value from the world outside; nothing yet while it is looked for. */
export type Probing = {readonly value: string; readonly probed?: Probed};

export type AskState = {
  readonly questions: readonly Question[];
  /** What was accepted, of questions that are skipped by now too. */
  readonly accepted: Answers;
  /** What the owner typed, also where it was not accepted: going back and forth loses nothing. */
  readonly typed: Readonly<Record<string, Line>>;
  /** The key of the question that is asked; undefined in the list of all answers. */
  readonly at: string | undefined;
  /** The row of the list of all answers. */
  readonly cursor: number;
  /** Whether the list of all answers is where the owner came from, and goes back to. */
  readonly isVisiting: boolean;
  readonly probes: Readonly<Record<string, Probing>>;
  readonly fault?: Problem;
  readonly isLeaving: boolean;
  readonly outcome?: 'answered' | 'left';
};

/** A row of the list of all answers: the way on, what has to be said, and the groups of what may be. */
export type AnswerRow =
  | {readonly type: 'go'}
  | {readonly type: 'question'; readonly question: Question}
  | {readonly type: 'group'; readonly group: string; readonly questions: readonly Question[]};

/** The wizard before its first key; who has answered everything before starts with the list of all answers. */
export function startAsking(questions: readonly Question[]): AskState {
  const start = {questions, accepted: {}, typed: {}, cursor: 0, isVisiting: false, probes: {}, isLeaving: false};
  const state: AskState = {...start, at: undefined};
  const path = pathOf(state);
  const [first] = path;
  if (!first) return {...state, outcome: 'answered'};
  const isKnown = hasList(state) && path.every(question => textOf(lineIn(state, question)) !== '');
  return isKnown ? state : {...state, at: first.key};
}

/** The wizard after one more stroke. */
export function pressInAsk(state: AskState, stroke: Stroke): AskState {
  if (state.outcome) return state;
  if (state.isLeaving) return pressInDialog(state, stroke);
  if (isStroke(stroke, 'interrupt')) return {...state, isLeaving: true};
  if (state.at === undefined) return pressInList(state, stroke);
  if (isStroke(stroke, 'overview') && hasList(state)) return openList(state);
  if (isStroke(stroke, 'enter', 'tab', 'down')) return goForward(state);
  if (isStroke(stroke, 'back-tab', 'up', 'escape')) return goBack(state);
  return change(state, stroke);
}

/** The wizard when something is known of a value, or is being looked for. */
export function tellProbe(state: AskState, key: string, probing: Probing): AskState {
  return {...state, probes: {...state.probes, [key]: probing}};
}

/** The questions that have to be answered, as far as the answers tell. */
export function pathOf(state: Pick<AskState, 'questions' | 'accepted'>): readonly Question[] {
  return unskipped(state).filter(({group}) => group === undefined);
}

/** The rows of the list of all answers. */
export function answerRows(state: AskState): readonly AnswerRow[] {
  const optional = unskipped(state).filter(({group}) => group !== undefined);
  const groups = Map.groupBy(optional, ({group = ''}) => group);
  return [
    {type: 'go'},
    ...pathOf(state).map(question => ({type: 'question', question}) as const),
    ...[...groups].map(([group, questions]) => ({type: 'group', group, questions}) as const),
  ];
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

/** The accepted answers of the questions that count, in their order; what nobody had to say only where it was changed. */
export function answersOf(state: AskState): Answers {
  const pairs = unskipped(state).flatMap((question): readonly (readonly [string, string])[] => {
    const value = state.accepted[question.key];
    return value === undefined || isUntouched(question, value) ? [] : [[question.key, value]];
  });
  return Object.fromEntries(pairs);
}

/** What is known of the very value that stands in a question's field. */
export function probeOf(state: AskState, question: Question): Probing | undefined {
  const probe = state.probes[question.key];
  return probe?.value === textOf(lineIn(state, question)).trim() ? probe : undefined;
}

function unskipped({questions, accepted}: Pick<AskState, 'questions' | 'accepted'>): readonly Question[] {
  return questions.filter(question => !question.skip?.(accepted));
}

function hasList({questions}: AskState): boolean {
  return questions.some(({group}) => group !== undefined);
}

function startOf({kind}: Question): string {
  return kind.type === 'yes-or-no' ? 'false' : '';
}

/** Takes a question's value in, or says what is wrong with it where it is asked. */
function accept(state: AskState, question: Question): AskState {
  const value = textOf(lineIn(state, question)).trim();
  const fault = isUntouched(question, value) ? undefined : question.check(value, answersBefore(state, question));
  if (fault) return {...state, at: question.key, fault};
  return {...withoutFault(state), accepted: {...state.accepted, [question.key]: value}};
}

function withoutFault({fault: _fault, ...rest}: AskState): AskState {
  return rest;
}

function goForward(state: AskState): AskState {
  const question = currentQuestion(state);
  if (!question) return state;
  const accepted = accept(state, question);
  if (accepted.fault) return accepted;
  if (state.isVisiting && question.group === undefined) return openList(accepted);
  const next = neighbour(accepted, question, 1);
  if (next) return {...accepted, at: next.key};
  return hasList(accepted) ? openList(accepted) : {...accepted, outcome: 'answered'};
}

function goBack(state: AskState): AskState {
  const question = currentQuestion(state);
  if (!question) return state;
  const previous = state.isVisiting && question.group === undefined ? undefined : neighbour(state, question, -1);
  if (previous) return {...withoutFault(state), at: previous.key};
  return state.isVisiting ? openList(withoutFault(state)) : state;
}

/** The next question or the one before among those that belong together. */
function neighbour(state: AskState, question: Question, step: 1 | -1): Question | undefined {
  const together = unskipped(state).filter(({group}) => group === question.group);
  return together[together.indexOf(question) + step];
}

/** The list of all answers; who comes from the last question finds the way on beneath the cursor. */
function openList(state: AskState): AskState {
  const question = currentQuestion(state);
  const row = answerRows(state).findIndex(each =>
    each.type === 'group' ? each.group === question?.group : each.type === 'question' && each.question === question,
  );
  return {...withoutFault(state), at: undefined, cursor: state.isVisiting ? Math.max(0, row) : 0};
}

function pressInList(state: AskState, stroke: Stroke): AskState {
  const rows = answerRows(state);
  if (isStroke(stroke, 'down', 'tab')) return {...state, cursor: Math.min(rows.length - 1, state.cursor + 1)};
  if (isStroke(stroke, 'up', 'back-tab')) return {...state, cursor: Math.max(0, state.cursor - 1)};
  if (isStroke(stroke, 'home')) return {...state, cursor: 0};
  if (isStroke(stroke, 'end')) return {...state, cursor: rows.length - 1};
  if (!isStroke(stroke, 'enter', 'right')) return state;
  const row = rows[state.cursor];
  if (!row || row.type === 'go') return finish(state);
  const question = row.type === 'question' ? row.question : row.questions[0];
  return {...state, at: question?.key, isVisiting: true};
}

/** Everything that has to be said is said; the first thing that is not is asked. */
function finish(state: AskState): AskState {
  let accepted = state;
  for (const {key} of state.questions) {
    const question = pathOf(accepted).find(each => each.key === key);
    if (question) accepted = accept(accepted, question);
    if (accepted.fault) return {...accepted, isVisiting: true};
  }
  return {...accepted, outcome: 'answered'};
}

function change(state: AskState, stroke: Stroke): AskState {
  const question = currentQuestion(state);
  if (!question) return state;
  const before = lineIn(state, question);
  const after = question.kind.type === 'yes-or-no' ? choose(before, stroke) : edit(before, stroke);
  if (after === before) return state;
  const isMoved = textOf(after) === textOf(before);
  return {...(isMoved ? state : withoutFault(state)), typed: {...state.typed, [question.key]: after}};
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
