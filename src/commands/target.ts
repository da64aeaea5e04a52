import * as v from 'valibot';
import {type LoggingPlace, loggingPlaces} from '../model/log-line.ts';
import {findNearestWord} from '../model/nearest.ts';
import {findFaultInName, isTitle} from '../model/people.ts';
import {Problem} from '../model/problem.ts';
import {domainName} from '../model/settings/grammar/names.ts';
import {type PasswordName, passwordNames} from '../stack/passwords.ts';
import {type Command, commands} from './table.ts';

const actions = {users: ['list', 'add', 'password', 'remove'], sites: ['list', 'add', 'remove']} as const;
export type Action = (typeof actions)['users' | 'sites'][number];

/** A command, and what it works on: the words of a command line that are no options. */
export type Target = {
  readonly command: Command;
  /** The server to `check`, or the site to add or remove. */
  readonly domain?: string;
  /** The run to `undo`. */
  readonly run?: string;
  /** The code to `explain`. */
  readonly code?: string;
  /** The backup to write, `verify` or `restore`. */
  readonly backup?: {readonly file: string; readonly verifies: boolean};
  /** The place whose `logs` are shown. */
  readonly place?: LoggingPlace;
  /** The passwords to renew. */
  readonly renew?: readonly PasswordName[];
  /** Whether `router` asks for its forwards again. */
  readonly renews?: boolean;
  /** The word after `users` or `sites`. */
  readonly action?: Action;
  /** Whose account or token it is. */
  readonly name?: string;
};

/** Reads the words of a command line; throws Problem bad-usage. */
export function readTarget(
  [word = 'install', ...rest]: readonly string[],
  {isHelp, isScheduled}: {readonly isHelp: boolean; readonly isScheduled: boolean},
): Target {
  if (!Object.hasOwn(commands, word)) {
    const nearest = findNearestWord(word, Object.keys(commands));
    throw badUsage(`There is no command ${word}.${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`);
  }
  const command = word as Command;
  if (isHelp) return {command};
  switch (command) {
    case 'users':
      return {command, ...readUsersAction(rest)};
    case 'sites':
      return {command, ...readSitesAction(rest)};
    case 'passwords':
      return {command, renew: readPasswordNames(rest)};
    case 'backup':
    case 'restore':
      return command === 'backup' && isScheduled ? readScheduled(rest) : {command, backup: readBackup(command, rest)};
    case 'notify':
      if (rest.join(' ') !== 'test') throw badUsage('`notify` can only `test`.');
      return {command};
    default:
      return readOperand(command, rest);
  }
}

/** Reads the one word that may follow a command. */
function readOperand(command: Command, rest: readonly string[]): Target {
  const [operand, stray] = commands[command].operand ? rest : [undefined, ...rest];
  if (stray !== undefined) throw badUsage(`\`${command}\` takes no \`${stray}\`.`);
  if (command === 'token') return {command, name: demandName(operand, 'token')};
  if (command === 'check') return {command, domain: demandDomain(operand, 'check')};
  if (operand === undefined) return {command};
  if (command === 'router') return {command, renews: demandRenew(operand)};
  if (command === 'logs') return {command, place: demandPlace(operand)};
  return command === 'undo' ? {command, run: operand} : {command, code: operand};
}

function demandPlace(operand: string): LoggingPlace {
  const place = loggingPlaces.find(each => each === operand);
  if (place !== undefined) return place;
  throw badUsage(`\`logs\` has ${loggingPlaces.join(', ')}, not ${operand}.`);
}

function demandRenew(operand: string): true {
  if (operand === 'renew') return true;
  throw badUsage(`\`router\` can renew, not ${operand}.`);
}

function demandDomain(operand: string | undefined, command: string): string {
  if (!operand) throw badUsage(`\`${command}\` needs a domain, such as meet.example.org.`);
  const {success, output, issues} = v.safeParse(domainName, operand, {abortPipeEarly: true});
  if (success) return output;
  throw badUsage(`\`${command}\` needs a domain: ${operand} ${issues[0].message}.`);
}

/** Reads what to do, and the word after it; `list` takes none. */
function readAction(command: keyof typeof actions, [word = 'list', operand, stray]: readonly string[]) {
  const action = actions[command].find(each => each === word);
  if (action === undefined) throw badUsage(`\`${command}\` can ${actions[command].join(', ')}, not ${word}.`);
  const surplus = action === 'list' ? operand : stray;
  if (surplus !== undefined) throw badUsage(`\`${command} ${action}\` takes no \`${surplus}\`.`);
  return {action, operand};
}

function readSitesAction(words: readonly string[]): Pick<Target, 'action' | 'domain'> {
  const {action, operand} = readAction('sites', words);
  return action === 'list' ? {action} : {action, domain: demandDomain(operand, `sites ${action}`)};
}

function readUsersAction(words: readonly string[]): Pick<Target, 'action' | 'name'> {
  const {action, operand: name} = readAction('users', words);
  return action === 'list' ? {action} : {action, name: demandName(name, `users ${action}`)};
}

function demandName(name: string | undefined, command: string): string {
  if (name === undefined) throw badUsage(`\`${command}\` needs a name.`);
  if (command === 'token') return demandTitle(name);
  const fault = findFaultInName(name);
  if (fault !== undefined) throw badUsage(`The name ${JSON.stringify(name)} ${fault}.`);
  return name;
}

function demandTitle(name: string): string {
  if (isTitle(name)) return name;
  throw badUsage('A name has 1 to 100 visible characters.');
}

function readPasswordNames([verb, name, stray]: readonly string[]): readonly PasswordName[] {
  if (verb !== 'renew') throw badUsage('`passwords` can only `renew` them.');
  if (stray !== undefined) throw badUsage(`\`passwords renew\` takes no \`${stray}\`.`);
  const known = passwordNames.find(each => each === name);
  if (name !== undefined && known === undefined)
    throw badUsage(`There is no password ${name}; there are ${passwordNames.join(', ')}.`);
  return known === undefined ? passwordNames : [known];
}

/** The settings name the file of a scheduled backup. */
function readScheduled([stray]: readonly string[]): Target {
  if (stray !== undefined) throw badUsage(`\`backup --scheduled\` takes no \`${stray}\`.`);
  return {command: 'backup'};
}

function readBackup(command: 'backup' | 'restore', words: readonly string[]): NonNullable<Target['backup']> {
  const verifies = command === 'backup' && words[0] === 'verify' && words.length > 1;
  const [file, stray] = verifies ? words.slice(1) : words;
  if (file === undefined || file === '' || file === '-') throw badUsage(`\`${command}\` needs a file.`);
  if (stray !== undefined) throw badUsage(`\`${command}\` takes no \`${stray}\`.`);
  return {file, verifies};
}

/** Makes the problem of a command line that cannot be understood. */
export function badUsage(summary: string): Problem {
  return new Problem({code: 'bad-usage', summary, remedy: 'See jitsi-onebox --help.'});
}
