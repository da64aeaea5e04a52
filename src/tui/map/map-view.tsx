import {Box, Text, type TextProps} from 'ink';
import {listMap, type MapData, type MapEntry, type MapStates, mapWords} from '../../model/map.ts';
import {styleOfMap, type Theme, useTheme} from '../theme.ts';
import {layOutMap, mapSize, type Segment} from './layout.ts';

type MapProps = {readonly map: MapData; readonly states: MapStates; readonly columns: number};

/** How many rows the map takes, its legend included. */
export function mapRows({boxes}: MapData, columns: number): number {
  return columns >= mapSize.columns ? mapSize.rows + 1 : boxes.length;
}

/** The boxes of this host and how they stand: a drawing, or a list where that does not fit. */
export function MapView({map, states, columns}: MapProps) {
  if (columns < mapSize.columns) return <MapList map={map} states={states} />;
  return (
    <Box flexDirection="column" flexShrink={0}>
      <MapDrawing map={map} states={states} />
      <Legend states={states} />
    </Box>
  );
}

/** The drawing alone. */
export function MapDrawing({map, states}: Omit<MapProps, 'columns'>) {
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
}

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

function MapList({map, states}: Omit<MapProps, 'columns'>) {
  return listMap(map).map(entry => <MapLine key={entry.place} entry={entry} states={states} />);
}

function MapLine({entry, states}: {readonly entry: MapEntry; readonly states: MapStates}) {
  const theme = useTheme();
  const {place, name, detail = '', leadsTo} = entry;
  const state = states[place];
  return (
    <Text wrap="truncate">
      <Text {...styleOfMap(theme, state)}>{state ? theme.glyphs.map.marks[state] : theme.glyphs.map.plain}</Text>{' '}
      <Text bold>{name}</Text> {detail}
      {leadsTo !== '' && (
        <Text {...theme.quiet}>
          {' '}
          {theme.glyphs.map.heads[1]} {leadsTo}
        </Text>
      )}
    </Text>
  );
}
