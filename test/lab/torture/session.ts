import {appendFile} from 'node:fs/promises';
import {parseArgs} from 'node:util';
import {step} from '../command.ts';
import {liftFaults} from '../faults.ts';
import {callGuest, type Guest} from '../guest.ts';
import {cache} from '../places.ts';
import type {Lab} from '../state.ts';
import {replaceGuest} from '../up.ts';
import {installKilling} from './build.ts';
import {describe, type Score, torture, tortureOnce} from './torture.ts';

/** An installation has so many moments at least that it can be killed at. */
const fewest = 60;

/**
 * With `--quick` one installation that is killed at every moment in turn; else a fresh guest for each moment, from one number to
 * another. The last line says how many kills hit: `N of N`.
 */
export async function tortureGuest(lab: Lab, args: string[]): Promise<void> {
  const {
    quick,
    from = '1',
    to,
  } = parseArgs({
    args,
    options: {quick: {type: 'boolean'}, from: {type: 'string'}, to: {type: 'string'}},
  }).values;
  await liftFaults(lab);
  if (!quick)
    return conclude(await killOneByOne(lab, {from: Number(from), to: Number(to ?? Number.MAX_SAFE_INTEGER)}), 1);
  const guest = await prepare(lab);
  conclude(await step('torture', () => torture(callGuest(guest))), fewest);
}

async function prepare(lab: Lab): Promise<Guest> {
  const {guest} = await replaceGuest(lab);
  await installKilling();
  return guest;
}

/** Each result goes to a file as well, which outlives the lab: a long series may be cut short, or spread. */
async function killOneByOne(lab: Lab, {from, to}: {from: number; to: number}): Promise<Score> {
  const results = `${cache}/torture-${lab.suite}.jsonl`;
  let [hits, kills] = [0, 0];
  for (let number = from; number <= to; number++) {
    const result = await tortureOnce(callGuest(await prepare(lab)), number);
    if (!result) break;
    kills++;
    if (result.fault === undefined) hits++;
    console.log(describe(number, result.kill, result.fault));
    await appendFile(results, `${JSON.stringify({number, ...result})}\n`);
  }
  console.log(`Results are kept in ${results}`);
  return {hits, kills};
}

function conclude({hits, kills}: Score, least: number): void {
  console.log(`${hits} of ${kills}`);
  if (hits < kills || kills < least) throw new Error(`There have to be at least ${least} kills, each a hit.`);
}
