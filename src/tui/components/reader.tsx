import {Box, Text, type TextProps} from 'ink';
import type {ReactNode} from 'react';
import type {Size} from '../display.ts';
import {isStroke, type Stroke, stepOf} from '../keyboard.ts';
import {type EditedLine, edit, lineOf, textOf} from '../line-editor.ts';
import {useTheme} from '../theme.ts';
import type {Hint} from './foot.tsx';
import {Frame, roomIn} from './frame.tsx';
import {Line} from './text.tsx';

/** The position and search of a reader in a long text. */
export type ReaderState = {
  /** The first line in view; undefined follows the newest. */
  readonly top: number | undefined;
  /** What to look for, in lower case; empty for nothing. */
  readonly query: string;
  /** Columns scrolled out of view on the left. */
  readonly shift: number;
  /** The search while it is typed. */
  readonly typing: EditedLine | undefined;
  /** The search found nothing. */
  readonly isMissing: boolean;
};

/** Begins at the first line. */
export const readStart: ReaderState = {top: 0, query: '', shift: 0, typing: undefined, isMissing: false};
/** Follows the newest line. */
export const readEnd: ReaderState = {...readStart, top: undefined};

/** A text, and how many of its lines are shown at once. */
export type Reading = {readonly lines: readonly string[]; readonly page: number};

/** Returns how many lines are shown at once. */
export function pageOf(size: Size, hasLead = false): number {
  return Math.max(1, roomIn(size, {lead: hasLead}).rows);
}

/** Returns the first line that is shown. */
export function topLine({top}: ReaderState, {lines, page}: Reading): number {
  const last = Math.max(0, lines.length - page);
  return top === undefined ? last : Math.min(top, last);
}

/** Returns the reader after one more stroke; undefined when the user leaves it. */
export function pressInReader(state: ReaderState, stroke: Stroke, text: Reading): ReaderState | undefined {
  if (state.typing) return typeSearch(state, state.typing, stroke, text);
  if (isStroke(stroke, 'left', 'right'))
    return {...state, shift: Math.max(0, state.shift + (isStroke(stroke, 'right') ? 16 : -16))};
  if (isStroke(stroke, 'escape', 'interrupt', 'q', 'l', 'enter', 'backspace')) return undefined;
  if (isStroke(stroke, '/')) return {...state, typing: lineOf('')};
  if (isStroke(stroke, 'n')) return find(state, text, 1);
  if (isStroke(stroke, 'N')) return find(state, text, -1);
  return scroll(state, stroke, text);
}

function typeSearch(state: ReaderState, typing: EditedLine, stroke: Stroke, text: Reading): ReaderState {
  const done = {...state, typing: undefined, isMissing: false};
  if (isStroke(stroke, 'escape', 'interrupt')) return done;
  if (!isStroke(stroke, 'enter')) return {...done, typing: edit(typing, stroke)};
  return find({...done, query: textOf(typing).trim().toLowerCase()}, text, 1);
}

/** Finds the next or the previous line that matches; after the last line it begins again. */
function find(state: ReaderState, text: Reading, step: 1 | -1): ReaderState {
  if (state.query === '') return state;
  const {lines} = text;
  const start = topLine(state, text);
  const order = lines.map((_, index) => (start + step * (index + 1) + lines.length * 2) % lines.length);
  const found = order.find(index => lines[index]?.toLowerCase().includes(state.query));
  return found === undefined ? {...state, isMissing: true} : {...state, isMissing: false, top: found};
}

function scroll(state: ReaderState, stroke: Stroke, text: Reading): ReaderState {
  const count = text.lines.length;
  const step = stepOf(stroke, text.page, count);
  if (step === 0) return state;
  const top = Math.max(0, topLine(state, text) + step);
  // At the end it follows the newest line again.
  return {...state, top: step > 0 && top >= count - text.page ? undefined : top};
}

type ReaderProps = {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly state: ReaderState;
  readonly lines: readonly string[];
  /** Returns the style of a line; by default its first character is coloured if it is a sign. */
  readonly styleOf?: (index: number) => TextProps;
  readonly size: Size;
  /** The key to show for leaving. */
  readonly back?: 'Esc' | 'Enter';
  /** Keys besides the reader's own. */
  readonly hints?: readonly Hint[];
};

/** Shows a long text that can be scrolled and searched. */
export function Reader({title, lead, state, lines, styleOf, size, back = 'Esc', hints = []}: ReaderProps) {
  const page = pageOf(size, lead !== undefined);
  const top = topLine(state, {lines, page});
  const last = Math.min(lines.length, top + page);
  const status = lines.length > page ? `lines ${top + 1} to ${last} of ${lines.length}` : '';
  const search = state.typing || state.isMissing ? <Search state={state} /> : undefined;
  const next: readonly Hint[] = state.query === '' ? [] : [['n', 'next']];
  const isLong = lines.length > page || state.query !== '';
  const moves: readonly Hint[] = [['Arrows', 'scroll'], ['/', 'search'], ...next];
  return (
    <Frame
      size={size}
      title={title}
      status={status}
      lead={lead}
      foot={search}
      hints={[[back, 'back'], ...(isLong ? moves : []), ...hints, ...(isLong ? [['G', 'end'] as const] : [])]}
    >
      {() =>
        lines.slice(top, last).map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line has no name but its place.
          <ReadLine key={at} line={line.slice(state.shift)} query={state.query} style={styleOf?.(top + at)} />
        ))
      }
    </Frame>
  );
}

type ReadLineProps = {line: string; query: string; style: TextProps | undefined};

function ReadLine({line, query, style}: ReadLineProps) {
  const {glyphs, good, bad, warning} = useTheme();
  const text = line.replaceAll('\t', '    ') || ' ';
  const at = query === '' ? -1 : text.toLowerCase().indexOf(query);
  const signs = new Map([
    [glyphs.good, good],
    [glyphs.bad, bad],
    [glyphs.warning, warning],
  ]);
  const [first = ''] = text;
  const [start, end] = at === -1 ? [0, style ? 0 : 1] : [at, at + query.length];
  return (
    <Line {...style}>
      {text.slice(0, start)}
      <Text {...(at === -1 ? signs.get(first) : {inverse: true})}>{text.slice(start, end)}</Text>
      {text.slice(end)}
    </Line>
  );
}

function Search({state: {typing, query}}: {state: ReaderState}) {
  return (
    <Box marginTop={1} flexShrink={0}>
      {typing ? (
        <Line>
          Search: {textOf(typing)}
          <Text inverse> </Text>
        </Line>
      ) : (
        <Line bold>"{query}" was not found. / searches again, Esc goes back.</Line>
      )}
    </Box>
  );
}
