import leven from 'leven';
import * as v from 'valibot';
import {readDuration} from '../model/duration.ts';
import {siteMap} from '../model/settings/grammar/sites.ts';
import {type TakeOver, takeOvers} from '../stack/names.ts';
import {type Option, options} from './options.ts';
import {parse} from './parse.ts';
import {type Command, commands} from './table.ts';
import {badUsage, readTarget, type Target} from './target.ts';

/** A parsed command line. */
export type Invocation = Target & {
  readonly generate: boolean;
  /** The upload speed of the line, in Mbit/s. */
  readonly uplink?: string | undefined;
  /** The destination and the options of `sites add`. */
  readonly to?: string | undefined;
  readonly root?: string | undefined;
  readonly passthrough: boolean;
  readonly proxyProtocol: boolean;
  readonly bodySize?: string | undefined;
  /** How far back `logs` looks, what the lines have to contain, and whether new ones are printed. */
  readonly since?: string | undefined;
  readonly grep?: string | undefined;
  readonly follow: boolean;
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
  /** The checks that may fail before an update, and after it. */
  readonly despite: readonly string[];
  readonly expect?: string | undefined;
  /** How long to wait for the DNS. */
  readonly waitForDns?: string | undefined;
  readonly takeOver: readonly TakeOver[];
  readonly out?: string | undefined;
  readonly save?: string | undefined;
  readonly passphraseFile?: string | undefined;
  /** Lets a browser outside try the server (`doctor`). */
  readonly outside: boolean;
  /** Lets it measure the line, too. */
  readonly measure: boolean;
  /** The file for the support bundle. */
  readonly bundle?: string | undefined;
  /** One round of `doctor`, which reports only changes. */
  readonly watch: boolean;
  readonly http: boolean;
  /** The codes to accept with `doctor`. */
  readonly accept: readonly string[];
  /** The file of which changes stay, and the one of which they do not. */
  readonly keep?: string | undefined;
  readonly take?: string | undefined;
  /** Shows the looks of a plan, on an installed host too (`doctor`). */
  readonly before: boolean;
  /** Plans repairs, and applies them with consent (`doctor`). */
  readonly fix: boolean;
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
  ...{
    passthrough: false,
    follow: false,
    generate: false,
    moderator: false,
    before: false,
    fix: false,
    watch: false,
    http: false,
    now: false,
    scheduled: false,
    recover: false,
    outside: false,
    measure: false,
  },
  ...{packages: false, purge: false, json: false, plain: false, help: false, version: false},
};

/** Reads the command line; throws Problem bad-usage. */
export function readArguments(argv: readonly string[]): Invocation {
  const {values, positionals} = parse(readWordsOfOptions(argv));
  const {help: isHelp = false, scheduled: isScheduled = false} = values;
  const target = readTarget(positionals, {isHelp, isScheduled});
  demandSense(target, values);
  if (values.facts !== undefined && !isHelp) demandRecordable(target, values);
  const {
    set = [],
    accept = [],
    despite = [],
    'take-over': takeOver = [],
    'when-idle': whenIdle = false,
    ...rest
  } = values;
  const yes = values.yes ?? (values.plan !== undefined || values.scheduled === true || values.recover === true);
  const invocation = {
    ...{
      ...unset,
      ...rest,
      ...target,
      set,
      accept,
      yes,
      whenIdle,
      despite: despite.flatMap(each => each.split(',')),
      takeOver: readTakeOvers(takeOver),
    },
    passphraseFile: values['passphrase-file'],
    proxyProtocol: values['proxy-protocol'] ?? false,
    bodySize: values['body-size'],
    waitForDns: values['wait-for-dns'],
  };
  if (target.command === 'sites' && !invocation.help) demandSite(invocation);
  return invocation;
}

/** Reads `help` and `version` in the first place as the options. */
function readWordsOfOptions([word, ...rest]: readonly string[]): readonly string[] {
  if (word === undefined) return [];
  return word === 'help' || word === 'version' ? [`--${word}`, ...rest] : [word, ...rest];
}

/** Refuses options that the command does not have, or that contradict each other. */
function demandSense(target: Target, values: ReturnType<typeof parse>['values']): void {
  const stray = (Object.keys(values) as Option[]).find(name => !isAllowed(target.command, name));
  if (stray) throw badUsage(`${describeCommand(target.command)} has no option --${stray}.`);
  const isPlanned = values.plan !== undefined;
  const second = fixedByPlan.find(name => isPlanned && values[name] !== undefined);
  if (second) throw badUsage(`The plan in ${values.plan} has its own ${second}: leave out --${second}.`);
  if (values.measure && !values.outside) throw badUsage('`doctor` takes --measure only with --outside.');
  if (values.check && (values.now || values.recover)) throw badUsage('`update` takes either --check or --now.');
  if (values.despite && !values.now) throw badUsage('`update` takes --despite only with --now.');
  if (target.command === 'doctor') demandSenseOfDoctor(values);
  if (values.since !== undefined && readDuration(values.since) === undefined)
    throw badUsage(`--since takes a time such as 30m, 2h or 7d, not ${values.since}.`);
}

/** Refuses what one of the ways of `doctor` would ignore. */
function demandSenseOfDoctor(values: ReturnType<typeof parse>['values']): void {
  const views = (['watch', 'outside', 'fix', 'bundle', 'before'] as const).filter(name => values[name]);
  const [view] = views;
  // A bundle and the looks are shown after what is accepted, kept or taken.
  const isAlone = view !== undefined && view !== 'bundle' && view !== 'before';
  const notes = isAlone ? (['accept', 'keep', 'take'] as const).filter(name => values[name]) : [];
  const [, other] = [...views, ...notes];
  if (other !== undefined) throw badUsage(`\`doctor\` takes either --${view} or --${other}.`);
  if (values.yes && !values.fix && values.bundle === undefined)
    throw badUsage('`doctor` takes --yes only with --fix or --bundle.');
  if (values['when-idle'] && !values.fix) throw badUsage('`doctor` takes --when-idle only with --fix.');
}

/** The commands that know what to do with a recorded machine. */
const recordable: readonly Command[] = ['install', 'apply', 'plan', 'doctor', 'detect', 'settings', 'capacity'];
const actsHere = ['watch', 'outside', 'bundle', 'fix', 'accept', 'keep', 'take'] as const;

/** Refuses recorded facts for what works on this machine whatever they say. */
function demandRecordable({command}: Target, values: ReturnType<typeof parse>['values']): void {
  const acting = actsHere.find(name => values[name] !== undefined);
  if (recordable.includes(command) && acting === undefined) return;
  const words = acting === undefined ? command : `${command} --${acting}`;
  throw badUsage(`\`${words}\` works on this machine only: leave out --facts.`);
}

/** Demands what `sites add` needs to know, and nothing that the others would ignore. */
function demandSite(invocation: Invocation): void {
  const {action, domain = ''} = invocation;
  const site = siteOf(invocation);
  const [stray] = Object.keys(site);
  if (action !== 'add' && stray !== undefined) throw badUsage(`\`sites ${action}\` has no option --${stray}.`);
  if (action !== 'add') return;
  const {to, root} = site;
  if ((to === undefined) === (root === undefined))
    throw badUsage('`sites add` needs either --to HOST:PORT or --root DIR.');
  const {success, issues} = v.safeParse(siteMap, {[domain]: site}, {abortPipeEarly: true});
  if (!success) throw badUsage(`\`sites add\` ${issues[0].message}.`);
}

/** Returns a site as the settings file has it. */
export function siteOf(invocation: Invocation): Readonly<Record<string, string>> {
  const {to, root, passthrough, proxyProtocol, bodySize} = invocation;
  return {
    ...(to !== undefined && {to}),
    ...(root !== undefined && {root}),
    ...(passthrough && {passthrough: 'true'}),
    ...(proxyProtocol && {'proxy-protocol': 'true'}),
    ...(bodySize !== undefined && {'body-size': bodySize}),
  };
}

const describeCommand = (command: Command) =>
  command === 'install' ? 'jitsi-onebox without a command' : `\`${command}\``;

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
