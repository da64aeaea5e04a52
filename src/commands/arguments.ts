import {parseArgs} from 'node:util';
import {Problem} from '../model/problem.ts';
import {readDomain} from '../model/settings/grammar/domain.ts';
import {type TakeOver, takeOvers} from '../stack/wish.ts';

/** The commands, each with what it is for and an example. */
export const commands = {
  install: {purpose: 'Asks what is missing, shows what would change, and makes it so.', example: 'jitsi-onebox'},
  plan: {
    purpose: 'Shows what would change, as a diff, and changes nothing.',
    example: 'jitsi-onebox plan --set domain=meet.example.org',
  },
  apply: {purpose: 'Makes this host what the settings say.', example: 'jitsi-onebox apply --settings meet.yaml --yes'},
  undo: {
    purpose: 'Puts everything back as it was before a run: the newest, or the one that is named.',
    example: 'jitsi-onebox undo',
  },
  uninstall: {
    purpose: 'Removes the server; settings, passwords, certificates and accounts stay without --purge.',
    example: 'jitsi-onebox uninstall --purge',
  },
  attach: {purpose: 'Shows the run that is going, or the newest one, from its start.', example: 'jitsi-onebox attach'},
  status: {purpose: 'Proves that participants get through, a proof call included.', example: 'jitsi-onebox status'},
  doctor: {
    purpose: 'The same, with what shows it for every part.',
    example: 'jitsi-onebox doctor --json',
  },
  check: {
    purpose: 'Proves what can be seen of a server from any other machine.',
    example: 'jitsi-onebox check meet.example.org',
  },
  detect: {
    purpose: 'Tells what it finds out about this machine and its network.',
    example: 'jitsi-onebox detect --json',
  },
  settings: {
    purpose: 'Shows the settings with where each comes from, or saves them.',
    example: 'jitsi-onebox settings --save meet.yaml',
  },
  'self-test': {purpose: 'Proves that the program itself is whole.', example: 'jitsi-onebox self-test'},
} as const;

export type Command = keyof typeof commands;

/** What was asked for on the command line. */
export type Invocation = {
  readonly command: Command;
  /** The server that `check` looks at. */
  readonly domain?: string;
  /** The run that `undo` is about. */
  readonly run?: string;
  /** Whether `undo` also removes packages that were not there. */
  readonly packages: boolean;
  /** Whether `uninstall` leaves nothing. */
  readonly purge: boolean;
  /** The settings file; `-` is standard input. */
  readonly settings?: string;
  readonly set: readonly string[];
  readonly yes: boolean;
  /** Whether what interrupts meetings waits until there is none. */
  readonly whenIdle: boolean;
  readonly expect?: string;
  readonly takeOver: readonly TakeOver[];
  readonly out?: string;
  readonly save?: string;
  /** Recorded facts instead of this machine's. */
  readonly facts?: string;
  readonly json: boolean;
  readonly plain: boolean;
  readonly help: boolean;
  readonly version: boolean;
};

const options = {
  settings: {type: 'string'},
  set: {type: 'string', multiple: true},
  yes: {type: 'boolean'},
  packages: {type: 'boolean'},
  purge: {type: 'boolean'},
  'when-idle': {type: 'boolean'},
  expect: {type: 'string'},
  'take-over': {type: 'string', multiple: true},
  out: {type: 'string'},
  save: {type: 'string'},
  facts: {type: 'string'},
  json: {type: 'boolean'},
  plain: {type: 'boolean'},
  help: {type: 'boolean', short: 'h'},
  version: {type: 'boolean'},
} as const;

type Option = keyof typeof options;

const everywhere: readonly Option[] = ['settings', 'set', 'facts', 'json', 'plain', 'help', 'version'];

/** Options that mean something to some commands only. */
const ownOptions: Readonly<Record<Command, readonly Option[]>> = {
  install: ['yes', 'take-over'],
  plan: ['out', 'take-over'],
  apply: ['yes', 'expect', 'take-over', 'when-idle'],
  undo: ['yes', 'packages'],
  uninstall: ['yes', 'purge'],
  attach: [],
  status: [],
  doctor: [],
  check: [],
  detect: [],
  settings: ['save'],
  'self-test': [],
};

/** Reads the command line; throws Problem bad-usage for what it does not know. */
export function readArguments(argv: readonly string[]): Invocation {
  const {values, positionals} = parse(argv);
  const {command, ...target} = readCommand(positionals, values.help ?? false);
  const stray = (Object.keys(values) as Option[]).find(name => ![...everywhere, ...ownOptions[command]].includes(name));
  if (stray) throw badUsage(`\`${command}\` has no option --${stray}.`);
  const {settings, set = [], expect, out, save, facts} = values;
  const {
    yes = false,
    packages = false,
    purge = false,
    json = false,
    plain = false,
    help = false,
    version = false,
  } = values;
  return {
    command,
    ...target,
    set,
    takeOver: readTakeOvers(values['take-over'] ?? []),
    whenIdle: values['when-idle'] ?? false,
    ...{yes, packages, purge, json, plain, help, version},
    ...(settings !== undefined && {settings}),
    ...(expect !== undefined && {expect}),
    ...(out !== undefined && {out}),
    ...(save !== undefined && {save}),
    ...(facts !== undefined && {facts}),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({args: [...argv], options, allowPositionals: true});
  } catch (error) {
    throw badUsage(error instanceof Error ? error.message : String(error));
  }
}

function readCommand(
  [word = 'install', ...rest]: readonly string[],
  isHelp: boolean,
): Pick<Invocation, 'command' | 'domain' | 'run'> {
  if (!Object.hasOwn(commands, word)) throw badUsage(`There is no command \`${word}\`.`);
  const command = word as Command;
  const [target, stray] = command === 'check' || command === 'undo' ? rest : [undefined, ...rest];
  if (stray !== undefined) throw badUsage(`\`${word}\` takes no \`${stray}\`.`);
  if (command === 'undo' && target !== undefined) return {command, run: target};
  if (command !== 'check' || isHelp) return {command};
  const reading = readDomain(target ?? '');
  if ('fault' in reading) throw badUsage(`\`check\` needs the name of a server: ${target ?? 'none'} ${reading.fault}.`);
  return {command, domain: reading.value};
}

function readTakeOvers(values: readonly string[]): readonly TakeOver[] {
  const names = values.flatMap(value => value.split(','));
  const unknown = names.find(name => !takeOvers.some(known => known === name));
  if (unknown !== undefined) throw badUsage(`--take-over knows ${takeOvers.join(' and ')}, not ${unknown}.`);
  return names as TakeOver[];
}

function badUsage(summary: string): Problem {
  return new Problem({code: 'bad-usage', summary, remedy: 'See jitsi-onebox --help.'});
}
