import wrapAnsi from 'wrap-ansi';
import {keys} from '../model/settings/keys.ts';
import {type Option, options} from './options.ts';
import {type Command, commands} from './table.ts';

type Row = readonly [left: string, right: string];
type Section = {readonly title: string; readonly rows: readonly Row[]};

/** Renders what --help prints: everything, or all about one command. */
export function renderHelp(command: Command, width = 80): string {
  return command === 'install' ? renderPage(width) : renderPageOf(command, width);
}

function renderPage(width: number): string {
  return render(width, {
    opening: ['jitsi-onebox: a Jitsi Meet server on one Debian machine that every participant can reach.'],
    sections: [
      {title: 'Commands', rows: listCommands()},
      {title: 'Options', rows: names.map(name => [leftOf(name), describeOption(name)])},
      settings,
      {title: 'Exit status', rows: exitRows.map(([status, meaning]) => [status, meaning])},
    ],
    ending: [],
  });
}

function renderPageOf(command: Command, width: number): string {
  const {purpose, example, options: own = []} = commands[command];
  const common = names.filter(isCommon);
  return render(width, {
    opening: [purpose, `Usage: ${usageOf(command)}${own.length > 0 ? ' [options]' : ''}`, `Example: ${example}`],
    sections: [
      {title: 'Options', rows: own.map((name): Row => [leftOf(name), `${options[name].help}.`])},
      {title: 'Options of every command', rows: common.map((name): Row => [leftOf(name), options[name].help])},
      ...(command === 'settings' ? [settings] : []),
      {title: 'Exit status', rows: listExits(command)},
    ].filter(({rows}) => rows.length > 0),
    ending: ['Everything else, such as all settings: jitsi-onebox --help'],
  });
}

const names = Object.keys(options) as Option[];
const isCommon = (name: Option) => 'isCommon' in options[name];

function leftOf(name: Option): string {
  const option = options[name];
  return 'value' in option ? `--${name} ${option.value}` : `--${name}`;
}

const usageOf = (command: Command) =>
  ['jitsi-onebox', ...(command === 'install' ? [] : [command]), commands[command].operand ?? ''].join(' ').trimEnd();

/** Describes an option, with the commands that take it. */
function describeOption(name: Option): string {
  const {help} = options[name];
  if (isCommon(name)) return help;
  const users = Object.entries(commands).filter(([, entry]) => entry.options?.includes(name));
  const words = users.map(([command]) => (command === 'install' ? 'without a command' : command));
  return `${help} (${words.join(', ')}).`;
}

function listCommands(): readonly Row[] {
  return [
    ...(Object.keys(commands) as Command[]).map((command): Row => [usageOf(command), commands[command].purpose]),
    // The launcher carries this one out, not the program that it replaces.
    [
      'jitsi-onebox self-update',
      'Switch to the newest release; --back returns to the previous one; --prove does so if a check fails.',
    ],
  ];
}

const settings: Section = {
  title: 'Settings (the same in a file and with --set)',
  rows: [...keys.values()].map(({key, help, default: standard, required}): Row => {
    const usual = Array.isArray(standard) ? standard.join(', ') : String(standard);
    const note = required ? 'required' : standard === undefined ? '' : `default ${usual || 'none'}`;
    return [key, note ? `${help} [${note}]` : help];
  }),
};

const exitRows: readonly (readonly [status: string, meaning: string, of?: readonly Command[]])[] = [
  ['0', 'done; plan: nothing to do; status, doctor, check: nothing failed'],
  ['1', 'failed, a check failed or is unknown, or another run is in progress'],
  [
    '2',
    'plan found changes; update found updates; address sees a different public address',
    ['plan', 'update', 'address'],
  ],
  [
    '3',
    'the approved plan no longer fits',
    ['apply', 'passwords', 'sites', 'update', 'address', 'undo', 'uninstall', 'restore', 'doctor'],
  ],
  ['4', 'update --now did not work, and everything is as it was before', ['update']],
  ['64', 'bad usage or settings; no terminal and no --yes'],
  [
    '75',
    'status, doctor: nothing failed, but something is still starting; update, address: a meeting or a run did not end; try again',
    ['status', 'doctor', 'update', 'address'],
  ],
  ['130', 'stopped'],
];

function listExits(command: Command): readonly Row[] {
  const own = exitRows.filter(([, , of]) => of?.includes(command) ?? true);
  return own.map(([status, meaning]) => [status, meaning]);
}

type Page = {
  readonly opening: readonly string[];
  readonly sections: readonly Section[];
  readonly ending: readonly string[];
};

function render(width: number, {opening, sections, ending}: Page): string {
  return [
    ...opening.map(line => wrap(line, width, '  ')),
    ...sections.map(({title, rows}) => [title, ...align(rows, width)].join('\n')),
    ...ending,
  ].join('\n\n');
}

const widest = 28;

/** Aligns rows in two columns; what is too long for the left one has a line of its own. */
function align(rows: readonly Row[], width: number): readonly string[] {
  const fitting = rows.map(([left]) => left.length).filter(length => length <= widest);
  const margin = ' '.repeat(Math.max(0, ...fitting) + 4);
  return rows.map(([left, right]) => {
    const isLong = left.length + 4 > margin.length;
    const first = isLong ? `  ${left}\n${margin}` : `  ${left}`.padEnd(margin.length);
    return `${first}${wrap(right, width - margin.length, margin)}`.trimEnd();
  });
}

/** Breaks a text between words; every line but the first begins with the margin. */
function wrap(text: string, width: number, margin: string): string {
  return wrapAnsi(text, Math.max(20, width), {trim: true}).replaceAll('\n', `\n${margin}`);
}
