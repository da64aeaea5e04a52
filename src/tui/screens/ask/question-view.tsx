import {Box, Text} from 'ink';
import {type MapData, planStates} from '../../../model/map.ts';
import type {Question} from '../../../model/question.ts';
import {formatSource} from '../../../model/words.ts';
import {Verdict} from '../../components/checks.tsx';
import {Prose, wrapLines} from '../../components/text.tsx';
import {TextField} from '../../components/text-field.tsx';
import {isSmall, type Size} from '../../display.ts';
import {type EditedLine, textOf} from '../../line-editor.ts';
import {mapSize} from '../../map/layout.ts';
import {MapDrawing} from '../../map/map-view.tsx';
import {useTheme} from '../../theme.ts';
import {Given} from './answers.tsx';
import {type AskState, answersOf, filledIn, lineIn, pathOf, probeOf} from './state.ts';

type AskedProps = {state: AskState; question: Question; map: MapData; size: Size; room: Size};

const fieldColumns = 60;

/** Asks one question, with its help at the side or below; the map and the earlier answers where there is room. */
export function AskedQuestion({state, question, map, size, room: {rows, columns}}: AskedProps) {
  const isWide = columns >= fieldColumns + 38;
  const others = pathOf(state).filter(one => one !== question);
  const left = rows - questionRows(state, question, columns);
  const hasMap = columns >= mapSize.columns && left >= mapSize.rows;
  const leftForAnswers = hasMap ? left - mapSize.rows - 2 : left - 1;
  const width = isWide ? fieldColumns : columns;
  const {quiet} = useTheme();
  const help = (helpColumns: number) => (
    <Box flexShrink={1} overflow="hidden">
      <Prose text={question.help} columns={helpColumns} {...quiet} />
    </Box>
  );
  return (
    <>
      <Box columnGap={4} flexShrink={1} overflow="hidden">
        <Box flexDirection="column" width={width} flexShrink={0}>
          <Field
            state={state}
            question={question}
            columns={Math.min(fieldColumns, columns)}
            isFramed={!isSmall(size)}
          />
          <Box minHeight={isSmall(size) ? 0 : 1} flexDirection="column" flexShrink={0}>
            <Note state={state} question={question} columns={width} />
          </Box>
          {!isWide && help(columns)}
        </Box>
        {isWide && help(Math.min(76, columns - fieldColumns - 4))}
      </Box>
      {leftForAnswers > others.length && (
        <Given title="Answered so far" questions={others} answers={answersOf(state)} />
      )}
      {hasMap && (
        <Box flexDirection="column" marginTop={left > mapSize.rows ? 1 : 0} flexShrink={0}>
          <MapDrawing map={map} states={isFirstTime(state) ? planStates(map) : {}} />
        </Box>
      )}
    </>
  );
}

/** Nothing is installed if no required question has a value yet. */
function isFirstTime({questions}: AskState): boolean {
  return questions.some(({group, initial, suggest}) => group === undefined && !initial && !suggest);
}

function questionRows(state: AskState, question: Question, columns: number): number {
  const field = question.kind.type === 'text' ? 3 : 2;
  // At least one row: what appears below the field must not move everything else.
  const notes = Math.max(1, notesOn(state, question).flatMap(text => wrapLines(`x ${text}`, columns)).length);
  return 1 + field + notes + wrapLines(question.help, columns).length;
}

type NoteProps = {state: AskState; question: Question; columns: number};

function Field({state, question, columns, isFramed}: NoteProps & {isFramed: boolean}) {
  const {kind, title} = question;
  const line = lineIn(state, question);
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Prose text={title} columns={columns} bold />
      {kind.type === 'text' ? (
        <TextField
          line={line}
          placeholder={kind.placeholder}
          isFocused={!state.isLeaving}
          isSuggested={filledIn(state, question) !== undefined}
          columns={columns}
          isFramed={isFramed}
        />
      ) : (
        <Choice line={line} isFramed={isFramed} />
      )}
    </Box>
  );
}

function Choice({line, isFramed}: {line: EditedLine; isFramed: boolean}) {
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

/** Shows below the field what is wrong with the value, what the network says about it, or where it came from. */
function Note({state, question, columns}: NoteProps) {
  const {glyphs, bad, quiet} = useTheme();
  const [first, ...rest] = notesOn(state, question);
  if (first === undefined) return null;
  if (state.fault) {
    return (
      <>
        <Prose text={`${glyphs.bad} ${first}`} columns={columns} {...bad} />
        <Prose text={rest.join(' ')} columns={columns} />
      </>
    );
  }
  const probed = probeOf(state, question)?.probed;
  if (!probed) return <Prose text={first} columns={columns} {...quiet} />;
  return <Verdict state={probed.isGood ? 'ok' : 'warning'} text={first} columns={columns} />;
}

function notesOn(state: AskState, question: Question): readonly string[] {
  if (state.fault) return [state.fault.summary, state.fault.remedy];
  const probe = probeOf(state, question);
  if (probe) return [probe.probed?.text ?? `Looking up ${probe.value}.`];
  const source = filledIn(state, question)?.source;
  return source ? [formatSource(source)] : [];
}
