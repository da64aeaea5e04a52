import {readdirSync, readFileSync} from 'node:fs';
import {render} from 'ink-testing-library';
import {expect, test} from 'vitest';
import {readFacts} from '../../../src/model/facts-json.ts';
import {type MapData, type MapState, type MapStates, planStates} from '../../../src/model/map.ts';
import {gatherSettings} from '../../../src/model/settings/gather.ts';
import {sketchMap} from '../../../src/stack/map.ts';
import {MapView} from '../../../src/tui/map/map-view.tsx';
import {chooseTheme, ThemeProvider} from '../../../src/tui/theme.ts';

const machines = new URL('../../machines/', import.meta.url);
const names = readdirSync(machines).filter(name => name.endsWith('.json'));
/** The room that the screens leave in a terminal of 80×24, in one of 40×12, and in one that is only narrow. */
const rooms = {large: {columns: 78, rows: 18}, small: {columns: 38, rows: 8}, narrow: {columns: 38, rows: 12}} as const;

function mapOf(name: string, hasRelay: boolean): MapData {
  const facts = readFacts(readFileSync(new URL(name, machines), 'utf8'));
  const answers = {domain: 'meet.example.org', 'turn.enabled': String(hasRelay), 'turn.domain': 'turn.example.org'};
  return sketchMap(gatherSettings({}), facts)(answers);
}

/** Gives the boxes all states in turn. */
function mixStates({boxes}: MapData): MapStates {
  const states: readonly MapState[] = ['ok', 'running', 'set-up', 'failed', 'warning', 'unknown', 'planned'];
  return Object.fromEntries(boxes.slice(1).map(({place}, index) => [place, states[index % states.length]]));
}

function frameOf(map: MapData, states: MapStates, room: keyof typeof rooms, locale: string): string {
  const {lastFrame, unmount} = render(
    <ThemeProvider value={chooseTheme({LANG: locale, NO_COLOR: '1'})}>
      <MapView map={map} states={states} {...rooms[room]} />
    </ThemeProvider>,
  );
  const frame = lastFrame() ?? '';
  unmount();
  return frame;
}

/** Every kind of room, each with the relay and without. */
const variantsIn = (...names: readonly (keyof typeof rooms)[]) =>
  names.flatMap(room => [true, false].map(hasRelay => ({room, hasRelay})));

test('the map of every recorded machine, with and without the relay', {timeout: 60_000}, async () => {
  const frames = names.flatMap(name =>
    variantsIn('large', 'small').map(({room, hasRelay}) => {
      const map = mapOf(name, hasRelay);
      const title = `${name} ${hasRelay ? 'with' : 'without'} relay, ${room}`;
      return {title, frame: frameOf(map, planStates(map), room, 'C.UTF-8')};
    }),
  );
  // Machines that differ in nothing that the map shows share a picture.
  const shared = Map.groupBy(frames, ({frame}) => frame);
  const text = [...shared].map(([frame, same]) => `${same.map(({title}) => `# ${title}`).join('\n')}\n\n${frame}\n`);
  await expect(text.join('\n')).toMatchFileSnapshot('machines.txt');
});

test('the map with boxes in every state, also in ASCII', {timeout: 60_000}, async () => {
  const frames = variantsIn('large', 'small', 'narrow').flatMap(({room, hasRelay}) =>
    ['C.UTF-8', 'C'].map(locale => {
      const map = mapOf('vm-behind-router.json', hasRelay);
      return frameOf(map, mixStates(map), room, locale);
    }),
  );
  await expect(`${frames.join('\n\n')}\n`).toMatchFileSnapshot('states.txt');
});
