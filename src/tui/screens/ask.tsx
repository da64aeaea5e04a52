import {Box, Text} from 'ink';
import {useMemo} from 'react';
import {type MapData, planStates} from '../../model/map.ts';
import type {Answers, Question} from '../../model/question.ts';
import {tellSource} from '../../model/words.ts';
import {Dialog} from '../components/dialog.tsx';
import {Header} from '../components/header.tsx';
import {type Hint, KeyHints} from '../components/key-hints.tsx';
import {Prose, wrapLines} from '../components/prose.tsx';
import {TextField} from '../components/text-field.tsx';
import {Verdict} from '../components/verdict.tsx';
import {type Line, textOf} from '../line-editor.ts';
import {mapSize} from '../map/layout.ts';
import {MapDrawing} from '../map/map-view.tsx';
import {isSmall, type Size} from '../screen.ts';
import {type Store, useStore} from '../store.ts';
import {useTheme} from '../theme.ts';
import {AnswerList, Given} from './answers.tsx';
import {type AskState, answersOf, currentQuestion, filledIn, lineIn, pathOf, probeOf} from './ask-state.ts';

type AskProps = {
  readonly store: Store<AskState>;
  readonly sketch: (answers: Answers) => MapData;
  readonly size: Size;
};

/** Asks one question at a time, its help beside it or beneath, and shows what the answers come to. */
export function AskScreen({store, sketch, size}: AskProps) {
  const state = useStore(store);
  const question = currentQuestion(state);
  const answers = JSON.stringify(answersWith(state, question));
  const map = useMemo(() => sketch(JSON.parse(answers)), [sketch, answers]);
  const isHidden = state.isLeaving && isSmall(size);
  return (
    <>
      {(question || isHidden) && (
        <Header title="Settings" status={question && tellPlace(state, question)} columns={size.columns} />
      )}
      {!isHidden &&
        (question ? (
          <Asked state={state} question={question} map={map} size={size} />
        ) : (
          <AnswerList state={state} size={size} />
        ))}
      <Foot state={state} question={question} size={size} />
    </>
  );
}

/** What the map is drawn from: what was accepted, and what stands in the field by now. */
function answersWith(state: AskState, question: Question | undefined): Answers {
  const answers = answersOf(state);
  const value = question ? textOf(lineIn(state, question)).trim() : '';
  return question && value !== '' ? {...answers, [question.key]: value} : answers;
}

function tellPlace(state: AskState, question: Question): string {
  const together =
    question.group === undefined ? pathOf(state) : state.questions.filter(({group}) => group === question.group);
  const place = `question ${together.indexOf(question) + 1} of ${together.length}`;
  return question.group === undefined ? place : `${question.group}: ${place}`;
}

type AskedProps = {
  readonly state: AskState;
  readonly question: Question;
  readonly map: MapData;
  readonly size: Size;
};

const fieldColumns = 60;

function Asked({state, question, map, size}: AskedProps) {
  const isWide = size.columns >= fieldColumns + 38;
  const gap = isSmall(size) ? 0 : 1;
  const others = pathOf(state).filter(one => one !== question);
  const used = rowsUsed(state, question, size);
  const room = size.rows - used;
  const hasMap = !state.isLeaving && size.columns >= mapSize.columns && room >= mapSize.rows;
  const given = hasMap ? room - mapSize.rows - 2 : room - 1;
  return (
    <>
      <Box columnGap={4} flexShrink={1} marginTop={gap} overflow="hidden">
        <Box flexDirection="column" width={isWide ? fieldColumns : size.columns} flexShrink={0}>
          <Field
            state={state}
            question={question}
            columns={Math.min(fieldColumns, size.columns)}
            isFramed={!isSmall(size)}
          />
          <Box minHeight={isSmall(size) ? 0 : 1} flexDirection="column" flexShrink={0}>
            <Note state={state} question={question} columns={isWide ? fieldColumns : size.columns} />
          </Box>
          {!isWide && <Help text={question.help} columns={size.columns} />}
        </Box>
        {isWide && <Help text={question.help} columns={Math.min(76, size.columns - fieldColumns - 4)} />}
      </Box>
      {given > others.length && (
        <Box marginTop={1}>
          <Given title="Answered so far" questions={others} answers={answersOf(state)} />
        </Box>
      )}
      {hasMap && (
        <Box flexDirection="column" marginTop={room > mapSize.rows ? 1 : 0} flexShrink={0}>
          <MapDrawing map={map} states={isFirstTime(state) ? planStates(map) : {}} />
        </Box>
      )}
    </>
  );
}

/** Whoever has nothing filled in has nothing installed. */
function isFirstTime({questions}: AskState): boolean {
  return questions.some(({group, initial, suggest}) => group === undefined && !initial && !suggest);
}

/** Rows that the question takes, with the header and the keys. */
function rowsUsed(state: AskState, question: Question, {columns}: Size): number {
  const field = question.kind.type === 'text' ? 3 : 2;
  const lines = noteOf(state, question).map(text => wrapLines(`x ${text}`, columns).length);
  // What comes and goes beneath the field must not move what stands below it.
  const notes = Math.max(
    1,
    lines.reduce((sum, rows) => sum + rows, 0),
  );
  const help = wrapLines(question.help, columns).length;
  return 1 + 1 + 1 + field + notes + help + 2;
}

type NoteProps = {readonly state: AskState; readonly question: Question; readonly columns: number};
type FieldProps = NoteProps & {readonly isFramed: boolean};

function Field({state, question, columns, isFramed}: FieldProps) {
  const {kind, title} = question;
  const line = lineIn(state, question);
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Prose text={title} columns={columns} style={{bold: true}} />
      {kind.type === 'text' ? (
        <TextField
          line={line}
          placeholder={kind.placeholder}
          isFocused={!state.isLeaving}
          columns={columns}
          isFramed={isFramed}
        />
      ) : (
        <Choice line={line} isFramed={isFramed} />
      )}
    </Box>
  );
}

function Choice({line, isFramed}: {readonly line: Line; readonly isFramed: boolean}) {
  const {glyphs, accent} = useTheme();
  const isYes = textOf(line) === 'true';
  const option = (label: string, isChosen: boolean) => (
    <Text {...(isChosen && accent)} bold={isChosen}>
      {isChosen ? glyphs.pointer : ' '} {label}
    </Text>
  );
  return (
    <Box flexDirection={isFramed ? 'column' : 'row'} columnGap={2} paddingLeft={isFramed ? 1 : 0}>
      {option('Yes', isYes)}
      {option('No', !isYes)}
    </Box>
  );
}

/** Beneath the field: what is wrong with the value, or where it came from; and what the world outside says of it. */
function Note({state, question, columns}: NoteProps) {
  const {glyphs, bad, quiet} = useTheme();
  const [first, ...rest] = noteOf(state, question);
  if (first === undefined) return null;
  if (state.fault) {
    return (
      <>
        <Prose text={`${glyphs.bad} ${first}`} columns={columns} style={bad} />
        <Prose text={rest.join(' ')} columns={columns} />
      </>
    );
  }
  const probed = probeOf(state, question)?.probed;
  if (!probed) return <Prose text={first} columns={columns} style={quiet} />;
  return <Verdict state={probed.isGood ? 'ok' : 'warning'} text={first} columns={columns} />;
}

function noteOf(state: AskState, question: Question): readonly string[] {
  if (state.fault) return [state.fault.summary, state.fault.remedy];
  const probe = probeOf(state, question);
  if (probe) return [probe.probed?.text ?? `Looking where ${probe.value} leads.`];
  const source = filledIn(state, question)?.source;
  return source ? [tellSource(source)] : [];
}

function Help({text, columns}: {readonly text: string; readonly columns: number}) {
  const {quiet} = useTheme();
  return (
    <Box flexShrink={1} overflow="hidden">
      <Prose text={text} columns={columns} style={quiet} />
    </Box>
  );
}

type FootProps = {readonly state: AskState; readonly question: Question | undefined; readonly size: Size};

function Foot({state, question, size}: FootProps) {
  if (state.isLeaving) {
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
  return <KeyHints hints={hintsFor(state, question)} columns={size.columns} />;
}

function hintsFor(state: AskState, question: Question | undefined): readonly Hint[] {
  if (!question)
    return [
      ['Enter', state.cursor === 0 ? 'go on' : 'change'],
      ['Arrows', 'choose'],
      ['Ctrl-C', 'leave'],
    ];
  const isFirst = pathOf(state)[0] === question && !state.isVisiting;
  const back: readonly Hint[] = isFirst ? [] : [['Shift-Tab', 'back']];
  const choice: readonly Hint[] = question.kind.type === 'yes-or-no' ? [['y/n', 'choose']] : [];
  const all: readonly Hint[] = state.questions.some(({group}) => group !== undefined)
    ? [['Ctrl-O', 'all answers']]
    : [];
  return [['Enter', 'next'], ...choice, ...back, ...all, ['Ctrl-C', 'leave']];
}
