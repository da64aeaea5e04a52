import {isGood, runChecks} from '../engine/checks.ts';
import {type CheckCode, findEntry} from '../model/catalogue.ts';
import type {ProblemReport} from '../model/problem.ts';
import {listFindings, type Stack} from '../stack/index.ts';
import type {CommandContext} from './context.ts';
import {badUsage} from './target.ts';

/** How long a failed check is repeated, in milliseconds. */
const patience = 15_000;

/** The faults before an update: their causes, and every check that does not pass because of them. */
export type Faults = {
  readonly causes: readonly CheckCode[];
  readonly failing: readonly CheckCode[];
  /** Refuses the update; undefined where the user named every cause. */
  readonly refusal?: ProblemReport;
};

/** Finds out whether everything works before an update: its proof could not tell an old fault from one of the new images. */
export async function findFaults({machine, signal, invocation}: CommandContext, {checks}: Stack): Promise<Faults> {
  const {despite} = invocation;
  const given = despite.map(demandCheck);
  const results = await runChecks({checks, host: machine.host, signal, retryFor: patience, awaitsStart: true});
  const bad = results.filter(result => !isGood(result));
  // A starting part has no other cause.
  const found = [...listFindings(bad), ...bad.filter(({state}) => state === 'starting')];
  const faults = {causes: found.map(({code}) => code), failing: bad.map(({code}) => code)};
  const unnamed = faults.causes.filter(code => !given.includes(code));
  if (unnamed.length === 0) return faults;
  const lines = found.map(({code, summary}) => `${code}: ${summary}`);
  const refusal: ProblemReport = {
    code: 'update-refused',
    summary: `The update was not begun, because something does not work already:\n${lines.join('\n')}`,
    remedy: `See \`jitsi-onebox doctor\`. When every check passes: \`jitsi-onebox update --now\`. If you know about this, or the update is to repair it: \`sudo jitsi-onebox update --now --despite ${faults.causes.join(',')}\`.`,
  };
  return {...faults, refusal};
}

/** Demands that a name is the code of a check. */
export function demandCheck(name: string): CheckCode {
  if (findEntry(name)?.kind === 'check') return name as CheckCode;
  throw badUsage(`There is no check ${name}. \`jitsi-onebox explain\` lists them.`);
}
