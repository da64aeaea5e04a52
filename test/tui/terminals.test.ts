import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {answerAll, expectIntact, prepareProgram} from './program.ts';

const open = prepareProgram();

describe.concurrent('a terminal that knows only ASCII', {timeout: 60_000}, () => {
  test.each([
    ['of a bare console', {TERM: 'linux', LANG: 'C.UTF-8'}],
    ['without UTF-8', {TERM: 'xterm', LANG: 'C'}],
  ])('%s gets nothing else, from the first screen to the last', async (_what, env) => {
    const terminal = open('vm-behind-router', {env});
    await answerAll(terminal);
    terminal.type('\r');
    await terminal.until(/a apply/);
    terminal.type('\x1b[B\x1b[B\r');
    await terminal.until(/Enter back/);
    terminal.type('\r');
    await terminal.until(/a apply/);
    terminal.type('a');
    await terminal.until(/> Image/);
    await terminal.until(/ended 0/, 40);
    expect(terminal.everything()).toContain('+ The rehearsal is over.');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what this is about.
    expect(terminal.written()).toMatch(/^[\x00-\x7f]*$/);
    expectIntact(terminal);
  });
});

/** Sizes as a window takes them that is dragged by its corner. */
const sizes = [
  [60, 20],
  [40, 12],
  [120, 40],
  [41, 13],
  [200, 60],
  [79, 15],
  [40, 12],
  [80, 24],
] as const;

describe.concurrent('a window that is resized', {timeout: 60_000}, () => {
  test.each([
    ['in the list of all answers', [], /Enter continue/],
    ['in a review', ['\r'], /a apply/],
    ['in a long change', ['\r', 'jjjjjjjj\r'], /Enter back/],
    ['during a run', ['\r', 'a'], /q stop/],
  ])('%s shows one whole screen each time', async (_what, keys, sign) => {
    const terminal = open('small-memory');
    await answerAll(terminal);
    for (const key of keys) {
      terminal.type(key);
      await sleep(500);
    }
    await terminal.until(sign);
    for (const [columns, rows] of sizes) {
      terminal.resize(columns, rows);
      await sleep(400);
      const lines = (await terminal.until(sign)).split('\n');
      expect(lines.length).toBeLessThanOrEqual(rows);
      expect(lines.filter(line => sign.test(line))).toHaveLength(1);
    }
    const scrolled = terminal.scrolled();
    await sleep(1500);
    // Only ended steps move up.
    expect(terminal.scrolled() - scrolled).toBeLessThan(8);
    terminal.type('\x03\x03\x03');
    await terminal.until(/ended \d/);
    expectIntact(terminal);
  });
});
