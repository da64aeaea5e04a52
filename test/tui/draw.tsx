import {Box} from 'ink';
import {render} from 'ink-testing-library';
import type {ReactNode} from 'react';
import {afterAll, beforeAll, vi} from 'vitest';
import {createRunStore, type RunStore} from '../../src/tui/screens/watch/run-store.ts';
import {chooseTheme, ThemeProvider} from '../../src/tui/theme.ts';
import {at, story} from './sample-run.ts';

export const large = {columns: 78, rows: 22};
export const small = {columns: 38, rows: 10};

/** Stops the clock for the tests of a file. Only the date stands still: Ink needs its timers. */
export function stopClock(): void {
  beforeAll(() => void vi.useFakeTimers({toFake: ['Date'], now: Date.parse('2026-11-22T08:30:00.000Z')}));
  afterAll(() => void vi.useRealTimers());
}

/** The terminals that there are: with its own 16 colours, without colours, and with nothing but ASCII. */
export const terminals = {
  colours: {LANG: 'C.UTF-8', TERM: 'xterm'},
  plain: {LANG: 'C.UTF-8', NO_COLOR: '1'},
  ascii: {LANG: 'C', TERM: 'linux'},
} as const;

/** Draws a frame, without colours unless another terminal is named. */
export function frameOf(
  node: ReactNode,
  size = large,
  terminal: keyof typeof terminals = 'plain',
  isRehearsal = false,
): string {
  const {lastFrame, unmount} = render(
    <ThemeProvider value={{...chooseTheme(terminals[terminal]), isRehearsal}}>
      <Box flexDirection="column" width={size.columns} maxHeight={size.rows} overflow="hidden">
        {node}
      </Box>
    </ThemeProvider>,
  );
  const frame = lastFrame() ?? '';
  unmount();
  return frame;
}

/** The sample run as it is after so many milliseconds. */
export function runAfter(ms: number): RunStore {
  const store = createRunStore();
  const start = Date.now() - ms;
  for (const [moment, body] of story) if (moment <= ms) store.push(at(moment, body, start));
  store.end();
  return store;
}
