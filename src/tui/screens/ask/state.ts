import type {Problem} from '../../../model/problem.ts';
import {type Answers, type Filled, isUntouched, type Probed, type Question} from '../../../model/question.ts';
import {currentItem, type Item, type ListState, pressInList, startList} from '../../components/list.tsx';
import {pageOf} from '../../components/reader.tsx';
import type {Size} from '../../display.ts';
import {isStroke, type Stroke} from '../../keyboard.ts';
import {type EditedLine, edit, lineOf, textOf} from '../../line-editor.ts';

/** The network’s verdict on a value; nothing yet while it is looked up. */
export type Probing = {readonly value: string; readonly probed?: Probed};

export type AskState = {
  readonly questions: readonly Question[];
  /** Accepted answers, including those of questions that later answers skip. */
  readonly accepted: Answers;
  /** What was typed, accepted or not: no way through the questions loses it. */
  readonly typed: Readonly<Record<string, EditedLine>>;
  /** The key of the current question; undefined in the list of all answers. */
  readonly at: string | undefined;
  readonly list: ListState;
  /** Whether the question was opened from the list, and leads back to it. */
  readonly isVisiting: boolean;
  readonly probes: Readonly<Record<string, Probing>>;
  readonly fault: Problem | undefined;
  readonly isLeaving: boolean;
  /** Whether Esc before the first question leads back to the home screen. */
  readonly isFromHome: boolean;
  readonly outcome?: 'answered' | 'left';
};

/** A row of the list of all answers: the way on, required questions, and groups of optional ones. */
export type AnswerRow =
  | {readonly type: 'go'}
  | {readonly type: 'question'; readonly question: Question}
  | {readonly type: 'group'; readonly group: string; readonly questions: readonly Question[]};

/** Starts with the first question, or with the list of all answers if everything is answered already. */
export function startAsking(questions: readonly Question[], isFromHome = false): AskState {
  const state: AskState = {
    questions,
    accepted: {},
    typed: {},
    at: undefined,
    list: startList([]),
    isVisiting: false,
    probes: {},
    fault: undefined,
    isLeaving: false,
    isFromHome,
  };
  const path = pathOf(state);
  const [first] = path;
  if (!first) return {...state, outcome: 'answered'};
  const isKnown = hasList(state) && path.every(question => textOf(lineIn(state, question)) !== '');
  return isKnown ? state : {...state, at: first.key};
}

/** Returns the wizard after one more stroke. */
export function pressInAsk(state: AskState, stroke: Stroke, size: Size): AskState {
  if (state.outcome) return state;
  if (state.isLeaving) return pressInDialog(state, stroke);
  if (isStroke(stroke, 'interrupt')) return {...state, isLeaving: true};
  if (state.isFromHome && isStroke(stroke, 'escape') && isAtStart(state)) return goHome(state);
  if (state.at === undefined) return pressInAnswers(state, stroke, size);
  if (isStroke(stroke, 'overview') && hasList(state)) return openList(state);
  if (isStroke(stroke, 'enter', 'tab', 'down')) return goForward(state);
  if (isStroke(stroke, 'back-tab', 'up', 'escape')) return goBack(state);
  return change(state, stroke);
}

/** Tests whether no question is before this one. */
export function isAtStart(state: AskState): boolean {
  return state.at === undefined || (!state.isVisiting && pathOf(state)[0]?.key === state.at);
}

/** Goes back to the home screen; answers are given up only after a question. */
function goHome(state: AskState): AskState {
  const isUntouched = Object.keys(state.typed).length === 0;
  return isUntouched ? {...state, outcome: 'left'} : {...state, isLeaving: true};
}

/** Notes what is known about a value, or that it is being looked up. */
export function noteProbe(state: AskState, key: string, probing: Probing): AskState {
  return {...state, probes: {...state.probes, [key]: probing}};
}

/** Returns the required questions, given the answers so far. */
export function pathOf(state: Pick<AskState, 'questions' | 'accepted'>): readonly Question[] {
  return unskipped(state).filter(({group}) => group === undefined);
}

/** Returns the rows of the list of all answers. */
export function answerItems(state: AskState): readonly Item<AnswerRow>[] {
  const optional = unskipped(state).filter(({group}) => group !== undefined);
  const groups = Map.groupBy(optional, ({group = ''}) => group);
  return [
    {key: 'go', row: {type: 'go'}},
    ...pathOf(state).map((question): Item<AnswerRow> => ({key: question.key, row: {type: 'question', question}})),
    ...[...groups].map(([group, questions]): Item<AnswerRow> => ({key: group, row: {type: 'group', group, questions}})),
  ];
}

export function currentQuestion(state: AskState): Question | undefined {
  return state.questions.find(({key}) => key === state.at);
}

export function lineIn(state: AskState, question: Question): EditedLine {
  const empty = question.kind.type === 'yes-or-no' ? 'false' : '';
  return state.typed[question.key] ?? lineOf(filledIn(state, question)?.value ?? empty);
}

/** Returns what the program filled in, until the user edits it. */
export function filledIn(state: AskState, question: Question): Filled | undefined {
  if (state.typed[question.key]) return undefined;
  return question.initial ?? question.suggest?.(state.accepted);
}

/** Returns the accepted answers in the order of their questions; optional ones only where they were changed. */
export function answersOf(state: AskState): Answers {
  const pairs = unskipped(state).flatMap((question): readonly (readonly [string, string])[] => {
    const value = state.accepted[question.key];
    return value === undefined || isUntouched(question, value) ? [] : [[question.key, value]];
  });
  return Object.fromEntries(pairs);
}

/** Returns what is known about the value in a question's field. */
export function probeOf(state: AskState, question: Question): Probing | undefined {
  const probe = state.probes[question.key];
  return probe?.value === textOf(lineIn(state, question)).trim() ? probe : undefined;
}

function unskipped({questions, accepted}: Pick<AskState, 'questions' | 'accepted'>): readonly Question[] {
  return questions.filter(question => !question.skip?.(accepted));
}

/** Tests whether there are optional questions, and so a list of all answers. */
export function hasList({questions}: AskState): boolean {
  return questions.some(({group}) => group !== undefined);
}

/** Accepts a question's value, or goes to the question and shows what is wrong. */
function accept(state: AskState, question: Question): AskState {
  const value = textOf(lineIn(state, question)).trim();
  const {[question.key]: _own, ...others} = answersOf(state);
  const fault = isUntouched(question, value) ? undefined : question.check(value, others);
  if (fault) return {...state, at: question.key, fault};
  return {...state, fault: undefined, accepted: {...state.accepted, [question.key]: value}};
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
  if (previous) return {...state, fault: undefined, at: previous.key};
  return state.isVisiting ? openList(state) : state;
}

/** Returns the next or the previous question of the same group. */
function neighbour(state: AskState, question: Question, step: 1 | -1): Question | undefined {
  const together = unskipped(state).filter(({group}) => group === question.group);
  return together[together.indexOf(question) + step];
}

/** Opens the list of all answers, with the cursor on the question that was visited, or on the way on. */
function openList(state: AskState): AskState {
  const question = currentQuestion(state);
  const key = question?.group ?? question?.key;
  const row = answerItems(state).findIndex(item => item.key === key);
  const cursor = state.isVisiting ? Math.max(0, row) : 0;
  return {...state, fault: undefined, at: undefined, list: {...state.list, cursor}};
}

function pressInAnswers(state: AskState, stroke: Stroke, size: Size): AskState {
  const items = answerItems(state);
  if (!isStroke(stroke, 'enter', 'right'))
    return {...state, list: pressInList(state.list, stroke, items, pageOf(size))};
  const row = currentItem(items, state.list)?.row;
  if (!row || row.type === 'go') return finish(state);
  const question = row.type === 'question' ? row.question : row.questions[0];
  return {...state, at: question?.key, isVisiting: true};
}

/** Finishes if all required answers are there; otherwise asks the first that is missing. */
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
  const after = question.kind.type === 'yes-or-no' ? choose(before, stroke) : editFilled(state, question, stroke);
  if (after === before) return state;
  const isMoved = textOf(after) === textOf(before);
  return {...state, fault: isMoved ? state.fault : undefined, typed: {...state.typed, [question.key]: after}};
}

/** Edits a field. The first character replaces what the program filled in; any other key begins to edit it. */
function editFilled(state: AskState, question: Question, stroke: Stroke): EditedLine {
  const isReplaced = stroke.type !== 'key' && filledIn(state, question) !== undefined;
  return edit(isReplaced ? lineOf('') : lineIn(state, question), stroke);
}

/** Chooses with y and n; space and the arrows switch. */
function choose(line: EditedLine, stroke: Stroke): EditedLine {
  if (isStroke(stroke, 'y', 'Y')) return lineOf('true');
  if (isStroke(stroke, 'n', 'N')) return lineOf('false');
  const isSwitch = isStroke(stroke, 'left', 'right', ' ');
  return isSwitch ? lineOf(textOf(line) === 'true' ? 'false' : 'true') : line;
}

function pressInDialog(state: AskState, stroke: Stroke): AskState {
  if (isStroke(stroke, 'y', 'Y', 'interrupt')) return {...state, outcome: 'left'};
  return isStroke(stroke, 'escape', 'enter', 'n', 'N') ? {...state, isLeaving: false} : state;
}
