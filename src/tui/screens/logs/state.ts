import {formatLogLine, type LoggingPlace, type LogLine} from '../../../model/log-line.ts';
import {pressInReader, type ReaderState, readEnd, topLine} from '../../components/reader.tsx';
import {isStroke, type Stroke} from '../../keyboard.ts';

export type LogsState = {
  readonly lines: readonly LogLine[];
  /** The place whose lines are shown; undefined for all. */
  readonly place: LoggingPlace | undefined;
  readonly reader: ReaderState;
  readonly isLeaving: boolean;
};

/** Older lines are no longer shown. */
const most = 2000;

export const startLogs: LogsState = {lines: [], place: undefined, reader: readEnd, isLeaving: false};

/** Returns the texts that are shown; a narrow screen has no room for the day. */
export function listLines({lines, place}: LogsState, columns: number): readonly string[] {
  return linesOf(lines, place).map(each => formatLogLine(each, columns < 60));
}

const linesOf = (lines: readonly LogLine[], place: LogsState['place']) =>
  lines.filter(each => place === undefined || each.place === place);

/** Adds lines. A reader who does not follow the newest line keeps the lines in view. */
export function addLines(state: LogsState, added: readonly LogLine[]): LogsState {
  const all = [...state.lines, ...added];
  const lines = all.slice(-most);
  const dropped = linesOf(all.slice(0, all.length - lines.length), state.place).length;
  const {top} = state.reader;
  return {...state, lines, reader: {...state.reader, top: top === undefined ? undefined : Math.max(0, top - dropped)}};
}

export type LogsRoom = {readonly places: readonly LoggingPlace[]; readonly page: number; readonly columns: number};

/** Returns the screen after one more stroke. */
export function pressInLogs(state: LogsState, stroke: Stroke, {places, page, columns}: LogsRoom): LogsState {
  const {reader} = state;
  const text = {lines: listLines(state, columns), page};
  if (!reader.typing) {
    if (isStroke(stroke, 'f')) return filter(state, places);
    if (isStroke(stroke, 'a')) return {...state, place: undefined, reader: {...reader, top: undefined}};
    // To stop is to stay at the lines in view.
    if (isStroke(stroke, 'p'))
      return {...state, reader: {...reader, top: reader.top === undefined ? topLine(reader, text) : undefined}};
    if (isStroke(stroke, 'enter', 'backspace', 'l')) return state;
  }
  const next = pressInReader(reader, stroke, text);
  return next ? {...state, reader: next} : {...state, isLeaving: true};
}

/** Shows only the next place that has lines; after the last one, all. */
function filter(state: LogsState, places: readonly LoggingPlace[]): LogsState {
  const logged = places.filter(place => state.lines.some(line => line.place === place));
  const at = state.place === undefined ? -1 : logged.indexOf(state.place);
  return {...state, place: logged[at + 1], reader: {...state.reader, top: undefined}};
}
