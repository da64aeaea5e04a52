import {setTimeout as sleep} from 'node:timers/promises';
import {spawn} from '@lydell/node-pty';
import xterm from '@xterm/headless';

export type Terminal = {
  /** The process that was started. */
  readonly pid: number;
  /** What is in view, without the blank space at the ends of lines. */
  screen(): string;
  /** What is in view with its looks, row by row. */
  cells(): readonly (readonly Cell[])[];
  /** Scrollback and view together. */
  everything(): string;
  /** How many lines have left the view at its top. */
  scrolled(): number;
  /** All bytes the program wrote. */
  written(): string;
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  kill(signal: string): void;
  /** Waits for something to show; fails with the screen when it does not. */
  until(pattern: RegExp, seconds?: number): Promise<string>;
  isPasteBracketed(): boolean;
  readonly exit: Promise<{exitCode: number; signal?: number | undefined}>;
};

/** One character of the screen; colours are numbers of the 16, undefined is the terminal's own. */
export type Cell = {
  readonly text: string;
  readonly width: number;
  readonly color: number | undefined;
  readonly background: number | undefined;
  readonly isBold: boolean;
  readonly isDim: boolean;
};

type Options = {
  readonly argv: readonly [string, ...string[]];
  readonly columns: number;
  readonly rows: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Where it runs. */
  readonly cwd?: string;
};

/** Runs a program in a real terminal that can be looked at. */
export function openTerminal({argv: [file, ...args], columns, rows, env = {}, cwd}: Options): Terminal {
  const inherited = {PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', LANG: 'C.UTF-8'};
  const term = new xterm.Terminal({cols: columns, rows, scrollback: 5000, allowProposedApi: true});
  const child = spawn(file, args, {
    name: env.TERM ?? 'xterm-256color',
    cols: columns,
    rows,
    env: {...inherited, ...env},
    ...(cwd !== undefined && {cwd}),
  });
  let bytes = '';
  child.onData(data => {
    bytes += data;
    term.write(data);
  });
  term.onData(data => child.write(data));
  const {promise: exit, resolve} = Promise.withResolvers<{exitCode: number; signal?: number | undefined}>();
  // A last chunk may still be on its way when the child is gone.
  child.onExit(({exitCode, signal}) => setTimeout(() => resolve({exitCode, signal}), 50));
  const lines = (from: number) => {
    const buffer = term.buffer.active;
    return Array.from(
      {length: buffer.length - from},
      (_, at) => buffer.getLine(from + at)?.translateToString(true) ?? '',
    )
      .join('\n')
      .trimEnd();
  };
  const screen = () => lines(term.buffer.active.baseY);
  return {
    pid: child.pid,
    screen,
    cells: () =>
      Array.from({length: term.rows}, (_, row) => readRow(term.buffer.active.getLine(term.buffer.active.baseY + row))),
    everything: () => lines(0),
    scrolled: () => term.buffer.active.baseY,
    written: () => bytes,
    type: keys => child.write(keys),
    resize(toColumns, toRows) {
      child.resize(toColumns, toRows);
      term.resize(toColumns, toRows);
    },
    kill: signal => child.kill(signal),
    async until(pattern, seconds = 20) {
      for (let waited = 0; waited < seconds * 1000; waited += 20) {
        if (pattern.test(screen())) return screen();
        await sleep(20);
      }
      throw new Error(`${pattern} never showed:\n${screen()}`);
    },
    isPasteBracketed: () => term.modes.bracketedPasteMode,
    exit,
  };
}

function readRow(line: xterm.IBufferLine | undefined): readonly Cell[] {
  return Array.from({length: line?.length ?? 0}, (_, column) => {
    const cell = line?.getCell(column);
    const color = cell?.isFgPalette() ? cell.getFgColor() : undefined;
    const background = cell?.isBgPalette() ? cell.getBgColor() : undefined;
    const isInverse = cell !== undefined && cell.isInverse() !== 0;
    return {
      text: cell?.getChars() ?? '',
      width: cell?.getWidth() ?? 1,
      color: isInverse ? (background ?? 0) : color,
      background: isInverse ? (color ?? 7) : background,
      isBold: cell !== undefined && cell.isBold() !== 0,
      isDim: cell !== undefined && cell.isDim() !== 0,
    };
  });
}
