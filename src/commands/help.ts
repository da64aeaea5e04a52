import {describeSettings} from '../model/settings/describe.ts';
import {type Command, commands} from './arguments.ts';

const optionLines: readonly (readonly [string, string])[] = [
  ['--settings FILE|-', 'Settings from a file or standard input (plan, apply, settings).'],
  ['--set KEY=VALUE', 'One setting, as often as needed; stronger than a file.'],
  ['--yes', 'Consent beforehand: no question is asked (apply, undo, uninstall).'],
  ['--packages', 'Remove the packages too that were not there before (undo).'],
  ['--purge', 'Leave the host as it was found: nothing is kept (uninstall).'],
  ['--when-idle', 'What interrupts meetings waits until nobody is in one (apply).'],
  ['--expect DIGEST', 'Go on only if the plan is still the one with this digest (apply).'],
  ['--take-over NAME,…', 'Give up what is in the way: haproxy, compose. A copy is kept (plan, apply).'],
  ['--out DIR', 'Also write every file that would be written there (plan).'],
  ['--save FILE', 'Write the settings to a file (settings).'],
  ['--facts FILE', 'Take recorded facts (detect --json) for this machine; a run is only rehearsed then.'],
  ['--json', 'Print JSON for programs.'],
  ['--plain', 'Lines instead of screens: for pipes, logs and screen readers.'],
  ['--help, --version', ''],
];

/** The page that --help prints; a command's own begins with that command. */
export function renderHelp(command: Command): string {
  const {purpose, example} = commands[command];
  const opening =
    command === 'install'
      ? ['jitsi-onebox: a Jitsi Meet server on one Debian machine that every participant gets through to.', '']
      : [`jitsi-onebox ${command}: ${purpose}`, '', `Example: ${example}`, ''];
  return [...opening, ...renderCommands(), '', ...renderOptions(), '', ...renderSettings(), '', ...renderExits()].join(
    '\n',
  );
}

function renderCommands(): readonly string[] {
  const rows = Object.entries(commands).map(([name, {purpose}]): [string, string] => [
    name === 'install' ? 'jitsi-onebox' : `jitsi-onebox ${name}`,
    purpose,
  ]);
  // The launcher carries this one out, not the program that it replaces.
  const update = [
    'jitsi-onebox self-update',
    'Switches to the newest release; --back returns to the one before.',
  ] as const;
  return ['Commands', ...align([...rows, update])];
}

function renderOptions(): readonly string[] {
  return ['Options', ...align(optionLines)];
}

function renderSettings(): readonly string[] {
  const rows = describeSettings().map(({key, description, default: standard, required}): [string, string] => {
    const note = required ? 'required' : standard === undefined ? '' : `default ${String(standard)}`;
    return [key, note ? `${description} [${note}]` : description];
  });
  return ['Settings (the same in a file and with --set)', ...align(rows)];
}

function renderExits(): readonly string[] {
  const rows: readonly (readonly [string, string])[] = [
    ['0', 'done; plan: nothing to do; status, doctor, check: nothing failed'],
    ['1', 'failed, a check failed, or another run is going'],
    ['2', 'plan found changes'],
    ['3', 'the plan that was approved no longer fits'],
    ['64', 'bad usage or settings; no terminal and no --yes'],
    ['130', 'stopped'],
  ];
  return ['Exit status', ...align(rows)];
}

function align(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
}
