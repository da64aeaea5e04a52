import {parseArgs} from 'node:util';
import leven from 'leven';
import {type TakeOver, takeOvers} from '../stack/names.ts';
import {type Command, commands, type Option, options} from './table.ts';
import {badUsage, readTarget, type Target} from './target.ts';

/** A parsed command line. */
export type Invocation = Target & {
  readonly generate: boolean;
  /** What the line sends, in Mbit/s. */
  readonly uplink?: string | undefined;
  readonly room?: string | undefined;
  readonly moderator: boolean;
  readonly for?: string | undefined;
  readonly settings?: string | undefined;
  readonly set: readonly string[];
  readonly yes: boolean;
  readonly packages: boolean;
  readonly purge: boolean;
  readonly whenIdle: boolean;
  /** The ways of `update`; without one it only shows them. */
  readonly now: boolean;
  readonly scheduled: boolean;
  readonly recover: boolean;
  readonly expect?: string | undefined;
  /** How long to wait for the DNS. */
  readonly waitForDns?: string | undefined;
  readonly takeOver: readonly TakeOver[];
  readonly out?: string | undefined;
  readonly save?: string | undefined;
  readonly passphraseFile?: string | undefined;
  /** Whether `doctor` lets a browser outside look. */
  readonly outside: boolean;
  /** The file for the support bundle. */
  readonly bundle?: string | undefined;
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

const unset = {
  ...{generate: false, moderator: false, now: false, scheduled: false, recover: false, outside: false},
  ...{packages: false, purge: false, json: false, plain: false, help: false, version: false},
};

/** Reads the command line; throws Problem bad-usage. */
export function readArguments(argv: readonly string[]): Invocation {
  const {values, positionals} = parse(argv);
  const target = readTarget(positionals, values.help ?? false);
  const stray = (Object.keys(values) as Option[]).find(name => !isAllowed(target.command, name));
  if (stray) throw badUsage(`\`${target.command}\` has no option --${stray}.`);
  const isPlanned = values.plan !== undefined;
  const second = fixedByPlan.find(name => isPlanned && values[name] !== undefined);
  if (second) throw badUsage(`The plan in ${values.plan} has its own ${second}: leave out --${second}.`);
  if (values.check && (values.now || values.recover)) throw badUsage('`update` takes either --check or --now.');
  if (values.outside && values.bundle !== undefined) throw badUsage('`doctor` takes either --outside or --bundle.');
  const {
    set = [],
    'take-over': takeOver = [],
    'when-idle': whenIdle = false,
    'wait-for-dns': waitForDns,
    ...rest
  } = values;
  const yes = values.yes ?? (isPlanned || values.scheduled === true || values.recover === true);
  const passphraseFile = values['passphrase-file'];
  return {
    ...unset,
    ...rest,
    ...target,
    set,
    yes,
    whenIdle,
    waitForDns,
    passphraseFile,
    takeOver: readTakeOvers(takeOver),
  };
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

/** Accepts names of packages too; one that is nearly another word is a mistake. */
function readTakeOvers(values: readonly string[]): readonly TakeOver[] {
  const names = values.flatMap(value => value.split(','));
  const isWrong = (name: string) =>
    !takeOvers.some(known => known === name) &&
    (!/^[a-z0-9][a-z0-9+.-]+$/.test(name) || takeOvers.some(known => leven(known, name) <= 2));
  const wrong = names.find(isWrong);
  if (wrong === undefined) return names as TakeOver[];
  throw badUsage(
    `--take-over accepts ${takeOvers.join(', ')} and names of packages that the plan shows, not ${wrong}.`,
  );
}
