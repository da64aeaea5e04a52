import {createContext, use} from 'react';
import type {CheckState} from '../model/check.ts';
import type {StepOutcome} from '../model/event.ts';
import type {MapState} from '../model/map.ts';
import {showsUnicode} from './console.ts';
import type {MapGlyphs} from './map/layout.ts';

/** Properties of Ink's Text; without a colour where none is wanted. */
type Style = {readonly color?: string; readonly bold?: boolean; readonly dimColor?: boolean};

/** Signs in Unicode, and the same in ASCII. */
const resultSigns = {good: '✔+', warning: '!!', bad: '✖x', unknown: '??', skipped: '○o', waiting: '◌.'} as const;
const lineSigns = {pointer: '▸>', dot: '·-', full: '━#', empty: '─.', up: '↑^', down: '↓v'} as const;
const mapSigns = {
  planned: '○o',
  running: '▸>',
  'set-up': '●*',
  ok: '✔+',
  warning: '!!',
  starting: '◌.',
  failed: '✖x',
  unknown: '??',
};

type Glyphs = ReturnType<typeof chooseSigns> & {
  readonly spinner: readonly string[];
  readonly border: 'round' | 'classic';
  /** The heights of a chart, the lowest first. */
  readonly bars: readonly string[];
  /** Whether there are half blocks. */
  readonly hasBlocks: boolean;
  readonly map: MapGlyphs;
};

function pick<Name extends string>(signs: Readonly<Record<Name, string>>, at: 0 | 1): Readonly<Record<Name, string>> {
  const picked = Object.entries<string>(signs).map(([name, pair]) => [name, pair[at]]);
  return Object.fromEntries(picked) as Record<Name, string>;
}

function chooseSigns(at: 0 | 1) {
  return {...pick(resultSigns, at), ...pick(lineSigns, at)};
}

const fancy: Glyphs = {
  ...chooseSigns(0),
  spinner: ['⠋', '⠙', '⠸', '⠴', '⠦', '⠇'],
  border: 'round',
  bars: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  hasBlocks: true,
  map: {marks: pick(mapSigns, 0), plain: '·', joins: ' ╵╶└╷│┌├╴┘─┴┐┤┬┼', dashes: ['┄', '┆'], heads: ['◂', '▸']},
};

const ascii: Glyphs = {
  ...chooseSigns(1),
  spinner: ['|', '/', '-', '\\'],
  border: 'classic',
  bars: ['_', '.', '-', '=', '+', '*', '#'],
  hasBlocks: false,
  map: {marks: pick(mapSigns, 1), plain: '-', joins: ' |-+||++-+-+++++', dashes: ['.', ':'], heads: ['<', '>']},
};

export type Theme = Readonly<Record<'accent' | 'good' | 'warning' | 'bad' | 'quiet', Style>> & {
  readonly glyphs: Glyphs;
  readonly hasColor: boolean;
  /** Whether title bars say that this is a rehearsal. */
  readonly isRehearsal?: boolean;
};

/** Chooses styles for the terminal: only its own 16 colours, so that light and dark backgrounds both work. */
export function chooseTheme(environment: Readonly<Record<string, string | undefined>>): Theme {
  const paint = (color: string): Style => (environment.NO_COLOR ? {} : {color});
  return {
    glyphs: showsUnicode(environment) ? fancy : ascii,
    hasColor: !environment.NO_COLOR,
    accent: {...paint('cyan'), bold: true},
    good: paint('green'),
    warning: paint('yellow'),
    bad: {...paint('red'), bold: true},
    quiet: {dimColor: true},
  };
}

const ThemeContext = createContext(chooseTheme({}));

/** Passes the theme to all components inside. */
export const ThemeProvider = ThemeContext;

export function useTheme(): Theme {
  return use(ThemeContext);
}

/** Returns sign and colour of a check's result. */
export function signOfCheck({glyphs, good, warning, bad}: Theme, state: CheckState): readonly [string, Style] {
  const signs = {
    ok: [glyphs.good, good],
    warning: [glyphs.warning, warning],
    starting: [glyphs.waiting, warning],
    failed: [glyphs.bad, bad],
    unknown: [glyphs.unknown, warning],
  } as const;
  return signs[state];
}

/** Returns sign and colour of a step's outcome. */
export function signOfStep({glyphs, good, warning, bad, quiet}: Theme, outcome: StepOutcome): readonly [string, Style] {
  const signs = {
    changed: [glyphs.good, good],
    unchanged: [glyphs.good, quiet],
    warned: [glyphs.warning, warning],
    failed: [glyphs.bad, bad],
    skipped: [glyphs.skipped, warning],
    stopped: [glyphs.skipped, warning],
  } as const;
  return signs[outcome];
}

/** Returns the colour of a box of the map; its sign means the same. */
export function styleOfMap({accent, good, warning, bad, quiet}: Theme, state: MapState | undefined): Style {
  const styles = {
    planned: quiet,
    running: accent,
    'set-up': {},
    ok: good,
    warning,
    starting: warning,
    failed: bad,
    unknown: warning,
  };
  return state ? styles[state] : {};
}
