import {Box, Text} from 'ink';
import type {Answers, Question} from '../../model/question.ts';
import {countOf} from '../../model/words.ts';
import {Header} from '../components/header.tsx';
import {Mark} from '../components/mark.tsx';
import {textOf} from '../line-editor.ts';
import type {Size} from '../screen.ts';
import {useTheme} from '../theme.ts';
import {type AnswerRow, type AskState, answerRows, answersOf, lineIn, probeOf} from './ask-state.ts';
import {tellHidden, topOf} from './review-state.ts';

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
          <Text bold>{tellAnswer(question, answers[question.key] ?? '')}</Text>
        </Text>
      ))}
    </Box>
  );
}

/** An answer as the owner reads it. */
function tellAnswer({kind}: Question, answer: string): string {
  if (kind.type === 'text') return answer || '(empty)';
  return answer === 'true' ? 'yes' : 'no';
}

/** All answers at a glance, each to be jumped to; what nobody has to say stands in groups. */
export function AnswerList({state, size}: {readonly state: AskState; readonly size: Size}) {
  const {glyphs} = useTheme();
  const rows = answerRows(state);
  const page = Math.max(1, size.rows - 4 - (state.isLeaving ? 4 : 0));
  const top = topOf({cursor: state.cursor, count: rows.length, page});
  const hidden = tellHidden({top, count: rows.length, page}, glyphs);
  return (
    <>
      <Header title="Settings" status={hidden || 'all answers'} columns={size.columns} />
      <Box flexDirection="column" flexShrink={1} marginTop={1} overflow="hidden">
        {rows.slice(top, top + page).map((row, index) => (
          <ListRow
            key={row.type === 'question' ? row.question.key : row.type === 'group' ? row.group : 'go'}
            row={row}
            state={state}
            isCurrent={top + index === state.cursor}
            isNarrow={size.columns < 60}
          />
        ))}
      </Box>
    </>
  );
}

type ListRowProps = {
  readonly row: AnswerRow;
  readonly state: AskState;
  readonly isCurrent: boolean;
  /** Where a line is short, the answer says more than the question. */
  readonly isNarrow: boolean;
};

function ListRow({row, state, isCurrent, isNarrow}: ListRowProps) {
  const {glyphs, accent, quiet, good, warning} = useTheme();
  const probed = row.type === 'question' ? probeOf(state, row.question)?.probed : undefined;
  const [left, right] = wordRow(row, state);
  return (
    <Box columnGap={1} height={1} overflow="hidden">
      <Mark sign={isCurrent ? glyphs.pointer : ' '} style={accent} />
      <Text bold={isCurrent} wrap="truncate">
        {!(isNarrow && row.type === 'question') && `${left} `}
        <Text {...(row.type === 'question' ? {bold: true} : quiet)}>{right}</Text>
        {isNarrow && row.type === 'question' && <Text {...quiet}> {left}</Text>}
        {probed && <Text {...(probed.isGood ? good : warning)}> {probed.isGood ? glyphs.good : glyphs.warning}</Text>}
      </Text>
    </Box>
  );
}

function wordRow(row: AnswerRow, state: AskState): readonly [left: string, right: string] {
  if (row.type === 'go') return ['Go on', 'to what would be changed'];
  if (row.type === 'question')
    return [row.question.title, tellAnswer(row.question, textOf(lineIn(state, row.question)).trim())];
  const {group, questions} = row;
  const answers = answersOf(state);
  const changed = questions.filter(({key}) => answers[key] !== undefined);
  const names = changed.map(question => `${question.title}: ${tellAnswer(question, answers[question.key] ?? '')}`);
  return [`${group}:`, names.length > 0 ? names.join(', ') : `${countOf(questions.length, 'setting')}, as usual`];
}
