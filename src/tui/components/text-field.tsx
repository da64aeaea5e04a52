import {Box, Text} from 'ink';
import TextInput from 'ink-text-input';
import stringWidth from 'string-width';
import {type EditedLine, splitCharacters, textOf} from '../line-editor.ts';
import {useTheme} from '../theme.ts';
import {Cell, Line} from './text.tsx';

type TextFieldProps = {
  readonly line: EditedLine;
  readonly placeholder: string;
  readonly isFocused: boolean;
  /** Whether typing replaces the line. */
  readonly isSuggested: boolean;
  /** Width with its border. */
  readonly columns: number;
  readonly isFramed: boolean;
};

/**
 * A field of one line. ink-text-input 6 edits the value it was last rendered with, so keys that come in one read undo each other, and
 * it knows neither paste nor shell keys. It draws the field only while no key can reach it; line-editor.ts does the editing.
 */
export function TextField({line, placeholder, isFocused, isSuggested, columns, isFramed}: TextFieldProps) {
  const {glyphs, accent} = useTheme();
  const color = isFocused ? accent.color : undefined;
  const content = isFocused ? (
    <Editing line={line} placeholder={placeholder} isSuggested={isSuggested} columns={columns - 4} />
  ) : (
    <TextInput value={textOf(line)} focus={false} onChange={() => {}} />
  );
  if (!isFramed) {
    return (
      <Box flexShrink={0} height={1} columnGap={1}>
        <Cell {...accent}>{glyphs.pointer}</Cell>
        {content}
      </Box>
    );
  }
  const border = {borderStyle: glyphs.border, ...(color !== undefined && {borderColor: color})};
  return (
    <Box flexShrink={0} width={columns} height={3} paddingX={1} {...border}>
      {content}
    </Box>
  );
}

type EditingProps = Pick<TextFieldProps, 'line' | 'placeholder' | 'isSuggested' | 'columns'>;

function Editing({line, placeholder, isSuggested, columns}: EditingProps) {
  const {quiet} = useTheme();
  if (textOf(line) === '' && placeholder !== '') {
    return (
      <Line>
        <Text inverse> </Text>
        <Text {...quiet}> like {placeholder}</Text>
      </Line>
    );
  }
  const {before, cursor, after} = view(line, columns);
  return (
    <Text>
      <Text {...(isSuggested && quiet)}>{before}</Text>
      <Text inverse>{cursor}</Text>
      {after}
    </Text>
  );
}

/** Returns the part of a line that fits, with the cursor in it. */
function view({before, after}: EditedLine, columns: number): {before: string; cursor: string; after: string} {
  const [cursor = ' ', ...rest] = splitCharacters(after);
  const left = takeWithin(splitCharacters(before).toReversed(), columns - stringWidth(cursor));
  const right = takeWithin(rest, columns - stringWidth(cursor) - stringWidth(left.join('')));
  return {before: left.toReversed().join(''), cursor, after: right.join('')};
}

function takeWithin(characters: readonly string[], columns: number): readonly string[] {
  let used = 0;
  const end = characters.findIndex(character => {
    used += stringWidth(character);
    return used > columns;
  });
  return end === -1 ? characters : characters.slice(0, end);
}
