import {Text, type TextProps} from 'ink';
import wrapAnsi from 'wrap-ansi';

type ProseProps = {readonly text: string; readonly columns: number; readonly style?: TextProps};

/** Text in whole sentences. Ink's own wrapping leaves the space of a broken line at the start of the next. */
export function Prose({text, columns, style = {}}: ProseProps) {
  return <Text {...style}>{wrapAnsi(text, columns, {hard: true})}</Text>;
}

/** Longer lines are hard to read, however wide the terminal is. */
export const readingColumns = 100;

/** A text broken into lines. */
export function wrapLines(text: string, columns: number): readonly string[] {
  return wrapAnsi(text, columns, {hard: true}).split('\n');
}
