import {checks as mainChecks} from './catalogue/checks.ts';
import {commandProblems} from './catalogue/command-problems.ts';
import type {Entry} from './catalogue/entry.ts';
import {extraChecks} from './catalogue/extra-checks.ts';
import {lookProblems} from './catalogue/look-problems.ts';
import {networkProblems} from './catalogue/network-problems.ts';
import {nginxProblems} from './catalogue/nginx-problems.ts';
import {planProblems} from './catalogue/plan-problems.ts';
import {runProblems} from './catalogue/run-problems.ts';
import {upkeepChecks} from './catalogue/upkeep-checks.ts';

const checks = {...mainChecks, ...extraChecks};

export type CheckCode = keyof typeof checks | keyof typeof upkeepChecks;
export type ProblemCode =
  | (keyof typeof commandProblems | keyof typeof runProblems)
  | (keyof typeof planProblems | keyof typeof nginxProblems | keyof typeof networkProblems | keyof typeof lookProblems);
/** The stable name of a check or a problem. */
export type Code = CheckCode | ProblemCode;

/** An entry with its code, and the command that shows it. */
export type RegisteredEntry = Entry & {
  readonly code: Code;
  readonly kind: 'check' | 'problem';
  readonly shownBy: string;
};

const register = (entries: Readonly<Partial<Record<Code, Entry>>>, kind: 'check' | 'problem', shownBy: string) =>
  Object.entries(entries).map(([code, entry]): RegisteredEntry => ({code: code as Code, kind, shownBy, ...entry}));

/** Lists all codes, in the order of their entries. */
export const catalogue: readonly RegisteredEntry[] = [
  ...register(checks, 'check', 'sudo jitsi-onebox doctor'),
  ...register(upkeepChecks, 'check', 'sudo jitsi-onebox doctor'),
  ...register(planProblems, 'problem', 'jitsi-onebox plan'),
  ...register(networkProblems, 'problem', 'jitsi-onebox plan'),
  ...register(nginxProblems, 'problem', 'jitsi-onebox plan'),
  ...register(lookProblems, 'problem', 'jitsi-onebox plan'),
  ...register(runProblems, 'problem', 'sudo jitsi-onebox attach'),
  ...register(commandProblems, 'problem', 'the command that could not run'),
];

const byCode: ReadonlyMap<string, RegisteredEntry> = new Map(catalogue.map(entry => [entry.code, entry]));

/** Finds the entry of a code; undefined for a code of another version. */
export function findEntry(code: string): RegisteredEntry | undefined {
  return byCode.get(code);
}

/** Returns the title of a code; a code of another version is shown as it is. */
export function titleOf(code: string): string {
  return byCode.get(code)?.title ?? code;
}

/** Returns the entry of a check. */
export function entryOf(code: CheckCode): Entry {
  return {...checks, ...upkeepChecks}[code];
}

/** Lists the codes that stop no participant, which the user may accept. */
export const softCodes: readonly Code[] = catalogue.filter(({isSoft}) => isSoft).map(({code}) => code);
