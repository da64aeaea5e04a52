import {Box, Text, type TextProps} from 'ink';
import {memo} from 'react';
import {listMap, type MapData, type MapEntry, type MapState, type MapStates, mapWords} from '../../model/map.ts';
import {styleOfMap, type Theme, useTheme} from '../theme.ts';
import {layOutMap, mapSize, type Segment, widthOf} from './layout.ts';

/** Returns how many rows the map takes, its legend included. */
export function mapRows({boxes}: MapData, columns: number): number {
  return columns >= mapSize.columns ? mapSize.rows + 1 : boxes.length;
}

type Drawn = {readonly map: MapData; readonly states: MapStates};
type MapProps = Drawn & {readonly columns: number; readonly rows: number};

/** Shows the boxes of this host and their states: as a picture, or as a list where that does not fit. */
export function MapView({map, states, columns, rows}: MapProps) {
  const isDrawn = columns >= mapSize.columns && rows > mapSize.rows;
  return (
    <Box flexDirection="column" flexShrink={0}>
      {isDrawn && <MapDrawing map={map} states={states} />}
      {isDrawn ? <Legend states={states} /> : <MapList map={map} states={states} columns={columns} rows={rows} />}
    </Box>
  );
}

/** Draws the picture alone. It has the most parts of all screens, and rarely changes while a run is watched. */
export const MapDrawing = memo(
  ({map, states}: Drawn) => {
    const theme = useTheme();
    return layOutMap(map, states, theme.glyphs.map).map((row, y) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a row of a picture has no name but its place.
      <Text key={y} wrap="truncate">
        {row.map((segment, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: nor has a part of it.
          <Text key={index} {...styleOf(theme, segment)}>
            {segment.text}
          </Text>
        ))}
      </Text>
    ));
  },
  (one, other) => one.map === other.map && JSON.stringify(one.states) === JSON.stringify(other.states),
);

function styleOf(theme: Theme, {role, state}: Segment): TextProps {
  if (role === 'mark') return styleOfMap(theme, state);
  if (role === 'name') return state === 'planned' ? {} : {bold: true};
  return role === 'line' && state === 'ok' ? {} : theme.quiet;
}

/** Explains the signs that are in the picture. */
function Legend({states}: {readonly states: MapStates}) {
  const theme = useTheme();
  const shown = new Set(Object.values(states));
  const words = Object.entries(mapWords) as [MapState, string][];
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
  const isLong = entries.length > rows;
  return packLines(entries, isLong ? columns : 0).map(line => (
    <Box key={line[0]?.place} columnGap={2} height={1} width={columns} overflow="hidden">
      {line.map(({leadsTo, ...box}) => (
        <MapLine key={box.place} {...box} leadsTo={isLong ? '' : leadsTo} state={states[box.place]} />
      ))}
    </Box>
  ));
}

/** Puts as many boxes in a line as fit, and at least one. */
function packLines(entries: readonly MapEntry[], columns: number): readonly (readonly MapEntry[])[] {
  const lines: MapEntry[][] = [];
  for (const entry of entries) {
    const line = lines.at(-1);
    const width = [...(line ?? []), entry].reduce((sum, box) => sum + widthOf(box) + 2, -2);
    if (line && width <= columns) line.push(entry);
    else lines.push([entry]);
  }
  return lines;
}

function MapLine({name, detail, leadsTo, state}: MapEntry & {readonly state: MapState | undefined}) {
  const theme = useTheme();
  const {marks, plain, heads} = theme.glyphs.map;
  return (
    <Text wrap="truncate">
      <Text {...styleOfMap(theme, state)}>{state ? marks[state] : plain}</Text> <Text bold>{name}</Text>
      {detail !== undefined && ` ${detail}`}
      {leadsTo !== '' && <Text {...theme.quiet}>{` ${heads[1]} ${leadsTo}`}</Text>}
    </Text>
  );
}
