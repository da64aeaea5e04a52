import {rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {bundle} from './bundle.ts';
import {expectIntact, underShell} from './program.ts';
import {openTerminal, type Terminal} from './terminal.ts';

let program = '';
const opened: Terminal[] = [];

beforeAll(async () => {
  program = await bundle(join(import.meta.dirname, 'demo.tsx'));
}, 60_000);

afterAll(async () => {
  for (const terminal of opened) terminal.kill('SIGKILL');
  await rm(dirname(program), {recursive: true});
});

type Demo = {scenes: readonly string[]; columns?: number; rows?: number; env?: Record<string, string>};

function openDemo({scenes, columns = 80, rows = 24, env = {}}: Demo): Terminal {
  const terminal = openTerminal({
    argv: ['/bin/bash', '-c', underShell, '.', process.execPath, program, ...scenes],
    columns,
    rows,
    env: {SPEED: '0.1', ...env},
  });
  opened.push(terminal);
  return terminal;
}

async function answerAll(terminal: Terminal): Promise<void> {
  await terminal.until(/question 1 of 4/);
  terminal.type('meet.example.org\r');
  await terminal.until(/question 2 of 4/);
  terminal.type('admin@example.org\r');
  await terminal.until(/question 3 of 4/);
  terminal.type('\r');
  await terminal.until(/question 4 of 4/);
  terminal.type('\r');
}

describe('from the first screen to the last', {timeout: 60_000}, () => {
  test.each([
    [80, 24],
    [40, 12],
    [200, 60],
  ])('at %i columns and %i rows', async (columns, rows) => {
    const terminal = openDemo({scenes: ['look', 'ask', 'review', 'watch'], columns, rows, env: {SPEED: '0.3'}});
    await answerAll(terminal);
    await terminal.until(/Review/);
    terminal.type('a');
    await terminal.until(/Setting up/);
    await terminal.exit;
    expect(terminal.screen()).toContain('ended 0');
    expect(terminal.everything()).toContain('Not everything worked');
    expect(terminal.everything().match(/Packages nginx, haproxy/g)).toHaveLength(1);
    expectIntact(terminal);
  });
});

describe('a frame', {timeout: 60_000}, () => {
  test('never scrolls the terminal, also after it has become small', async () => {
    const terminal = openDemo({scenes: ['quiet']});
    await terminal.until(/and certbot/);
    terminal.resize(40, 12);
    await terminal.until(/Packages nginx, haproxy and ce…/);
    const before = terminal.scrolled();
    await sleep(1200);
    expect(terminal.scrolled()).toBe(before);
    expect(terminal.screen().match(/Setting up/g)).toHaveLength(1);
  });

  test('costs under 1 kB a second while only clocks and spinners move', async () => {
    const terminal = openDemo({scenes: ['quiet']});
    await terminal.until(/Unpacking nginx/);
    await sleep(300);
    const before = terminal.written().length;
    await sleep(2000);
    expect(terminal.written().length - before).toBeLessThan(2000);
  });
});

describe('after a run that failed', () => {
  test.each([
    ['r', 'again'],
    ['u', 'undo'],
    ['q', 'leave'],
    ['\x03', 'leave'],
  ])('%j means %s', async (key, choice) => {
    const terminal = openDemo({scenes: ['recover']});
    await terminal.until(/The run failed\. What next\?/);
    expect(terminal.screen()).toMatch(/r try again.*q leave.*u undo/);
    terminal.type(key);
    await terminal.until(new RegExp(`chosen: ${choice}`));
  });
});
