import stringWidth from 'string-width';
import type {MapBox, MapData, MapLink, MapState, MapStates} from '../../model/map.ts';
import type {Place} from '../../model/place.ts';

/** The part of a cell in the picture: a box's sign, its name, its port or address, a line, or the label of a line. */
export type Role = 'mark' | 'name' | 'detail' | 'line' | 'label';

/** Neighbouring cells that look the same. The state is the box's; a line is `ok` when both its ends are there. */
export type Segment = {readonly text: string; readonly role: Role; readonly state: MapState | undefined};

/** How lines and signs are drawn: `joins` by the sides that meet in a cell (up 1, right 2, down 4, left 8). */
export type MapGlyphs = {
  readonly marks: Readonly<Record<MapState, string>>;
  /** The sign of a box without a state. */
  readonly plain: string;
  readonly joins: string;
  /** Lines to boxes that are not there yet: across and down. */
  readonly dashes: readonly [across: string, down: string];
  readonly heads: readonly [left: string, right: string];
};

/** The picture without its text: a dot where a box begins, a letter where a line runs, in upper case where its label goes. */
const picture = [
  '•iiiiiiiiiiiii• a                             •',
  '   nnnnnnnnnnnnnabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbvvvvvvvvvvvvvvvvv',
  '   N            H                                   T                V',
  '   n        •   krrrrrRRRRRRRRRRRRRRRRRRRRRRrr•  xxxxxxxxxxxxxx•     q',
  '   n            k                                                    q',
  '   n    •       c                                •  j                q',
  '   n            m                                   j                q',
  '•  d    mmmmmmmmm                                   j                q',
  '   wwWWWWWWWWWWWWWWWWWWWWWwww•   ppppppppppppppp•   j    qqqqqqqqqqqqq',
] as const;

/** The size of the picture. */
export const mapSize = {columns: 76, rows: picture.length} as const;

/** The boxes in the order of their dots. On a machine without a router, its own box takes the router's dot. */
const dots: readonly Place[] = [
  ...(['internet', 'router', 'host', 'haproxy', 'turn', 'videobridge'] as const),
  ...(['mmproxy', 'jicofo', 'nginx', 'web', 'prosody'] as const),
];

const spots = picture.flatMap((row, y) => Array.from(row.matchAll(/•/g), ({index}) => [index, y] as const));

/** The links that each letter of the picture is a line of. Lines touch where neighbouring cells have a link in common. */
const lines: Readonly<Record<string, readonly string[]>> = {
  i: ['internet router'],
  n: ['router nginx'],
  h: ['router haproxy'],
  t: ['router turn'],
  v: ['router videobridge'],
  r: ['haproxy turn'],
  k: ['haproxy mmproxy'],
  x: ['turn videobridge'],
  m: ['mmproxy nginx'],
  w: ['nginx web'],
  p: ['web prosody'],
  j: ['jicofo prosody'],
  q: ['videobridge prosody'],
  a: ['router nginx', 'router haproxy', 'router turn', 'router videobridge'],
  b: ['router turn', 'router videobridge'],
  c: ['haproxy mmproxy', 'mmproxy nginx'],
  d: ['router nginx', 'nginx web'],
};

type Drawing = {
  readonly cells: Segment[][];
  readonly states: MapStates;
  readonly glyphs: MapGlyphs;
  /** Finds the links whose lines run through a cell. */
  readonly linksAt: (x: number, y: number) => readonly MapLink[];
};

/** Draws the map into lines of cells: pure, the same for the same data and states. */
export function layOutMap({boxes, links}: MapData, states: MapStates, glyphs: MapGlyphs): readonly Segment[][] {
  const entry = boxes.some(({place}) => place === 'router') ? 'router' : 'host';
  const dotOf = (place: Place) => (place === entry ? 'router' : place);
  const nameOf = ({from, to}: MapLink) => `${dotOf(from)} ${dotOf(to)}`;
  const drawn = Object.entries(lines).map(
    ([letter, names]) => [letter, links.filter(link => names.includes(nameOf(link)))] as const,
  );
  const byLetter = new Map(drawn);
  const grid = picture.map(row => Array.from(row.toLowerCase(), letter => byLetter.get(letter)));
  const linksAt = (x: number, y: number) => grid[y]?.[x] ?? [];
  const drawing: Drawing = {cells: [], states, glyphs, linksAt};
  for (const y of grid.keys())
    drawing.cells.push(Array.from({length: mapSize.columns}, (_, x) => drawLine(drawing, x, y)));
  for (const [letter, [link]] of byLetter) if (link) writeLabel(drawing, letter.toUpperCase(), link);
  for (const box of boxes) drawBox(drawing, box, dotOf(box.place));
  return drawing.cells.map(joinCells);
}

function drawLine({states, glyphs, linksAt}: Drawing, x: number, y: number): Segment {
  const links = linksAt(x, y);
  if (links.length === 0) return {text: ' ', role: 'line', state: undefined};
  const meets = (dx: number, dy: number) => linksAt(x + dx, y + dy).some(link => links.includes(link));
  const sides = +meets(0, -1) + 2 * +meets(1, 0) + 4 * +meets(0, 1) + 8 * +meets(-1, 0);
  const state = links.some(link => stateOf(link, states) === 'ok') ? 'ok' : 'planned';
  const dash = state === 'planned' ? {10: glyphs.dashes[0], 5: glyphs.dashes[1]}[sides] : undefined;
  return {text: dash ?? glyphs.joins[sides] ?? ' ', role: 'line', state};
}

/** Returns `ok` for a line both of whose ends are there. */
function stateOf({from, to}: MapLink, states: MapStates): MapState {
  const there: readonly (MapState | undefined)[] = ['set-up', 'ok', 'warning', undefined];
  return there.includes(states[from]) && there.includes(states[to]) ? 'ok' : 'planned';
}

/** Writes a label in the middle of its room. A name must fit in between blanks; a port may overlap one cell of a line down. */
function writeLabel({cells, states}: Drawing, letter: string, link: MapLink): void {
  const y = picture.findIndex(row => row.includes(letter));
  const [first, last] = [picture[y]?.indexOf(letter) ?? 0, picture[y]?.lastIndexOf(letter) ?? 0];
  if (y < 0 || link.label === undefined) return;
  const text = first === last ? link.label : ` ${shorten(link.label, last - first - 1)} `;
  write(cells[y], ((first + last + 1) >> 1) - (text.length >> 1), text, 'label', stateOf(link, states));
}

/** Shortens a name by its tail, which all names of one domain share. */
function shorten(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}

/** Draws a box over the lines beneath it, with the head of each line that reaches it from the side. */
function drawBox({cells, states, glyphs, linksAt}: Drawing, box: MapBox, dot: Place): void {
  const [x = 0, y = 0] = spots[dots.indexOf(dot)] ?? [];
  const [row, state, end] = [cells[y], states[box.place], x + widthOf(box)];
  write(row, x - 1, ' ', 'line', undefined);
  write(row, x, state ? glyphs.marks[state] : glyphs.plain, 'mark', state);
  write(row, x + 1, ` ${box.name}`, 'name', state);
  if (box.detail !== undefined) write(row, x + 2 + box.name.length, ` ${box.detail}`, 'detail', state);
  write(row, end, ' ', 'line', undefined);
  for (const [side, at] of [end + 1, x - 2].entries()) {
    const link = linksAt(at, y).find(({to}) => to === box.place);
    if (link) write(row, at, glyphs.heads[side] ?? '', 'line', stateOf(link, states));
  }
}

/** Returns the columns that a box takes. */
export function widthOf({name, detail}: MapBox): number {
  return 2 + stringWidth(name) + (detail === undefined ? 0 : 1 + detail.length);
}

function write(row: Segment[] | undefined, from: number, text: string, role: Role, state: MapState | undefined): void {
  for (const [index, character] of Array.from(text).entries())
    if (row && from + index in row) row[from + index] = {text: character, role, state};
}

function joinCells(cells: readonly Segment[]): Segment[] {
  const row: Segment[] = [];
  for (const cell of cells) {
    const last = row.at(-1);
    if (last && last.role === cell.role && last.state === cell.state)
      row[row.length - 1] = {...last, text: last.text + cell.text};
    else row.push(cell);
  }
  // Blanks after the last box would only be more bytes for the terminal.
  return row.at(-1)?.text.trim() === '' ? row.slice(0, -1) : row;
}
