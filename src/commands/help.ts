import {keys} from '../model/settings/keys.ts';
import {options} from './options.ts';
import {type Command, commands} from './table.ts';

type Row = readonly [left: string, right: string];

/** Renders the page that --help prints; that of a command begins with the command. */
export function renderHelp(command: Command): string {
  const {purpose, example} = commands[command];
  const opening =
    command === 'install'
      ? ['jitsi-onebox: a Jitsi Meet server on one Debian machine that every participant can reach.', '']
      : [`jitsi-onebox ${command}: ${purpose}`, '', `Example: ${example}`, ''];
  const parts = [
    ['Commands', ...align(listCommands())],
    ['Options', ...align(listOptions())],
    ['Settings (the same in a file and with --set)', ...align(listSettings())],
    ['Exit status', ...align(exitRows)],
  ];
  return [...opening, parts.map(lines => lines.join('\n')).join('\n\n')].join('\n');
}

function listCommands(): readonly Row[] {
  const rows = Object.entries(commands).map(([name, {purpose, operand}]): Row => {
    const words = ['jitsi-onebox', ...(name === 'install' ? [] : [name]), ...(operand ? [operand] : [])];
    return [words.join(' '), purpose];
  });
  // The launcher carries this one out, not the program that it replaces.
  return [
    ...rows,
    [
      'jitsi-onebox self-update',
      'Switch to the newest release; --back returns to the one before, --prove if a check fails.',
    ],
  ];
}

function listOptions(): readonly Row[] {
  return Object.entries(options).map(([name, option]): Row => {
    const left = 'value' in option ? `--${name} ${option.value}` : `--${name}`;
    if ('isCommon' in option) return [left, option.help];
    const users = Object.entries(commands).filter(([, entry]) => entry.options?.some(each => each === name));
    return [left, `${option.help} (${users.map(([command]) => command).join(', ')}).`];
  });
}

function listSettings(): readonly Row[] {
  return [...keys.values()].map(({key, help, default: standard, required}): Row => {
    const note = required ? 'required' : standard === undefined ? '' : `default ${String(standard) || 'none'}`;
    return [key, note ? `${help} [${note}]` : help];
  });
}

const exitRows: readonly Row[] = [
  ['0', 'done; plan: nothing to do; status, doctor, check: nothing failed'],
  ['1', 'failed, a check failed, or another run is in progress'],
  ['2', 'plan found changes; update --check found updates'],
  ['3', 'the approved plan no longer fits'],
  ['4', 'update --now did not work, and everything is as it was before'],
  ['64', 'bad usage or settings; no terminal and no --yes'],
  ['75', 'status, doctor: nothing failed, but something is still starting; update: a meeting did not end; try again'],
  ['130', 'stopped'],
];

function align(rows: readonly Row[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
}
