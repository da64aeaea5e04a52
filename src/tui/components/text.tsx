import {Box, Text, type TextProps} from 'ink';
import wrapAnsi from 'wrap-ansi';

/** Longer lines are hard to read, however wide the terminal is. */
export const readingColumns = 100;

/** Shows one line, cut where there is no room. */
export function Line(props: TextProps) {
  return <Text wrap="truncate" {...props} />;
}

/** Shows a line that keeps its width in a row, however long its neighbours are. */
export function Cell({width, ...line}: TextProps & {width?: number}) {
  return (
    <Box flexShrink={0} {...(width !== undefined && {width})}>
      <Line {...line} />
    </Box>
  );
}

/** Wraps whole sentences. Ink's own wrapping leaves the space of a broken line at the start of the next. */
export function Prose({text, columns, ...style}: TextProps & {text: string; columns: number}) {
  return <Text {...style}>{wrapAnsi(text, columns, {hard: true})}</Text>;
}

export function wrapLines(text: string, columns: number): readonly string[] {
  return wrapAnsi(text, columns, {hard: true}).split('\n');
}

/** Folds a command so that it can be copied and a shell still reads one line. A word that is too long stays whole. */
export function foldCommand(command: string, columns: number): string {
  const words = command.match(/(?:'[^']*'|"[^"]*"|\S)+/g) ?? [];
  let used = 0;
  return words
    .map(word => {
      const isFirst = used === 0;
      const isNew = !isFirst && used + 1 + word.length + 2 > columns;
      used = isFirst || isNew ? word.length : used + 1 + word.length;
      return `${isNew ? ' \\\n' : isFirst ? '' : ' '}${word}`;
    })
    .join('');
}
