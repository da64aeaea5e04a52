import {Box, Text} from 'ink';
import {isSmall, type Size} from '../display.ts';
import {useTheme} from '../theme.ts';
import {foldCommand, Prose, wrapLines} from './text.tsx';

export type Hint = readonly [key: string, meaning: string];

/** A question before something ends. */
export type Dialog = {readonly question: string; readonly text: string; readonly hints: readonly Hint[]};

type FootParts = {readonly notice?: string | undefined; readonly dialog?: Dialog | undefined};

type FootProps = FootParts & {size: Size; hints: readonly Hint[]};

/** The end of a frame: the keys, or a dialog in their place. */
export function Foot({size, notice, dialog, hints}: FootProps) {
  if (dialog) return <DialogBox dialog={dialog} size={size} />;
  return (
    <>
      {notice !== undefined && <Notice text={notice} columns={size.columns} />}
      <KeyHints hints={hints} columns={size.columns} />
    </>
  );
}

/** Returns how many rows the foot takes. */
export function footRows(size: Size, {notice, dialog}: FootParts): number {
  if (dialog) return (isSmall(size) ? 4 : 6) + wrapLines(dialog.text, dialogColumns(size)).length;
  return 2 + (notice === undefined ? 0 : 1 + readNotice(notice, size.columns).flat().length);
}

function dialogColumns(size: Size): number {
  return isSmall(size) ? size.columns : size.columns - 4;
}

/** Asks with the screen still in view. */
export function DialogBox({dialog: {question, text, hints}, size}: {dialog: Dialog; size: Size}) {
  const {glyphs, warning} = useTheme();
  const {color} = warning;
  const border = {borderStyle: glyphs.border, paddingX: 1, ...(color !== undefined && {borderColor: color})};
  return (
    <Box flexDirection="column" flexShrink={0} marginTop={1} {...(!isSmall(size) && border)}>
      <Text bold {...warning}>
        {question}
      </Text>
      <Prose text={text} columns={dialogColumns(size)} />
      <KeyHints hints={hints} columns={dialogColumns(size)} />
    </Box>
  );
}

/** Shows a sentence, and a command to copy. */
export function Notice({text, columns}: {text: string; columns: number}) {
  const {accent} = useTheme();
  const [sentence, command] = readNotice(text, columns);
  return (
    <Box flexDirection="column" marginTop={1} flexShrink={0}>
      <Text>{sentence.join('\n')}</Text>
      {command.length > 0 && <Text {...accent}>{command.join('\n')}</Text>}
    </Box>
  );
}

function readNotice(text: string, columns: number): readonly [sentence: readonly string[], command: readonly string[]] {
  const [sentence = '', command] = text.split('\n');
  return [wrapLines(sentence, columns), command ? wrapLines(foldCommand(command, columns), columns) : []];
}

/** Shows what the keys do here, in two rows. Where one row holds all hints, the first stays empty. */
export function KeyHints({hints, columns}: {hints: readonly Hint[]; columns: number}) {
  const {accent, quiet} = useTheme();
  const lines = hintLines(hints, columns);
  return (
    <Box flexDirection="column" flexShrink={0} marginTop={2 - lines.length}>
      {lines.map(line => (
        <Box key={line[0]?.[0]} columnGap={gapIn(columns)} height={1} overflow="hidden">
          {line.map(([key, meaning]) => (
            <Box key={key} flexShrink={0}>
              <Text {...accent}>{key}</Text>
              <Text {...quiet}> {meaning}</Text>
            </Box>
          ))}
        </Box>
      ))}
    </Box>
  );
}

function gapIn(columns: number): number {
  return columns < 60 ? 2 : 3;
}

/** Puts the hints into one line or two. Hints that do not fit are left out, so the least important come last. */
export function hintLines(hints: readonly Hint[], columns: number): readonly (readonly Hint[])[] {
  const first = hintsWithin(hints, columns);
  const rest = hints.filter(hint => !first.includes(hint));
  return rest.length === 0 ? [first] : [first, hintsWithin(rest, columns)];
}

function hintsWithin(hints: readonly Hint[], columns: number): readonly Hint[] {
  const gap = gapIn(columns);
  let used = -gap;
  return hints.filter(([key, meaning]) => {
    const width = key.length + 1 + meaning.length + gap;
    if (used + width > columns) return false;
    used += width;
    return true;
  });
}
