import {Box, Text, type TextProps} from 'ink';
import {memo} from 'react';
import {listMap, type MapData, type MapEntry, type MapState, type MapStates, mapWords} from '../../model/map.ts';
import {styleOfMap, type Theme, useTheme} from '../theme.ts';
import {layOutMap, mapSize, type Segment, widthOf} from './layout.ts';

type MapProps = {
  readonly map: MapData;
  readonly states: MapStates;
  readonly columns: number;
  /** The room there is; the drawing is shown only where it fits, so this is about the list. */
  readonly rows: number;
};

/** How many rows the map takes, its legend included. */
export function mapRows({boxes}: MapData, columns: number): number {
  return columns >= mapSize.columns ? mapSize.rows + 1 : boxes.length;
}

/** The boxes of this host and how they stand: a drawing, or a list where that does not fit. */
export function MapView({map, states, columns, rows}: MapProps) {
  if (columns < mapSize.columns || rows <= mapSize.rows)
    return <MapList map={map} states={states} columns={columns} rows={rows} />;
  return (
    <Box flexDirection="column" flexShrink={0}>
      <MapDrawing map={map} states={states} />
      <Legend states={states} />
    </Box>
  );
}

type Drawn = Pick<MapProps, 'map' | 'states'>;

const isSame = (one: Drawn, other: Drawn) =>
  one.map === other.map && JSON.stringify(one.states) === JSON.stringify(other.states);

/** The drawing alone; of all screens it has the most parts, and at most beats of a run none of them changes. */
export const MapDrawing = memo(({map, states}: Drawn) => {
  const theme = useTheme();
  return layOutMap(map, states, theme.glyphs.map).map((row, y) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a row of a drawing has no name but its place.
    <Text key={y} wrap="truncate">
      {row.map((segment, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nor has a part of it.
        <Text key={index} {...styleOf(theme, segment)}>
          {segment.text}
        </Text>
      ))}
    </Text>
  ));
}, isSame);

function styleOf(theme: Theme, {role, state}: Segment): TextProps {
  if (role === 'mark') return styleOfMap(theme, state);
  if (role === 'name') return state === 'planned' ? {} : {bold: true};
  return role === 'line' && state === 'ok' ? {} : theme.quiet;
}

/** What the signs mean that are to be seen. */
function Legend({states}: Pick<MapProps, 'states'>) {
  const theme = useTheme();
  const shown = new Set(Object.values(states));
  const words = Object.entries(mapWords) as [keyof typeof mapWords, string][];
  return (
    <Box columnGap={3} height={1}>
      {words
        .filter(([state]) => shown.has(state))
        .map(([state, word]) => (
          <Text key={state} {...theme.quiet}>
            <Text {...styleOfMap(theme, state)}>{theme.glyphs.map.marks[state]}</Text> {word}
          </Text>
        ))}
    </Box>
  );
}

function MapList({map, states, columns, rows}: MapProps) {
  const entries = listMap(map);
  // Where even the list is too long, the boxes stand side by side.
  const lines = entries.length <= rows ? entries.map(entry => [entry]) : pack(entries, columns);
  return (
    <Box flexDirection="column" flexShrink={0}>
      {lines.map(line => (
        <Box key={line[0]?.place} columnGap={2} height={1} width={columns} overflow="hidden">
          {line.map(entry => (
            <MapLine
              key={entry.place}
              entry={entry}
              state={states[entry.place]}
              isAlone={lines.length === entries.length}
            />
          ))}
        </Box>
      ))}
    </Box>
  );
}

/** As many boxes in a line as fit. */
function pack(entries: readonly MapEntry[], columns: number): readonly (readonly MapEntry[])[] {
  const lines: MapEntry[][] = [];
  for (const entry of entries) {
    const line = lines.at(-1);
    const width = [...(line ?? []), entry].reduce((sum, box) => sum + widthOf(box) + 2, -2);
    if (line && width <= columns) line.push(entry);
    else lines.push([entry]);
  }
  return lines;
}

type MapLineProps = {readonly entry: MapEntry; readonly state: MapState | undefined; readonly isAlone: boolean};

function MapLine({entry: {name, detail, leadsTo}, state, isAlone}: MapLineProps) {
  const theme = useTheme();
  const {marks, plain, heads} = theme.glyphs.map;
  return (
    <Text wrap="truncate">
      <Text {...styleOfMap(theme, state)}>{state ? marks[state] : plain}</Text> <Text bold>{name}</Text>
      {detail !== undefined && ` ${detail}`}
      {isAlone && leadsTo !== '' && (
        <Text {...theme.quiet}>
          {' '}
          {heads[1]} {leadsTo}
        </Text>
      )}
    </Text>
  );
}
