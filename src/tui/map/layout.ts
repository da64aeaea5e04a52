import stringWidth from 'string-width';
import type {MapBox, MapData, MapLink, MapState, MapStates} from '../../model/map.ts';
import type {Place} from '../../model/place.ts';

/** What a part of the drawing is: a box's sign, its name, its port or address, a line, or what stands on a line. */
export type Role = 'mark' | 'name' | 'detail' | 'line' | 'label';

/** Neighbouring cells of one look. `state` is the box's, or for a line whether both its ends are there. */
export type Segment = {readonly text: string; readonly role: Role; readonly state: MapState | undefined};

/** How lines and signs are drawn: `joins` by the sides that meet in a cell (up 1, right 2, down 4, left 8). */
export type MapGlyphs = {
  readonly marks: Readonly<Record<MapState, string>>;
  /** The sign of what has no state. */
  readonly plain: string;
  readonly joins: string;
  /** Lines to what is not there yet: across and down. */
  readonly dashes: readonly [across: string, down: string];
  readonly heads: readonly [left: string, right: string];
};

type Point = readonly [x: number, y: number];
type Cell = Segment & {readonly joins?: number};
type Canvas = Map<string, Cell>;

/** How wide and how high the drawing is. */
export const mapSize = {columns: 76, rows: 9} as const;

const spots: Readonly<Record<Place, Point>> = {
  internet: [0, 0],
  router: [14, 0],
  host: [46, 0],
  haproxy: [12, 3],
  turn: [46, 3],
  videobridge: [63, 3],
  mmproxy: [8, 5],
  jicofo: [49, 5],
  nginx: [0, 7],
  web: [29, 8],
  prosody: [48, 8],
};

type Route = {readonly path: readonly Point[]; readonly label?: Point; readonly room?: number};

/** The way of each line; `entry` is the box that participants come in by. A line ends beneath its boxes, which are drawn over it. */
const routes: Readonly<Record<string, Route>> = {
  'internet entry': {path: [spots.internet, spots.router]},
  'entry nginx': {
    path: [
      [16, 0],
      [16, 1],
      [3, 1],
      [3, 7],
    ],
    label: [3, 2],
  },
  'entry haproxy': {
    path: [
      [16, 0],
      [16, 3],
    ],
    label: [16, 2],
  },
  'entry turn': {
    path: [
      [16, 0],
      [16, 1],
      [52, 1],
      [52, 3],
    ],
    label: [52, 2],
  },
  'entry videobridge': {
    path: [
      [16, 0],
      [16, 1],
      [69, 1],
      [69, 3],
    ],
    label: [69, 2],
  },
  'haproxy turn': {path: [spots.haproxy, spots.turn], label: [33, 3], room: 20},
  'turn videobridge': {path: [spots.turn, spots.videobridge]},
  'haproxy mmproxy': {
    path: [
      [16, 3],
      [16, 5],
    ],
  },
  'mmproxy nginx': {
    path: [
      [16, 5],
      [16, 7],
      [0, 7],
    ],
  },
  'nginx web': {path: [[3, 7], [3, 8], spots.web], label: [15, 8], room: 19},
  'web prosody': {path: [spots.web, spots.prosody]},
  'jicofo prosody': {
    path: [
      [52, 5],
      [52, 8],
    ],
  },
  'videobridge prosody': {path: [[69, 3], [69, 8], spots.prosody]},
};

/** Draws the map into lines of cells: pure, the same for the same data and states. */
export function layOutMap(map: MapData, states: MapStates, glyphs: MapGlyphs): readonly (readonly Segment[])[] {
  const canvas: Canvas = new Map();
  const entry = map.boxes.some(({place}) => place === 'router') ? 'router' : 'host';
  const spotOf = (place: Place): Point => spots[place === entry ? 'router' : place];
  const draw = {canvas, glyphs, states, spotOf};
  const routed = map.links.flatMap(link => {
    const route = routes[`${nameEnd(link.from, entry)} ${nameEnd(link.to, entry)}`];
    return route ? [{link, route}] : [];
  });
  for (const {link, route} of routed) drawLine(draw, link, route);
  for (const {link, route} of routed) drawLabel(draw, link, route);
  for (const box of map.boxes) drawBox(draw, box);
  for (const {link, route} of routed) drawHead(draw, link, route, map);
  return Array.from({length: mapSize.rows}, (_, y) => readRow(canvas, y));
}

type Drawing = {
  readonly canvas: Canvas;
  readonly glyphs: MapGlyphs;
  readonly states: MapStates;
  readonly spotOf: (place: Place) => Point;
};

function nameEnd(place: Place, entry: Place): string {
  return place === entry ? 'entry' : place;
}

const lit: readonly (MapState | undefined)[] = ['set-up', 'ok', 'warning', undefined];

/** A line is there when both its ends are. */
function lineState(states: MapStates, {from, to}: MapLink): MapState {
  return [from, to].every(place => lit.includes(states[place])) ? 'ok' : 'planned';
}

function drawLine({canvas, glyphs, states}: Drawing, link: MapLink, {path}: Route): void {
  const state = lineState(states, link);
  const cells = walk(path);
  for (const [index, point] of cells.entries()) {
    const joins = sideTo(point, cells[index - 1]) | sideTo(point, cells[index + 1]);
    const old = canvas.get(String(point));
    const both = joins | (old?.joins ?? 0);
    const shown = old?.state === 'ok' ? 'ok' : state;
    put(canvas, point, {text: lineGlyph(glyphs, both, shown), role: 'line', state: shown, joins: both});
  }
}

/** Every cell between the corners of a path. */
function walk(path: readonly Point[]): readonly Point[] {
  return path.flatMap((point, index) => {
    const next = path[index + 1];
    if (!next) return [point];
    const [dx, dy] = [Math.sign(next[0] - point[0]), Math.sign(next[1] - point[1])];
    const length = Math.abs(next[0] - point[0]) + Math.abs(next[1] - point[1]);
    return Array.from({length}, (_, step): Point => [point[0] + dx * step, point[1] + dy * step]);
  });
}

function sideTo([x, y]: Point, neighbour: Point | undefined): number {
  if (!neighbour) return 0;
  if (neighbour[1] !== y) return neighbour[1] < y ? 1 : 4;
  return neighbour[0] > x ? 2 : 8;
}

function lineGlyph({joins, dashes}: MapGlyphs, sides: number, state: MapState): string {
  if (state === 'planned' && sides === 10) return dashes[0];
  if (state === 'planned' && sides === 5) return dashes[1];
  return joins[sides] ?? ' ';
}

function drawLabel({canvas, states}: Drawing, link: MapLink, {label, room}: Route): void {
  if (!label || link.label === undefined) return;
  const text = room === undefined ? link.label : shorten(link.label, room);
  const cells = room === undefined ? text : ` ${text} `;
  const [x, y] = label;
  write(canvas, [Math.max(0, x - Math.floor(cells.length / 2)), y], cells, 'label', lineState(states, link));
}

/** A name that is too long loses its tail, which all names of one owner share. */
function shorten(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}

function drawBox({canvas, glyphs, states, spotOf}: Drawing, box: MapBox): void {
  const state = states[box.place];
  const [x, y] = spotOf(box.place);
  if (x > 0) write(canvas, [x - 1, y], ' ', 'line', undefined);
  write(canvas, [x, y], state ? glyphs.marks[state] : glyphs.plain, 'mark', state);
  write(canvas, [x + 1, y], ` ${box.name}`, 'name', state);
  if (box.detail !== undefined) write(canvas, [x + 2 + box.name.length, y], ` ${box.detail}`, 'detail', state);
  write(canvas, [x + widthOf(box), y], ' ', 'line', undefined);
}

/** Columns that a box takes. */
export function widthOf({name, detail}: MapBox): number {
  return 2 + stringWidth(name) + (detail === undefined ? 0 : 1 + detail.length);
}

function drawHead({canvas, glyphs, states, spotOf}: Drawing, link: MapLink, {path}: Route, {boxes}: MapData): void {
  const [before, last] = path.slice(-2);
  const target = boxes.find(({place}) => place === link.to);
  if (!target || !before || !last || before[1] !== last[1]) return;
  const [x, y] = spotOf(link.to);
  const comesFromLeft = before[0] < last[0];
  const at: Point = comesFromLeft ? [x - 2, y] : [x + widthOf(target) + 1, y];
  put(canvas, at, {text: glyphs.heads[comesFromLeft ? 1 : 0], role: 'line', state: lineState(states, link)});
}

function write(canvas: Canvas, [x, y]: Point, text: string, role: Role, state: MapState | undefined): void {
  for (const [index, character] of Array.from(text).entries())
    put(canvas, [x + index, y], {text: character, role, state});
}

function put(canvas: Canvas, point: Point, cell: Cell): void {
  canvas.set(String(point), cell);
}

const nothing: Cell = {text: ' ', role: 'line', state: undefined};

function readRow(canvas: Canvas, y: number): readonly Segment[] {
  const row: Segment[] = [];
  for (let x = 0; x < mapSize.columns; x += 1) {
    const {text, role, state} = canvas.get(String([x, y])) ?? nothing;
    const last = row.at(-1);
    if (last && last.role === role && last.state === state) row[row.length - 1] = {...last, text: last.text + text};
    else row.push({text, role, state});
  }
  // Nothing behind the last box: blanks would travel too.
  return row.at(-1)?.text.trim() === '' ? row.slice(0, -1) : row;
}
