import {Box, Text} from 'ink';
import type {Answers, Question} from '../../model/question.ts';
import {tellSource} from '../../model/words.ts';
import {Dialog} from '../components/dialog.tsx';
import {Header} from '../components/header.tsx';
import {type Hint, KeyHints} from '../components/key-hints.tsx';
import {Prose} from '../components/prose.tsx';
import {TextField} from '../components/text-field.tsx';
import {type Line, textOf} from '../line-editor.ts';
import {isSmall, type Size} from '../screen.ts';
import {type Store, useStore} from '../store.ts';
import {useTheme} from '../theme.ts';
import {type AskState, answersOf, currentQuestion, filledIn, lineIn, pathOf} from './ask-state.ts';

/** Asks one question at a time, its help beside it or beneath, the answers so far in view. */
export function AskScreen({store, size}: {readonly store: Store<AskState>; readonly size: Size}) {
  const state = useStore(store);
  const question = currentQuestion(state);
  if (!question) return null;
  const path = pathOf(state);
  const number = path.indexOf(question) + 1;
  const isHidden = state.isLeaving && isSmall(size);
  return (
    <>
      <Header title="Settings" status={`question ${number} of ${path.length}`} columns={size.columns} />
      {!isHidden && <Body state={state} question={question} size={size} />}
      <Foot isLeaving={state.isLeaving} isFirst={number === 1} question={question} size={size} />
    </>
  );
}

type BodyProps = {readonly state: AskState; readonly question: Question; readonly size: Size};

const fieldColumns = 60;

function Body({state, question, size}: BodyProps) {
  const isWide = size.columns >= fieldColumns + 38;
  const gap = isSmall(size) ? 0 : 1;
  const others = pathOf(state).filter(one => one !== question);
  return (
    <Box columnGap={4} flexShrink={1} marginTop={gap} overflow="hidden">
      <Box flexDirection="column" width={isWide ? fieldColumns : size.columns} flexShrink={0} rowGap={gap}>
        <Field state={state} question={question} columns={Math.min(fieldColumns, size.columns)} />
        {!isWide && <Help text={question.help} columns={size.columns} />}
        {!isSmall(size) && <Given title="Answered so far" questions={others} answers={answersOf(state)} />}
      </Box>
      {isWide && <Help text={question.help} columns={Math.min(76, size.columns - fieldColumns - 4)} />}
    </Box>
  );
}

type FieldProps = {readonly state: AskState; readonly question: Question; readonly columns: number};

function Field({state, question, columns}: FieldProps) {
  const {kind} = question;
  const line = lineIn(state, question);
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Text bold>{question.title}</Text>
      {kind.type === 'text' ? (
        <TextField line={line} placeholder={kind.placeholder} isFocused={!state.isLeaving} columns={columns} />
      ) : (
        <Choice line={line} />
      )}
      <Note state={state} question={question} columns={columns} />
    </Box>
  );
}

function Choice({line}: {readonly line: Line}) {
  const {glyphs, accent} = useTheme();
  const isYes = textOf(line) === 'true';
  const option = (label: string, isChosen: boolean) => (
    <Text {...(isChosen && accent)} bold={isChosen}>
      {isChosen ? glyphs.pointer : ' '} {label}
    </Text>
  );
  return (
    <Box flexDirection="column" paddingLeft={1}>
      {option('Yes', isYes)}
      {option('No', !isYes)}
    </Box>
  );
}

/** Beneath the field: what is wrong with the value, or where it came from. */
function Note({state, question, columns}: FieldProps) {
  const {glyphs, bad, quiet} = useTheme();
  const source = filledIn(state, question)?.source;
  if (!state.fault) return source ? <Prose text={tellSource(source)} columns={columns} style={quiet} /> : null;
  return (
    <>
      <Prose text={`${glyphs.bad} ${state.fault.summary}`} columns={columns} style={bad} />
      <Prose text={state.fault.remedy} columns={columns} />
    </>
  );
}

function Help({text, columns}: {readonly text: string; readonly columns: number}) {
  return (
    <Box flexShrink={1} overflow="hidden">
      <Prose text={text} columns={columns} />
    </Box>
  );
}

type GivenProps = {readonly title: string; readonly questions: readonly Question[]; readonly answers: Answers};

/** Answers that were given, each with its question. */
export function Given({title, questions, answers}: GivenProps) {
  const {glyphs, good, quiet} = useTheme();
  const given = questions.filter(({key}) => answers[key] !== undefined);
  if (given.length === 0) return null;
  return (
    <Box flexDirection="column" flexShrink={1} overflow="hidden">
      <Text {...quiet}>{title}</Text>
      {given.map(question => (
        <Text key={question.key} wrap="truncate">
          <Text {...good}>{glyphs.good}</Text> {question.title}
          {question.title.endsWith('?') ? ' ' : ': '}
          <Text bold>{tellAnswer(question, answers)}</Text>
        </Text>
      ))}
    </Box>
  );
}

/** An answer as the owner reads it. */
export function tellAnswer({kind, key}: Question, answers: Answers): string {
  const answer = answers[key] ?? '';
  if (kind.type === 'text') return answer || '(empty)';
  return answer === 'true' ? 'yes' : 'no';
}

type FootProps = {
  readonly isLeaving: boolean;
  readonly isFirst: boolean;
  readonly question: Question;
  readonly size: Size;
};

function Foot({isLeaving, isFirst, question, size}: FootProps) {
  if (isLeaving) {
    return (
      <Dialog
        question="Leave?"
        text="Nothing has been changed on this machine. The answers are not kept."
        hints={[
          ['y', 'leave'],
          ['Enter', 'stay'],
        ]}
        size={size}
      />
    );
  }
  const back: readonly Hint[] = isFirst ? [] : [['Shift-Tab', 'back']];
  const choice: readonly Hint[] = question.kind.type === 'yes-or-no' ? [['y/n', 'choose']] : [];
  return <KeyHints hints={[['Enter', 'next'], ...choice, ...back, ['Ctrl-C', 'leave']]} columns={size.columns} />;
}
