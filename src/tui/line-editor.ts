import type {KeyName, Stroke} from './keyboard.ts';

/** A line of text with the cursor between its two parts. */
export type EditedLine = {readonly before: string; readonly after: string};

/** A line with the cursor at its end. */
export function lineOf(text: string): EditedLine {
  return {before: text, after: ''};
}

export function textOf({before, after}: EditedLine): string {
  return before + after;
}

/** Edits a line; strokes that do not edit return the same line. */
export function edit(line: EditedLine, stroke: Stroke): EditedLine {
  if (stroke.type === 'text') return insert(line, stroke.text);
  if (stroke.type === 'paste') return insert(line, flatten(stroke.text));
  return commands[stroke.name]?.(line) ?? line;
}

const commands: Readonly<Partial<Record<KeyName, (line: EditedLine) => EditedLine>>> = {
  left: ({before, after}) => split(before, after, lastCharacter(before)),
  right: ({before, after}) => split(before, after, '', firstCharacter(after)),
  'word-left': ({before, after}) => split(before, after, lastWord(before)),
  'word-right': ({before, after}) => split(before, after, '', firstWord(after)),
  home: ({before, after}) => ({before: '', after: before + after}),
  end: ({before, after}) => ({before: before + after, after: ''}),
  backspace: ({before, after}) => ({before: dropEnd(before, lastCharacter(before)), after}),
  delete: ({before, after}) => ({before, after: after.slice(firstCharacter(after).length)}),
  'kill-before': ({after}) => ({before: '', after}),
  'kill-after': ({before}) => ({before, after: ''}),
  'kill-word': ({before, after}) => ({before: dropEnd(before, /\S*\s*$/.exec(before)?.[0] ?? ''), after}),
};

/** Moves text from one side of the cursor to the other. */
function split(before: string, after: string, fromBefore: string, fromAfter = ''): EditedLine {
  return {before: dropEnd(before, fromBefore) + fromAfter, after: fromBefore + after.slice(fromAfter.length)};
}

function insert({before, after}: EditedLine, text: string): EditedLine {
  return {before: before + text, after};
}

/** Makes one line of a paste: trims it, and turns line ends and other control characters into spaces. */
function flatten(text: string): string {
  return text.trim().replaceAll(/\p{Cc}+/gu, ' ');
}

function dropEnd(text: string, end: string): string {
  return text.slice(0, text.length - end.length);
}

const characters = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** Splits a text into what the user sees as single characters, combining marks and joined emoji included. */
export function splitCharacters(text: string): readonly string[] {
  return Array.from(characters.segment(text), ({segment}) => segment);
}

function lastCharacter(text: string): string {
  return splitCharacters(text).at(-1) ?? '';
}

function firstCharacter(text: string): string {
  return splitCharacters(text)[0] ?? '';
}

function lastWord(text: string): string {
  return /[\p{L}\p{N}\p{M}]*[^\p{L}\p{N}\p{M}]*$/u.exec(text)?.[0] ?? '';
}

function firstWord(text: string): string {
  return /^[^\p{L}\p{N}\p{M}]*[\p{L}\p{N}\p{M}]*/u.exec(text)?.[0] ?? '';
}
