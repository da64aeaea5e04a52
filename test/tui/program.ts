import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {afterAll, beforeAll, expect} from 'vitest';
import {buildProgram} from '../../scripts/bundle.ts';
import {openTerminal, type Terminal} from './terminal.ts';

export type ProgramOptions = {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly more?: readonly string[];
  /** JavaScript that breaks something of the program while it runs. */
  readonly fault?: string;
};

/** The program as it is shipped, built once for a file of tests: how to open it on a recorded machine in a real terminal. */
export function prepareProgram(): (machine: string, options?: ProgramOptions) => Terminal {
  let home = '';
  const opened: Terminal[] = [];
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'jitsi-onebox-program-'));
    await buildProgram(join(home, 'built'));
  }, 120_000);
  afterAll(async () => {
    for (const terminal of opened) terminal.kill('SIGKILL');
    await rm(home, {recursive: true});
  });
  return (machine, {columns = 80, rows = 24, env = {}, more = [], fault} = {}) => {
    const facts = resolve(import.meta.dirname, `../machines/${machine}.json`);
    const start =
      fault === undefined
        ? ['built/bin/jitsi-onebox']
        : ['built/node', '--import', `data:text/javascript,${encodeURIComponent(fault)}`, 'built/lib/main.mjs'];
    const argv = ['/bin/bash', '-c', underShell, home, ...start, '--facts', facts, ...more] as const;
    const terminal = openTerminal({argv: [...argv], columns, rows, env});
    opened.push(terminal);
    return terminal;
  };
}

/** Runs a program in a directory, and prints the state of the terminal when it has ended. */
export const underShell =
  'cd "$0" || exit 9; "$@"; code=$?; stty -a | grep -o -- "-\\?\\(icanon\\|echo\\)\\b" | tr "\\n" " "; echo "ended $code"';

/** Expects the terminal as it was before: lines and echo, the cursor in view, no bracketed paste, no other screen. */
export function expectIntact(terminal: Terminal): void {
  expect(terminal.screen()).toMatch(/icanon echo ended/);
  expect(terminal.isPasteBracketed()).toBe(false);
  expect(terminal.written().lastIndexOf('\x1b[?25h')).toBeGreaterThan(terminal.written().lastIndexOf('\x1b[?25l'));
  expect(terminal.written()).not.toContain('\x1b[?1049');
}

/** Answers the four questions of a new installation, and waits for the list of all answers. */
export async function answerAll(terminal: Terminal): Promise<void> {
  await terminal.until(/question 1 of/);
  terminal.type('meet.example.org\rme@example.org\r');
  await terminal.until(/question 3 of/);
  terminal.type('\r\r');
  await terminal.until(/Continue/);
}
