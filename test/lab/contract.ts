import {CASES, type Case} from './images/contract/cases.ts';
import type {Service} from './images/contract/definition.ts';
import {lendDocker} from './images/contract/docker.ts';
import {describeOutcome} from './images/contract/evidence.ts';
import type {Guest} from './images/contract/guest.ts';
import {removeStack, startStack} from './images/contract/stack.ts';

/** A failed program prints its whole stack. */
const COMPLAINT_CHARACTERS = 500;

type Contract = {readonly guest: Guest; readonly log: (line: string) => void};

/** Proves that the stand-in images refuse what upstream's images refuse, and start where those start. */
export const runContract = async ({guest, log}: Contract): Promise<{passed: number; total: number}> => {
  const giveBack = await lendDocker(guest);
  try {
    await removeStack(guest);
    const well = await startStack(guest);
    const passed = await judgeAll(CASES, {guest, log, well});
    log(`${passed} of ${CASES.length}`);
    return {passed, total: CASES.length};
  } finally {
    await removeStack(guest);
    await giveBack();
  }
};

type Court = Contract & {readonly well: ReadonlySet<Service>};

const judgeAll = async (cases: readonly Case[], court: Court): Promise<number> => {
  let passed = 0;
  for (const one of cases) {
    const complaint = await judge(one, court);
    court.log(describeOutcome(one, complaint));
    passed += complaint === undefined ? 1 : 0;
  }
  return passed;
};

/** A refusal says something only where the right form starts. */
const judge = async ({service, prove}: Case, {guest, well}: Court): Promise<string | undefined> => {
  if (!well.has(service)) {
    return `${service} does not start in its right form either`;
  }
  try {
    return await prove(guest);
  } catch (error) {
    return String(error).slice(0, COMPLAINT_CHARACTERS);
  }
};
