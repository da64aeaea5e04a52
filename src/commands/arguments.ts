import {parseArgs} from 'node:util';
import leven from 'leven';
import * as v from 'valibot';
import {Problem} from '../model/problem.ts';
import {domainName} from '../model/settings/grammar/names.ts';
import {type TakeOver, takeOvers} from '../stack/names.ts';

/** Every option, as `parseArgs` takes it, with what `--help` says. `isCommon` ones belong to every command. */
export const options = {
  settings: {type: 'string', isCommon: true, value: 'FILE|-', help: 'Read settings from a file, or standard input.'},
  set: {
    type: 'string',
    multiple: true,
    isCommon: true,
    value: 'KEY=VALUE',
    help: 'Set one setting; repeatable, overrides the file.',
  },
  yes: {type: 'boolean', help: 'Approve the plan in advance; nothing is asked'},
  packages: {type: 'boolean', help: 'Also remove the packages that the run installed'},
  purge: {type: 'boolean', help: 'Keep nothing: restore the host as it was'},
  'when-idle': {type: 'boolean', help: 'Delay steps that interrupt meetings until none is running'},
  expect: {type: 'string', value: 'DIGEST', help: 'Continue only if the plan still has this digest'},
  'take-over': {
    type: 'string',
    multiple: true,
    value: 'NAME,…',
    help: 'Replace a foreign haproxy or compose (backed up), or a package that the plan names',
  },
  out: {type: 'string', value: 'DIR', help: 'Also write every planned file below this directory'},
  save: {type: 'string', value: 'FILE', help: 'Write the settings, or the plan, to a file'},
  plan: {type: 'string', value: 'FILE', help: 'Apply exactly the plan that `plan --save` wrote; nothing is asked'},
  facts: {
    type: 'string',
    isCommon: true,
    value: 'FILE',
    help: 'Use recorded facts (detect --json) for this machine; a run is only rehearsed.',
  },
  json: {type: 'boolean', isCommon: true, help: 'Print JSON for programs.'},
  plain: {type: 'boolean', isCommon: true, help: 'Print lines instead of screens: for pipes, logs and screen readers.'},
  help: {type: 'boolean', short: 'h', isCommon: true, help: 'Print this page.'},
  version: {type: 'boolean', isCommon: true, help: 'Print the version.'},
} as const;

type Option = keyof typeof options;

export type Command =
  | ('install' | 'plan' | 'apply' | 'undo' | 'uninstall' | 'attach')
  | ('status' | 'doctor' | 'check' | 'explain' | 'detect' | 'settings' | 'self-test');

type CommandEntry = {
  readonly purpose: string;
  readonly example: string;
  /** Words that may follow the command, besides options. */
  readonly operand?: string;
  readonly options?: readonly Option[];
};

/** The commands: parsing and `--help` are made from this table. */
export const commands: Readonly<Record<Command, CommandEntry>> = {
  install: {
    purpose: 'Ask for missing settings, show the plan, and apply it.',
    example: 'jitsi-onebox',
    options: ['yes', 'take-over'],
  },
  plan: {
    purpose: 'Show what would change, as a diff. Changes nothing.',
    example: 'jitsi-onebox plan --set domain=meet.example.org',
    options: ['out', 'save', 'take-over'],
  },
  apply: {
    purpose: 'Bring this host in line with the settings.',
    example: 'jitsi-onebox apply --settings meet.yaml --yes',
    options: ['yes', 'expect', 'plan', 'take-over', 'when-idle'],
  },
  undo: {
    purpose: 'Restore the state before a run: the newest one, or the one you name.',
    example: 'jitsi-onebox undo',
    operand: '[RUN]',
    options: ['yes', 'packages'],
  },
  uninstall: {
    purpose: 'Remove the server. Without --purge it keeps settings, passwords, certificates and accounts.',
    example: 'jitsi-onebox uninstall --purge',
    options: ['yes', 'purge'],
  },
  attach: {purpose: 'Show the run in progress, or the newest one, from its start.', example: 'jitsi-onebox attach'},
  status: {purpose: 'Check that participants can connect; includes a test call.', example: 'jitsi-onebox status'},
  doctor: {purpose: 'Like status, with evidence for every check.', example: 'jitsi-onebox doctor --json'},
  check: {
    purpose: 'Check a server from any other machine, without logging in to it.',
    example: 'jitsi-onebox check meet.example.org',
    operand: 'DOMAIN',
  },
  explain: {
    purpose: 'Explain the code of a check or a problem, or list all codes.',
    example: 'jitsi-onebox explain turn-allocation',
    operand: '[CODE]',
  },
  detect: {
    purpose: 'Show what was detected about this machine and its network.',
    example: 'jitsi-onebox detect --json',
  },
  settings: {
    purpose: 'Show every setting and its source, or save the settings.',
    example: 'jitsi-onebox settings --save meet.yaml',
    options: ['save'],
  },
  'self-test': {purpose: 'Check that the program itself is complete.', example: 'jitsi-onebox self-test'},
};

/** A parsed command line. */
export type Invocation = {
  readonly command: Command;
  /** The server to `check`. */
  readonly domain?: string;
  /** The run to `undo`. */
  readonly run?: string;
  /** The code to `explain`. */
  readonly code?: string;
  readonly settings?: string | undefined;
  readonly set: readonly string[];
  readonly yes: boolean;
  readonly packages: boolean;
  readonly purge: boolean;
  readonly whenIdle: boolean;
  readonly expect?: string | undefined;
  readonly takeOver: readonly TakeOver[];
  readonly out?: string | undefined;
  readonly save?: string | undefined;
  /** The file with the plan to `apply`. */
  readonly plan?: string | undefined;
  readonly facts?: string | undefined;
  readonly json: boolean;
  readonly plain: boolean;
  readonly help: boolean;
  readonly version: boolean;
};

/** Everything that a plan in a file decides. */
const fixedByPlan = ['settings', 'set', 'take-over', 'expect'] as const;

const unset = {packages: false, purge: false, json: false, plain: false, help: false, version: false};

/** Reads the command line; throws Problem bad-usage. */
export function readArguments(argv: readonly string[]): Invocation {
  const {values, positionals} = parse(argv);
  const target = readTarget(positionals, values.help ?? false);
  const stray = (Object.keys(values) as Option[]).find(name => !isAllowed(target.command, name));
  if (stray) throw badUsage(`\`${target.command}\` has no option --${stray}.`);
  const isPlanned = values.plan !== undefined;
  const second = fixedByPlan.find(name => isPlanned && values[name] !== undefined);
  if (second) throw badUsage(`The plan in ${values.plan} has its own ${second}: leave out --${second}.`);
  const {set = [], 'take-over': takeOver = [], 'when-idle': whenIdle = false, yes = isPlanned, ...rest} = values;
  return {...unset, ...rest, ...target, set, yes, whenIdle, takeOver: readTakeOvers(takeOver)};
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({args: [...argv], options, allowPositionals: true});
  } catch (error) {
    throw badUsage(error instanceof Error ? error.message : String(error));
  }
}

function isAllowed(command: Command, option: Option): boolean {
  return 'isCommon' in options[option] || (commands[command].options?.includes(option) ?? false);
}

function readTarget(
  [word = 'install', ...rest]: readonly string[],
  isHelp: boolean,
): Pick<Invocation, 'command' | 'domain' | 'run' | 'code'> {
  if (!Object.hasOwn(commands, word)) throw badUsage(`There is no command \`${word}\`.`);
  const command = word as Command;
  const [operand, stray] = commands[command].operand ? rest : [undefined, ...rest];
  if (stray !== undefined) throw badUsage(`\`${word}\` takes no \`${stray}\`.`);
  if (command === 'undo' && operand !== undefined) return {command, run: operand};
  if (command === 'explain' && operand !== undefined) return {command, code: operand};
  if (command !== 'check' || isHelp) return {command};
  const {success, output, issues} = v.safeParse(domainName, operand ?? '', {abortPipeEarly: true});
  if (!success) throw badUsage(`\`check\` needs a domain: ${operand ?? 'none'} ${issues[0].message}.`);
  return {command, domain: output};
}

/** Accepts names of packages too; one that is nearly another word is a mistake. */
function readTakeOvers(values: readonly string[]): readonly TakeOver[] {
  const names = values.flatMap(value => value.split(','));
  const isWrong = (name: string) =>
    !takeOvers.some(known => known === name) &&
    (!/^[a-z0-9][a-z0-9+.-]+$/.test(name) || takeOvers.some(known => leven(known, name) <= 2));
  const wrong = names.find(isWrong);
  if (wrong === undefined) return names;
  throw badUsage(
    `--take-over accepts ${takeOvers.join(', ')} and names of packages that the plan shows, not ${wrong}.`,
  );
}

function badUsage(summary: string): Problem {
  return new Problem({code: 'bad-usage', summary, remedy: 'See jitsi-onebox --help.'});
}
