import {isStroke, type KeyName, type Stroke} from '../keys.ts';
import {edit, type Line, lineOf, textOf} from '../line-editor.ts';
import type {Size} from '../screen.ts';

/** How a long text is read. */
export type LogState = {
  /** The first line in view; undefined follows the newest. */
  readonly top: number | undefined;
  /** What is looked for, in small letters; empty for nothing. */
  readonly query: string;
  /** Columns that are scrolled out to the left. */
  readonly shift: number;
  /** The search as it is typed. */
  readonly typing?: Line;
  /** What was looked for is nowhere. */
  readonly isMissing?: boolean;
};

/** A log that follows its newest line. */
export const newestLog: LogState = {top: undefined, query: '', shift: 0};
/** A text that is read from its start. */
export const wholeLog: LogState = {top: 0, query: '', shift: 0};

/** How many lines fit into the room. */
export function logPage({rows}: Size): number {
  return Math.max(1, rows - 4);
}

/** The first line that is shown. */
export function logTop({top}: LogState, count: number, page: number): number {
  const last = Math.max(0, count - page);
  return top === undefined ? last : Math.min(top, last);
}

/** The log after one more stroke; undefined when the owner has read enough. */
export function pressInLog(
  state: LogState,
  stroke: Stroke,
  lines: readonly string[],
  size: Size,
): LogState | undefined {
  if (state.typing) return typeSearch(state, state.typing, stroke, lines, size);
  if (isStroke(stroke, 'left', 'right'))
    return {...state, shift: Math.max(0, state.shift + (isStroke(stroke, 'right') ? 16 : -16))};
  if (isStroke(stroke, 'escape', 'interrupt', {letter: 'q'}, {letter: 'l'}, 'enter')) return undefined;
  if (isStroke(stroke, {letter: '/'})) return {...state, typing: lineOf('')};
  if (isStroke(stroke, {letter: 'n'})) return find(state, lines, size, 1);
  if (isStroke(stroke, {letter: 'N'})) return find(state, lines, size, -1);
  return scroll(state, stroke, lines.length, logPage(size));
}

function typeSearch(state: LogState, typing: Line, stroke: Stroke, lines: readonly string[], size: Size): LogState {
  const {typing: _typing, isMissing: _missing, ...rest} = state;
  if (isStroke(stroke, 'escape', 'interrupt')) return rest;
  if (!isStroke(stroke, 'enter')) return {...rest, typing: edit(typing, stroke)};
  const query = textOf(typing).trim().toLowerCase();
  return query === '' ? {...rest, query} : find({...rest, query}, lines, size, 1);
}

/** The next line, or the one before, that has what is looked for; at the end it begins again. */
function find(state: LogState, lines: readonly string[], size: Size, step: 1 | -1): LogState {
  if (state.query === '') return state;
  const {isMissing: _missing, ...rest} = state;
  const start = logTop(state, lines.length, logPage(size));
  const order = lines.map((_, index) => (start + step * (index + 1) + lines.length * 2) % lines.length);
  const found = order.find(index => lines[index]?.toLowerCase().includes(state.query));
  return found === undefined ? {...rest, isMissing: true} : {...rest, top: found};
}

const letters: Readonly<Record<string, KeyName>> = {
  j: 'down',
  k: 'up',
  ' ': 'page-down',
  b: 'page-up',
  g: 'home',
  G: 'end',
};

/** How many lines a stroke moves, the letters of less and vi included. */
export function stepOf(stroke: Stroke, page: number, count: number): number {
  const name = stroke.type === 'key' ? stroke.name : letters[stroke.text];
  const steps: Partial<Record<KeyName, number>> = {
    up: -1,
    down: 1,
    'page-up': -page,
    'page-down': page,
    home: -count,
    end: count,
  };
  return (name && steps[name]) ?? 0;
}

function scroll(state: LogState, stroke: Stroke, count: number, page: number): LogState {
  const step = stepOf(stroke, page, count);
  if (step === 0) return state;
  const top = Math.max(0, logTop(state, count, page) + step);
  // The end is followed again.
  const {top: _top, ...rest} = state;
  return {...rest, top: step > 0 && top >= count - page ? undefined : top};
}
