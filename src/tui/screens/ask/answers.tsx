import {Box, Text} from 'ink';
import type {Answers, Question} from '../../../model/question.ts';
import {countOf} from '../../../model/words.ts';
import {List} from '../../components/list.tsx';
import {Line} from '../../components/text.tsx';
import type {Size} from '../../display.ts';
import {textOf} from '../../line-editor.ts';
import {useTheme} from '../../theme.ts';
import {type AnswerRow, type AskState, answerItems, answersOf, lineIn, probeOf} from './state.ts';

type GivenProps = {title: string; questions: readonly Question[]; answers: Answers};

/** Shows the answers that were given, each with its question. */
export function Given({title, questions, answers}: GivenProps) {
  const {glyphs, good, quiet} = useTheme();
  const given = questions.filter(({key}) => answers[key] !== undefined);
  if (given.length === 0) return null;
  return (
    <Box flexDirection="column" flexShrink={1} marginTop={1} overflow="hidden">
      <Text {...quiet}>{title}</Text>
      {given.map(question => (
        <Line key={question.key}>
          <Text {...good}>{glyphs.good}</Text> {question.title}
          {question.title.endsWith('?') ? ' ' : ': '}
          <Text bold>{formatAnswer(question, answers[question.key] ?? '')}</Text>
        </Line>
      ))}
    </Box>
  );
}

function formatAnswer({kind}: Question, answer: string): string {
  if (kind.type === 'text') return answer || '(empty)';
  return answer === 'true' ? 'yes' : 'no';
}

/** Lists all answers; the optional ones in groups. */
export function AnswerList({state, room}: {state: AskState; room: Size}) {
  const {columns, rows} = room;
  return (
    <List items={answerItems(state)} cursor={state.list.cursor} page={rows} columns={columns}>
      {({row}, isCurrent) => <AnswerLine row={row} state={state} isCurrent={isCurrent} isNarrow={columns < 60} />}
    </List>
  );
}

type AnswerLineProps = {row: AnswerRow; state: AskState; isCurrent: boolean; isNarrow: boolean};

/** Shows a question and its answer; in a narrow line the answer comes first. */
function AnswerLine({row, state, isCurrent, isNarrow}: AnswerLineProps) {
  const {glyphs, quiet, good, warning} = useTheme();
  if (row.type !== 'question') {
    const [title, detail] = row.type === 'go' ? ['Continue ·', 'review the changes'] : describeGroup(row, state);
    return (
      <Line bold={isCurrent}>
        {title} <Text {...quiet}>{detail}</Text>
      </Line>
    );
  }
  const {title} = row.question;
  const probed = probeOf(state, row.question)?.probed;
  return (
    <Line bold={isCurrent}>
      {!isNarrow && `${title} `}
      <Text bold>{formatAnswer(row.question, textOf(lineIn(state, row.question)).trim())}</Text>
      {isNarrow && <Text {...quiet}> {title}</Text>}
      {probed && <Text {...(probed.isGood ? good : warning)}> {probed.isGood ? glyphs.good : glyphs.warning}</Text>}
    </Line>
  );
}

function describeGroup({group, questions}: Extract<AnswerRow, {type: 'group'}>, state: AskState): readonly string[] {
  const answers = answersOf(state);
  const isSet = ({key, initial}: Question) =>
    answers[key] !== undefined || /^(?:saved|file|flag|former|answer)$/.test(initial?.source ?? '');
  const names = questions
    .filter(isSet)
    .map(question => `${question.title}: ${formatAnswer(question, textOf(lineIn(state, question)).trim())}`);
  return [`${group}:`, names.length > 0 ? names.join(', ') : `${countOf(questions.length, 'setting')}, all default`];
}
