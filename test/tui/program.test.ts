import {copyFile, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {bundleProgram} from '../../scripts/bundle.ts';
import {atRest, travel} from './journey.ts';
import {openTerminal, type Terminal} from './terminal.ts';

// The program as it is shipped, on recorded machines, in a real terminal.
let home = '';
const opened: Terminal[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'jitsi-onebox-program-'));
  await bundleProgram(join(home, 'built'));
  await copyFile(process.execPath, join(home, 'built/node'));
}, 120_000);

afterAll(async () => {
  for (const terminal of opened) terminal.kill('SIGKILL');
  await rm(home, {recursive: true});
});

type Options = {columns?: number; rows?: number; env?: Record<string, string>; more?: readonly string[]};

/** The program under a shell that tells the state of the terminal when it has ended. */
function open(machine: string, {columns = 80, rows = 24, env = {}, more = []}: Options = {}): Terminal {
  const facts = resolve(import.meta.dirname, `../machines/${machine}.json`);
  const script =
    'cd "$0" || exit 9; built/bin/jitsi-onebox "$@"; code=$?; stty -a | grep -o -- "-\\?\\(icanon\\|echo\\)\\b" | tr "\\n" " "; echo "ended $code"';
  const argv = ['/bin/bash', '-c', script, home, '--facts', facts, ...more] as const;
  const terminal = openTerminal({argv: [...argv], columns, rows, env});
  opened.push(terminal);
  return terminal;
}

function expectIntact(terminal: Terminal): void {
  expect(terminal.screen()).toMatch(/icanon echo ended/);
  expect(terminal.isPasteBracketed()).toBe(false);
  expect(terminal.written().lastIndexOf('\x1b[?25h')).toBeGreaterThan(terminal.written().lastIndexOf('\x1b[?25l'));
  expect(terminal.written()).not.toContain('\x1b[?1049');
}

const sizes = [
  [80, 24],
  [40, 12],
] as const;

describe.concurrent.each(sizes)('at %i columns and %i rows', (columns, rows) => {
  test.each(['vm-behind-router', 'installed', 'port-conflict'])(
    'every screen of %s',
    {timeout: 60_000},
    async machine => {
      const seen: string[] = [];
      const terminal = open(machine, {columns, rows});
      await travel(terminal, machine, (name, screen) => {
        seen.push(name);
        expect(screen.split('\n').length).toBeLessThanOrEqual(rows);
      });
      expect(seen.at(-1)).toMatch(/report|end/);
      expect(new Set(seen).size).toBeGreaterThan(7);
      expectIntact(terminal);
      expect(Buffer.byteLength(terminal.written())).toBeLessThan(150_000);
      // What moves is redrawn where it stands: the header of a run is never left behind in the scrollback.
      expect(terminal.everything()).not.toMatch(/· Setting up .*\d:\d\d/);
    },
  );
});

describe.concurrent('a rehearsal', {timeout: 60_000}, () => {
  test('is left at once, and leaves the terminal as it was', async () => {
    const terminal = open('vm-behind-router');
    await terminal.until(/question 1 of/);
    terminal.type('\x03\x03');
    await terminal.until(/ended 130/);
    expectIntact(terminal);
  });

  test('is resized and stopped in the middle of a run', async () => {
    const terminal = open('public-vm');
    await terminal.until(/question 1 of/);
    terminal.type('meet.example.org\rme@example.org\r');
    await terminal.until(/question 3 of/);
    terminal.type('\r\r\r');
    await terminal.until(/a apply/);
    terminal.type('a');
    await terminal.until(/Image/);
    terminal.resize(40, 12);
    await terminal.until(/Image: Meeting pages +\d:/);
    terminal.resize(100, 40);
    await terminal.until(/Router|This machine/);
    terminal.type('\x03\x03');
    await terminal.until(/ended 130/);
    expect(terminal.everything()).toContain('Stopped, as you asked');
    expectIntact(terminal);
  });

  test('takes a paste and a burst of keys as they come', async () => {
    const terminal = open('vm-behind-router');
    await terminal.until(/question 1 of/);
    terminal.type('\x1b[200~meet.example.com\n\x1b[201~');
    await terminal.until(/│ meet\.example\.com +│/);
    terminal.type('xyz\x7f\x7f\x7f\x7f\x7f\x7forg\r');
    await terminal.until(/question 2 of/);
    expect(terminal.screen()).toMatch(/meet\.example\.org/);
  });

  test('is lines where lines are wanted', async () => {
    const terminal = open('vm-behind-router', {more: ['--plain'], columns: 200, rows: 200});
    await terminal.until(/like meet\.example\.org/);
    terminal.type('meet.example.org\ra@example.org\ryes\r\r');
    await terminal.until(/Ports: do you want to change anything\?/);
    terminal.type('no\rno\rno\rno\r');
    await terminal.until(/apply, diff, change/);
    const text = terminal.everything();
    expect(text).toContain('meet.example.org leads to 198.51.100.10, as it should.');
    expect(text).toContain('HAProxy -> TURN (turn.example.org), go-mmproxy');
    terminal.type('save\r');
    await terminal.until(/apply --settings .*jitsi-onebox\.yaml/);
    terminal.type('quit\r');
    await terminal.until(/ended 130/);
  });

  test('is idle for less than 1 kB a second', async () => {
    const terminal = open('installed');
    await terminal.until(atRest);
    await sleep(500);
    const before = terminal.written().length;
    await sleep(1500);
    expect(terminal.written().length - before).toBeLessThan(100);
  });
});
