import {createContext, use} from 'react';
import type {CheckState} from '../model/check.ts';
import type {StepOutcome} from '../model/event.ts';
import type {MapState} from '../model/map.ts';
import {showsUnicode} from './ascii.ts';
import type {MapGlyphs} from './map/layout.ts';

/** Properties of Ink's Text; without a colour where none is wanted. */
type Style = {readonly color?: string; readonly bold?: boolean; readonly dimColor?: boolean};

type Glyphs = {
  readonly good: string;
  readonly warning: string;
  readonly bad: string;
  readonly unknown: string;
  readonly skipped: string;
  readonly waiting: string;
  readonly pointer: string;
  readonly dot: string;
  readonly rule: string;
  readonly full: string;
  readonly empty: string;
  readonly more: string;
  readonly up: string;
  readonly down: string;
  readonly spinner: readonly string[];
  readonly border: 'round' | 'classic';
  readonly map: MapGlyphs;
};

export type Theme = {
  readonly glyphs: Glyphs;
  readonly hasColor: boolean;
  readonly accent: Style;
  readonly good: Style;
  readonly warning: Style;
  readonly bad: Style;
  readonly quiet: Style;
};

const fancy: Glyphs = {
  good: '✔',
  warning: '!',
  bad: '✖',
  unknown: '?',
  skipped: '○',
  waiting: '◌',
  pointer: '▸',
  dot: '·',
  rule: '─',
  full: '━',
  empty: '─',
  more: '…',
  up: '↑',
  down: '↓',
  spinner: ['⠋', '⠙', '⠸', '⠴', '⠦', '⠇'],
  border: 'round',
  map: {
    marks: {planned: '○', running: '▸', 'set-up': '●', ok: '✔', warning: '!', failed: '✖', unknown: '?'},
    plain: '·',
    joins: ' ╵╶└╷│┌├╴┘─┴┐┤┬┼',
    dashes: ['┄', '┆'],
    heads: ['◂', '▸'],
  },
};

const ascii: Glyphs = {
  good: '+',
  warning: '!',
  bad: 'x',
  unknown: '?',
  skipped: 'o',
  waiting: '.',
  pointer: '>',
  dot: '-',
  rule: '-',
  full: '#',
  empty: '.',
  more: '...',
  up: '^',
  down: 'v',
  spinner: ['|', '/', '-', '\\'],
  border: 'classic',
  map: {
    marks: {planned: 'o', running: '>', 'set-up': '*', ok: '+', warning: '!', failed: 'x', unknown: '?'},
    plain: '-',
    joins: ' |-+||++-+-+++++',
    dashes: ['.', ':'],
    heads: ['<', '>'],
  },
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

/** Returns the theme of this terminal. */
export function useTheme(): Theme {
  return use(ThemeContext);
}

/** Returns mark and colour of a check's result. */
export function markOfCheck(theme: Theme, state: CheckState): {readonly mark: string; readonly style: Style} {
  const {glyphs, good, warning, bad} = theme;
  const marks = {
    ok: {mark: glyphs.good, style: good},
    warning: {mark: glyphs.warning, style: warning},
    failed: {mark: glyphs.bad, style: bad},
    unknown: {mark: glyphs.unknown, style: warning},
  };
  return marks[state];
}

/** Returns mark and colour of a step's outcome. */
export function markOfStep(theme: Theme, outcome: StepOutcome): {readonly mark: string; readonly style: Style} {
  const {glyphs, good, warning, bad, quiet} = theme;
  const marks = {
    changed: {mark: glyphs.good, style: good},
    unchanged: {mark: glyphs.good, style: quiet},
    warned: {mark: glyphs.warning, style: warning},
    failed: {mark: glyphs.bad, style: bad},
    skipped: {mark: glyphs.skipped, style: warning},
    stopped: {mark: glyphs.skipped, style: warning},
  };
  return marks[outcome];
}

/** Returns the colour of a box of the map; its sign means the same. */
export function styleOfMap({accent, good, warning, bad, quiet}: Theme, state: MapState | undefined): Style {
  const styles = {planned: quiet, running: accent, 'set-up': {}, ok: good, warning, failed: bad, unknown: warning};
  return state ? styles[state] : {};
}
