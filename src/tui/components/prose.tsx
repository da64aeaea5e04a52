import {Text, type TextProps} from 'ink';
import wrapAnsi from 'wrap-ansi';

type ProseProps = {readonly text: string; readonly columns: number; readonly style?: TextProps};

/** Text in whole sentences. Ink's own wrapping leaves the space of a broken line at the start of the next. */
export function Prose({text, columns, style = {}}: ProseProps) {
  return <Text {...style}>{wrapAnsi(text, columns, {hard: true})}</Text>;
}

/** Longer lines are hard to read, however wide the terminal is. */
export const readingColumns = 100;

/** A command in lines that a shell takes for one: it can be copied as it stands. A word that is too long stays whole. */
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

/** A text broken into lines. */
export function wrapLines(text: string, columns: number): readonly string[] {
  return wrapAnsi(text, columns, {hard: true}).split('\n');
}
