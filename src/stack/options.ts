import leven from 'leven';
import {parse} from 'yaml';
import {Problem} from '../model/problem.ts';
import type {JitsiName} from './names.ts';
import type {Assets} from './template.ts';

/** The user's own variables, by the service that reads them. */
export type Options = Readonly<Partial<Record<JitsiName, Readonly<Record<string, string>>>>>;

/** What is known of the variables: each value is a list of names, with spaces between. */
type Table = {
  readonly services: Readonly<Record<JitsiName, string>>;
  readonly forms: Readonly<Record<string, string>>;
  /** What to do instead of giving a variable that the program sets itself. */
  readonly owned: Readonly<Record<string, string>>;
};

type Form = {readonly refuses: RegExp; readonly reason: string};

/** The characters that would end or change what the images paste a value into. They escape nothing. */
const forms: Readonly<Record<string, Form>> = {
  flag: {
    refuses: /^(?!(?:0|1|t|f|true|false)$)/i,
    reason: 'is neither 0 nor 1, and the container would not start',
  },
  number: {refuses: /^(?!-?\d+(?:\.\d+)?$)/, reason: 'is not a number, and Jitsi pastes it where one has to be'},
  word: {
    refuses: /[^\w .:/@%?=&,+~[\]-]/,
    reason: 'contains a character that would change the configuration, since Jitsi pastes the value without quotes',
  },
  policy: {
    refuses: /["\\$]/,
    reason: 'contains a double quote, a backslash or a $, and Jitsi pastes it between double quotes of nginx',
  },
  code: {refuses: /(?!)/, reason: ''},
  text: {
    refuses: /["'`\\$<>]/,
    reason: 'contains a quote, a backslash, $, < or >, and Jitsi pastes it between quotes without escapes',
  },
};

const listNames = (text: string) => text.split(/\s+/);

/** Returns the variable's form, and so the values that it may have. */
const formOf = (name: string, table: Table) =>
  Object.entries(table.forms).find(([, names]) => listNames(names).includes(name))?.[0] ?? 'text';

/** Sorts the options by the services that read them. Throws one Problem that lists all mistakes. */
export function readOptions(options: Readonly<Record<string, string>> = {}, assets: Assets): Options {
  const given = Object.entries(options);
  // Parsing the table takes a moment, and most hosts need none.
  if (given.length === 0) return {};
  const table: Table = parse(assets('jitsi/variables.yaml'));
  const mistakes = given.flatMap(([name, value]) => findMistake(name, value, table) ?? []);
  if (mistakes.length > 0) throw badOptions(mistakes);
  const services = Object.entries(table.services).map(([service, names]) => {
    const known = new Set(listNames(names));
    return [service, Object.fromEntries(given.filter(([name]) => known.has(name)))] as const;
  });
  return Object.fromEntries(services.filter(([, variables]) => Object.keys(variables).length > 0));
}

function findMistake(name: string, value: string, table: Table): string | undefined {
  const instead = Object.entries(table.owned).find(([, names]) => listNames(names).includes(name))?.[0];
  if (instead !== undefined) return `options.${name} is a variable that jitsi-onebox sets itself. ${instead}`;
  const known = Object.values(table.services).flatMap(listNames);
  if (!known.includes(name)) return `options.${name} is no variable of Jitsi's containers. ${suggest(name, known)}`;
  const {refuses, reason} = forms[formOf(name, table)] as Form;
  return refuses.test(value) ? `options.${name} ${reason}.` : undefined;
}

function suggest(name: string, known: readonly string[]): string {
  const [nearest] = known.map(each => ({each, distance: leven(name, each)})).sort((a, b) => a.distance - b.distance);
  const isNear = nearest !== undefined && nearest.distance <= Math.max(2, name.length / 3);
  return isNear ? `Did you mean ${nearest.each}?` : 'The README, section Options, says where all of them are listed.';
}

function badOptions(mistakes: readonly string[]): Problem {
  const opening = mistakes.length === 1 ? 'One option is not valid:' : `${mistakes.length} options are not valid:`;
  return new Problem({
    code: 'bad-settings',
    summary: [opening, ...mistakes.map(line => `  ${line}`)].join('\n'),
    remedy: 'Correct the options in the settings and run the same command again.',
  });
}
